"""The printed map: what it shows, in which language, with which fonts."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import matplotlib.image as mpimg
import numpy as np
import pytest
import shapely
from shapely.geometry import Polygon, box

from geo import crs
from geo.export import outputs_of
from geo.i18n import say
from geo.maps import fonts, style
from geo.maps.anchors import anchors
from geo.maps.drawing import north_angle, true_metres
from geo.maps.ink import one_line, shorten
from geo.maps.panel import wrap
from geo.maps.picture import Picture
from geo.maps.print import DPI, HEIGHT_MM, WIDTH_MM, draw_sheet, map_pdf, map_png
from geo.maps.streets import edge_class, edges_near, street_lines
from tests.export.conftest import MADE
from tests.export.handmade import EAST, EVIL, NORTH, WIDE

if TYPE_CHECKING:
    from pathlib import Path

    from geo.export.outputs import Outputs

needs_cjk = pytest.mark.skipif(fonts.cjk_family() is None, reason="no Chinese font on this computer: install fonts-noto-cjk")


@pytest.fixture(scope="module")
def pixels(made: Outputs) -> np.ndarray:
    return np.asarray(mpimg.imread(io.BytesIO(made.content("map.png")), format="png")[:, :, :3])


def share_of(pixels: np.ndarray, colour: str, alpha: float = 1.0) -> float:
    target = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]) * alpha
    ground = np.array([int(style.GROUND[at : at + 2], 16) / 255 for at in (1, 3, 5)]) * (1 - alpha)
    return float((np.abs(pixels - target - ground).max(axis=2) < 0.02).mean())


def texts(figure: Any) -> list[str]:
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def test_it_is_a3_landscape(pixels: np.ndarray) -> None:
    assert pixels.shape[:2] == (int(HEIGHT_MM / 25.4 * DPI), int(WIDTH_MM / 25.4 * DPI))


@pytest.mark.parametrize(("lang", "mark"), [("zh", "未核实"), ("en", "unverified")])
def test_every_map_marks_a_speed_that_nobody_looked_up(made: Outputs, lang: Any, mark: str) -> None:
    for confidence in ("A", "C"):
        standard = made.coverage.standard
        profile = replace(standard.profile, confidence=confidence)
        asked = replace(made.coverage, standard=standard.with_profile(profile))
        now = outputs_of(made.study, asked, lang=lang, made=MADE)
        shown = "".join(texts(now.sheet)).replace(" ", "")
        facts = re.search(
            r'<script type="application/json" id="page">(.*?)</script>', now.content("map.html").decode(), re.DOTALL
        )
        assert (mark in shown) == (confidence == "C")
        assert facts
        assert (mark in facts[1]) == (confidence == "C")


def test_colours_of_the_legend_are_on_the_map(pixels: np.ndarray) -> None:
    for one in (style.CLASSES[1], style.CLASSES[3]):
        assert share_of(pixels, one.colour, 0.62) > 0.01
    assert share_of(pixels, style.GAP_LINE) > 0.0005
    assert share_of(pixels, style.COVERED) > 0.001


def test_gaps_are_hatched(made: Outputs) -> None:
    figure = draw_sheet(made.picture, "zh")
    hatched = [patch for patch in figure.axes[1].get_children() if getattr(patch, "get_hatch", lambda: None)() == "////"]
    assert len(hatched) == len(made.results.gaps)


def test_all_that_a_map_must_say_is_said(made: Outputs) -> None:
    for lang in ("zh", "en"):
        said = "\n".join(texts(draw_sheet(made.picture, lang)))
        assert "清河 {{ 1 + 1 }} <img src=x>" in said
        assert "43.1%" in said
        assert "N" in said
        assert "2026-06-01" in said
        assert "streets.osm.pbf" in said
        for entry in (*style.coverage_legend(lang), *style.layer_legend(lang), *style.kind_legend(made.picture.kinds, lang)):
            assert entry.label in said
        assert say("at most {minutes} minutes on foot", lang, minutes="10") in said


def test_hostile_names_are_drawn_as_they_are(made: Outputs) -> None:
    figure = draw_sheet(made.picture, "en")
    every = [text for axes in figure.axes for text in axes.texts]
    assert not any(text.get_parse_math() for text in every if "$" in text.get_text())
    assert any(text.get_text() == "$a$ \\alpha {% raw …" or "$a$ \\alpha" in text.get_text() for text in every)


@needs_cjk
def test_chinese_has_glyphs(recwarn: pytest.WarningsRecorder, made: Outputs) -> None:
    """Nothing of our own sentences is drawn as a box."""
    family = fonts.cjk_family()
    assert family is not None
    from matplotlib import font_manager
    from matplotlib.ft2font import FT2Font

    face = FT2Font(font_manager.findfont(family))
    figure = draw_sheet(made.picture, "zh")
    signs = {sign for text in texts(figure) for sign in text if "\u4e00" <= sign <= "\u9fff"}
    assert len(signs) > 50
    assert all(face.get_char_index(ord(sign)) for sign in signs)
    assert not [warning for warning in recwarn if "Glyph" in str(warning.message)]


def test_without_a_chinese_font_there_is_a_finding(monkeypatch: pytest.MonkeyPatch, made: Outputs) -> None:
    assert fonts.font_findings(["Town"]) == ()
    monkeypatch.setattr(fonts, "cjk_family", lambda: None)
    found = fonts.font_findings(["清河"])
    assert [finding.level for finding in found] == ["doubtful"]
    assert "字体" in say(found[0].message, "zh")
    assert fonts.font_findings(["Town"]) == ()
    assert b"Noto Sans CJK" in outputs_of(made.study, made.coverage, lang="zh", made=MADE).content("summary.json")


def test_a_map_is_drawn_without_a_chinese_font_and_with_signs_no_font_has(monkeypatch: pytest.MonkeyPatch, made: Outputs) -> None:
    monkeypatch.setattr(fonts, "cjk_family", lambda: None)
    odd = replace(made.picture, coverage=replace(made.coverage, study_name="清河 \U0001f35a \U00020bb7 \x07 \n ع"))
    sheet = draw_sheet(odd, "zh")
    assert map_png(sheet).startswith(b"\x89PNG")
    assert map_pdf(sheet, odd.coverage.study_name).startswith(b"%PDF")


@needs_cjk
def test_one_map_without_a_chinese_font_spoils_no_later_one(monkeypatch: pytest.MonkeyPatch, made: Outputs) -> None:
    """A second print in one process is like the first, whichever fonts were there in between."""
    first = map_pdf(draw_sheet(made.picture, "zh"), "x")
    for kept in [one for one in vars(fonts).values() if hasattr(one, "cache_clear")]:
        kept.cache_clear()  # as in a process that has printed nothing yet
    with monkeypatch.context() as bare:
        bare.setattr(fonts, "cjk_family", lambda: None)
        map_pdf(draw_sheet(made.picture, "zh"), "x")
    assert map_pdf(draw_sheet(made.picture, "zh"), "x") == first


def streams(document: bytes) -> list[bytes]:
    found = []
    for part in re.findall(rb"stream\r?\n(.*?)endstream", document, re.DOTALL):
        try:
            found.append(zlib.decompress(part))
        except zlib.error:
            found.append(part)
    return found


@needs_cjk
def test_the_pdf_embeds_its_fonts_and_knows_its_text(made: Outputs) -> None:
    document = made.content("map.pdf")
    assert document.startswith(b"%PDF")
    assert b"/CreationDate" not in document
    maps = [part for part in streams(document) if b"beginbfchar" in part or b"beginbfrange" in part]
    assert maps
    known = b" ".join(maps).lower()
    for sign in "清河社区覆盖":
        assert f"{ord(sign):04x}".encode() in known
    assert b"/Type3" in document.replace(b" ", b"") or b"FontFile" in document


@needs_cjk
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
def test_chinese_can_be_copied_from_the_pdf(made: Outputs, tmp_path: Path) -> None:
    path = tmp_path / "map.pdf"
    path.write_bytes(made.content("map.pdf"))
    done = subprocess.run(
        [shutil.which("pdftotext") or "", "-layout", str(path), "-"], capture_output=True, check=True, timeout=60
    )
    text = re.sub(r" +", " ", done.stdout.decode())
    for words in ("清河 {{ 1 + 1 }} <img src=x>", "幸福里社区", "各社区人口覆盖率", "步行 10 分钟内", "${x}"):
        assert words in text
    assert done.stderr == b""


def test_scale_and_north_are_true(made: Outputs) -> None:
    assert true_metres(made.picture) == pytest.approx(1.0, abs=2e-4)
    assert abs(north_angle(made.picture)) < 0.02
    # Half a degree west of the middle meridian, true north lies to the right of the grid's.
    far = box(452_000, 3_400_000, 453_000, 3_401_000)
    moved = replace(made.picture, communities=made.picture.communities.set_geometry([far] * 13, crs=made.picture.coverage.crs))
    lon, lat = crs.unproject(np.array([[452_500, 3_400_500]]), made.coverage.crs)[0]
    expected = np.degrees(np.arctan(np.tan(np.radians(114 - lon)) * np.sin(np.radians(lat))))
    assert north_angle(moved) == pytest.approx(expected, abs=1e-3)
    assert expected > 0.2


def test_streets_are_drawn_by_class(made: Outputs) -> None:
    network, box = made.study.network, made.picture.surroundings
    classes = np.unique(edge_class(network, np.arange(network.edges)), return_counts=True)
    assert dict(zip(*classes, strict=True)) == {"major": 134, "minor": 134, "path": 134}
    lines = street_lines(network, 0.1, box)
    assert sum(shapely.length(of).sum() for of in lines.values()) == pytest.approx(402 * 150.0)


def test_only_streets_near_the_map_are_drawn(made: Outputs) -> None:
    network = made.study.network
    box = (EAST + 140.0, NORTH + 140.0, EAST + 160.0, NORTH + 160.0)
    every = street_lines(network, 0.0, made.picture.surroundings)
    expected = sum(int(shapely.intersects(of, shapely.box(*box)).sum()) for of in every.values())
    assert len(edges_near(network, box)) == expected == 4
    assert len(edges_near(network, (0.0, 0.0, 1.0, 1.0))) == 0


def test_the_frame_shows_what_there_is(made: Outputs) -> None:
    west, south, east, north = made.picture.frame()
    assert east - west == pytest.approx(WIDE * 1.08)
    nowhere = made.picture.communities.iloc[12:]
    people = replace(made.picture, communities=nowhere)
    assert people.frame()[1] < south
    streets = replace(people, demand=made.picture.demand.iloc[:0], facilities=made.picture.facilities.iloc[:0])
    assert streets.frame() == pytest.approx((west, south, east, north))


def test_labels_stand_inside_and_beside_what_is_there() -> None:
    shapes = np.array([box(0, 0, 100, 100), Polygon(), None, box(200, 0, 260, 20)], dtype=object)
    occupied = np.array([[50.0, 50.0]])
    places = anchors(shapes, occupied, wider=1.0)
    assert np.isnan(places[1:3]).all()
    assert shapely.contains_xy(shapes[0], *places[0])
    assert shapely.contains_xy(shapes[3], *places[3])
    assert np.hypot(*(places[0] - occupied[0])) > 20
    assert np.hypot(*(anchors(shapes, np.zeros((0, 2)), wider=1.0)[0] - [50, 50])) < 7


def test_reach_is_the_union_of_the_areas(made: Outputs) -> None:
    whole = shapely.union_all(made.results.service_areas.geometry.to_numpy())
    assert made.picture.reach.area == pytest.approx(whole.area, rel=0.01)
    empty = replace(made.picture, service_areas=made.picture.service_areas.iloc[:0])
    assert isinstance(empty, Picture)
    assert empty.reach is None


def test_texts_are_cut_and_wrapped_without_loss() -> None:
    assert shorten("幸福里社区", 10) == "幸福里社区"
    assert shorten("幸福里社区居委会", 10) == "幸福里社…"
    assert one_line("a\nb\x00c\t d") == "a b\ufffdc d"
    for words in (
        "老年人（65 岁及以上），步速 3.31 千米/时；接入限距 200 米",
        "a long English sentence " * 4,
        "x" * 90,
        *EVIL,
    ):
        lines = wrap(words, 30)
        assert "".join(lines).replace(" ", "") == one_line(words).replace(" ", "")
        assert all(sum(2 if ord(sign) > 0x2E7F else 1 for sign in line) <= 30 for line in lines)
