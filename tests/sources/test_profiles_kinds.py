import csv
from pathlib import Path

import pytest

from geo.errors import StandardError, StudyFileError
from geo.sources.kinds import kind_label, load_kinds, recognise_kind
from geo.sources.profiles import find_profile, load_profiles, merged, plain_profile
from geo.sources.status import statuses
from geo.sources.study_file import ProfileTable
from tests.studies import test_data as real


def test_the_groups_that_planners_ask_for_are_there():
    profiles = load_profiles()
    assert {"adult", "older", "frail", "child", "wheelchair", "pram", "outdoor_worker", "planning"} <= set(profiles)
    for profile in profiles.values():
        assert profile.label_zh
        assert profile.label_en
        assert profile.source
        assert profile.confidence in {"A", "B", "C", "D"}
    assert profiles["wheelchair"].steps_factor is None
    assert profiles["wheelchair"].needs_wheels
    assert profiles["frail"].speed_m_s == pytest.approx(0.8)
    assert profiles["frail"].confidence == "C"


def test_speeds_are_those_of_the_sources():
    path = real("tables").parents[1] / "domain" / "walk.csv"
    if not path.is_file():
        pytest.skip("the table of walking speeds is not here")
    with path.open(encoding="utf-8") as file:
        known = {row["id"]: row["speed_mps"] for row in csv.DictReader(file)}
    profiles = load_profiles()
    for name, source in {
        "adult": "adult.mean",
        "older": "old.p15",
        "frail": "old.slow",
        "child": "child",
        "outdoor_worker": "young.p15",
    }.items():
        assert profiles[name].speed_m_s == pytest.approx(float(known[source])), name
    low, high = map(float, known["wheel"].split("-"))
    assert low <= profiles["wheelchair"].speed_m_s <= high


def test_an_unknown_profile_names_the_nearest():
    with pytest.raises(StudyFileError, match="no walking profile “oldder”; did you mean “older”"):
        find_profile(load_profiles(), "oldder")
    with pytest.raises(StudyFileError, match="there are: adult, older"):
        find_profile(load_profiles(), "火星人")


def test_own_profiles_start_from_known_ones():
    profiles = merged(
        {
            "slow": ProfileTable(like="older", speed_kmh=2.0, steps=False),
            "fast": ProfileTable(speed_kmh=6.0),
            "adult": ProfileTable(tobler=True),
        }
    )
    assert profiles["slow"].speed_kmh == 2.0
    assert profiles["slow"].steps_factor is None
    assert profiles["slow"].source == ""  # the old source does not speak for the new speed
    assert profiles["fast"].steps_factor == 1.0
    assert profiles["adult"].tobler
    assert profiles["adult"].speed_kmh == load_profiles()["adult"].speed_kmh
    assert "slow" not in load_profiles()


def test_own_profiles_that_make_no_sense():
    with pytest.raises(StudyFileError, match=r"\[profiles.odd\] needs speed_kmh"):
        merged({"odd": ProfileTable(tobler=True)})
    with pytest.raises(StudyFileError, match="did you mean “older”"):
        merged({"odd": ProfileTable(like="oldr")})
    with pytest.raises(StandardError, match="speed of 0"):
        merged({"odd": ProfileTable(speed_kmh=0.0)})


def test_a_plain_speed():
    assert plain_profile(4.8).speed_kmh == 4.8
    assert plain_profile(4.8).name == "custom"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("canteen", "canteen"),
        ("社区食堂", "canteen"),
        ("鼓楼社区食堂", "canteen"),
        ("公园里社区卫生服务站", "health_station"),
        ("XX社区卫生服务中心", "health_center"),
        ("工会驿站", "love_station"),
        ("幸福里日间照料中心", "day_care"),
        ("Community Canteen", "canteen"),
        ("", None),
        ("什么都不是", None),
    ],
)
def test_kind_words_are_recognised(text, kind):
    assert recognise_kind(text) == kind


def test_every_kind_has_names_and_unknown_ones_keep_theirs():
    for kind in load_kinds().values():
        assert kind.label_zh
        assert kind.label_en
        assert recognise_kind(kind.label_zh) == kind.id
    assert kind_label("canteen", "zh") == "社区食堂"
    assert kind_label("canteen", "en") == "community canteen"
    assert kind_label("我的类别", "en") == "我的类别"


def test_status_words():
    import pandas as pd

    from geo.sources.findings import FindingLog

    log = FindingLog("facilities")
    words = ["现状", "已建", "规划", "拟建", "在建", "备选", "关闭", "停用", "", "Existing", "closed", "规划（2025年）", "???"]
    found = statuses(pd.Series(words, dtype="str", index=range(2, 15)), log)
    assert found.tolist() == [
        "existing",
        "existing",
        "proposed",
        "proposed",
        "proposed",
        "candidate",
        "closed",
        "closed",
        "existing",
        "existing",
        "closed",
        "proposed",
        "existing",
    ]
    assert log.found[0].rows == (14,)


def test_domain_files_are_inside_the_package():
    import geo

    assert (Path(geo.__file__).parent / "domain" / "profiles.toml").is_file()
