"""Badges of kinds that only a study knows: each tells its kind, and no two are alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.maps.kinds import _GLYPHS, kind_looks
from geo.sources.kinds import load_kinds


@pytest.mark.parametrize(
    ("kind", "zh"),
    [
        ("社区食堂", "食"),
        ("社区服务站", "务"),
        ("社区卫生服务站", "医"),
        ("棋牌活动中心", "活"),
        ("老年活动室", "乐"),
        ("邻里中心", "邻"),
        ("小学", "小"),
        ("中学", "中"),
        ("红军书店", "书"),
        ("dog park", "P"),
        ("<zoo>", "Z"),
        ("", "•"),
    ],
)
def test_a_badge_tells_what_a_place_is_at_heart(kind: str, zh: str) -> None:
    assert kind_looks([kind], "zh")[kind].glyph == zh


def test_own_words_for_known_kinds_look_as_those_do() -> None:
    looks = kind_looks(["社区食堂", "社区服务站", "社区卫生服务站"], "zh")
    assert [looks[kind].colour for kind in ("社区食堂", "社区服务站", "社区卫生服务站")] == [
        _GLYPHS[kind][2] for kind in ("canteen", "service_station", "health_station")
    ]
    assert looks["社区卫生服务站"].label == "社区卫生服务站"  # its own name stays


words = st.sampled_from(["社区", "老年", "食堂", "服务", "站", "中心", "活动", "室", "诊所", "x", "y ", "", "书店"])
kinds = st.lists(st.builds("".join, st.lists(words, max_size=4)) | st.sampled_from(list(load_kinds())), max_size=40, unique=True)


@given(kinds, st.sampled_from(["zh", "en"]))
def test_no_two_kinds_share_both_character_and_colour(given: list[str], lang: str) -> None:
    looks = kind_looks(given, lang)  # type: ignore[arg-type]
    assert set(looks) == set(given)
    assert len({(look.glyph, look.colour) for look in looks.values()}) == len(looks)
    assert kind_looks(reversed(given), lang) == looks  # type: ignore[arg-type]


def test_many_kinds_of_one_letter_never_run_out() -> None:
    given = [f"店{'店' * number}" for number in range(60)]
    assert len({(look.glyph, look.colour) for look in kind_looks(given, "zh").values()}) == len(given)
