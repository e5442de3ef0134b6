from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.maps import style, words
from geo.maps.kinds import _COLOURS, _GLYPHS, kind_looks
from geo.model import ServiceStandard, Totals, WalkProfile
from geo.sources.kinds import load_kinds
from geo.sources.profiles import load_profiles


@pytest.mark.parametrize(
    ("ratio", "key"),
    [
        (0.0, "under_50"),
        (0.4999, "under_50"),
        (0.5, "50_75"),
        (0.75, "75_90"),
        (0.9, "90_100"),
        (0.999999, "90_100"),
        (1.0, "all"),
    ],
)
def test_classes_begin_where_they_say(ratio: float, key: str) -> None:
    assert style.class_of(ratio).key == key


@given(st.floats(0, 1))
def test_every_ratio_is_in_the_class_that_holds_it(ratio: float) -> None:
    one = style.class_of(ratio)
    assert one.low <= ratio < one.high
    assert style.CLASSES[int(style.classify(np.array([ratio]))[0])] is one


def test_nobody_is_a_class_of_its_own() -> None:
    assert style.class_of(None) is style.NOBODY
    assert style.class_of(float("nan")) is style.NOBODY
    assert style.classify(np.array([np.nan, 1.0])).tolist() == [-1, 4]


def linear(colour: str) -> np.ndarray:
    parts = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def contrast(first: str, second: str) -> float:
    """WCAG 2.1 contrast ratio."""
    high, low = sorted((float(linear(one) @ [0.2126, 0.7152, 0.0722]) for one in (first, second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


# Viénot, Brettel, Mollon 1999: linear RGB as people without red or green cones see it.
_DICHROMATS = {
    "protan": np.array([[0.11238, 0.88762, 0.0], [0.11238, 0.88762, 0.0], [0.00401, -0.00401, 1.0]]),
    "deutan": np.array([[0.29275, 0.70725, 0.0], [0.29275, 0.70725, 0.0], [-0.02234, 0.02234, 1.0]]),
}


@pytest.mark.parametrize("vision", _DICHROMATS)
def test_neighbouring_classes_differ_for_every_colour_vision(vision: str) -> None:
    seen = [_DICHROMATS[vision] @ linear(one.colour) for one in style.CLASSES]
    for first, second in itertools.combinations(seen, 2):
        assert np.abs(first - second).max() > 0.1


def test_letters_on_badges_can_be_read() -> None:
    for colour in [*_COLOURS, *(look[2] for look in _GLYPHS.values()), style.GAP_LINE, style.COVERED]:
        assert contrast(colour, "#FFFFFF") >= 4.5


def test_legends_are_in_both_languages() -> None:
    for make in (style.coverage_legend, style.layer_legend):
        zh, en = make("zh"), make("en")
        assert [entry.key for entry in zh] == [entry.key for entry in en]
        assert all(first.label != second.label for first, second in zip(zh, en, strict=True))


def test_known_kinds_have_badges_that_differ() -> None:
    for lang in ("zh", "en"):
        looks = kind_looks(load_kinds(), lang)
        known = [looks[kind] for kind in _GLYPHS]
        assert len({look.glyph for look in known}) == len(known)


@given(st.permutations(["canteen", "zoo", "", "{{x}}", "love_station"]))
def test_looks_do_not_depend_on_the_order(kinds: list[str]) -> None:
    looks = kind_looks(kinds, "zh")
    assert list(looks) == ["love_station", "canteen", "", "zoo", "{{x}}"]
    assert looks["{{x}}"].label == "{{x}}"
    assert looks[""].label == "设施"


@pytest.mark.parametrize(
    ("ratio", "expected"),
    [
        (1.0, "100%"),
        (0.99996, "99.9%"),
        (0.0, "0%"),
        (0.00001, "0.1%"),
        (0.8734, "87.3%"),
        (0.89999, "89.9%"),
        (0.9, "90.0%"),
        (None, "nobody lives here"),
    ],
)
def test_percent_never_claims_everyone_or_no_one_falsely(ratio: float | None, expected: str) -> None:
    assert words.percent(ratio, "en") == expected


@given(st.floats(0, 1))
def test_percent_agrees_with_the_class(ratio: float) -> None:
    shown = float(words.percent(ratio, "en").rstrip("%")) / 100
    assert style.class_of(round(shown, 3)) is style.class_of(ratio)
    assert abs(shown - ratio) <= 0.001 + 1e-12


def test_numbers_in_words() -> None:
    assert words.count(0.0) == "0"
    assert words.count(0.2) == "<1"
    assert words.count(45_000.4) == "45,000"
    # 900.001 s is more than 15 minutes, and says so.
    assert words.minutes(900.001, 900.0) == "15.1"
    assert words.plain_number(1200.0) == "1,200"
    assert words.plain_number(4.8) == "4.8"


def test_only_speeds_from_memory_are_called_unverified() -> None:
    marked = {name for name, profile in load_profiles().items() if "unverified" in words.speed_words(profile, "en")}
    assert marked == {name for name, profile in load_profiles().items() if profile.confidence == "C"} != set()


def test_the_standard_in_words() -> None:
    profile = WalkProfile("older", 3.312, label_zh="老年人", label_en="older people")
    by_time = ServiceStandard(profile, minutes=15, snap_limit_m=200)
    assert words.standard_words(by_time, "en") == "at most 15 minutes on foot"
    assert words.standard_words(by_time.with_distance(1000), "zh") == "沿路步行 1,000 米内"
    assert words.walker_words(by_time, "zh") == "老年人，步速 3.31 千米/时；接入限距 200 米"
    unsure = ServiceStandard(replace(profile, confidence="C"), minutes=15, snap_limit_m=200)
    assert words.walker_words(unsure, "zh") == "老年人，步速 3.31 千米/时（未核实）；接入限距 200 米"
    assert words.walker_words(unsure, "en") == "older people, 3.31 km/h (unverified); homes up to 200 m from a street"
    assert words.served_words(Totals(45_000, 28_449, 0.63, 1, 1, 0, 0), "en") == "28,449 of 45,000 people are served"
