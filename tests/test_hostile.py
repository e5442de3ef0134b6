"""Names, ids, kinds and column names that try to be more than text: the whole way, into every output."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import numpy as np
import openpyxl
import pyogrio
import pytest
from PIL import Image

from geo.cells import as_it_was
from tests.sources.tiny import at, box, features, streets
from tests.test_cli import command

if TYPE_CHECKING:
    from pathlib import Path

EVIL = (
    "{{ 1 + 1 }}",
    "{% raw %}",
    "<img src=x onerror=alert(1)>",
    "${x}",
    "`",
    "</script><script>alert(2)</script>",
    "-->",
    "=1+1",
    "@SUM(A1)",
    "＝1+1",
    "a\u2028b",
    "say \"hi\" 'there'",
    "two\nlines",
    "a\tb c",
    "长" * 200,
    "\u202eabc\u200f",
    "{name} {0} %s",
    "&amp; \\u0041 \\",
    "\x1b[2J\x07",
    "#NAME? [a](javascript:alert(3))",
    "$\\frac{1}{2}$",
)
TAME = tuple(f"plain {i}" for i in range(len(EVIL)))
STUDY = """
[study]
name = {name}
[network]
path = "streets.osm"
[communities]
path = "communities.geojson"
id = "id"
name = "name"
[facilities]
path = "facilities.csv"
id = "id"
name = "name"
kind = "kind"
status = "status"
hours = "hours"
lon = "lon"
lat = "lat"
[demand]
path = "homes.csv"
id = "id"
lon = "lon"
lat = "lat"
weight = "people"
[demand.groups]
{groups}
[standard]
minutes = 0.7
snap_limit_m = 50
"""


def write_study(folder: Path, words: tuple[str, ...]) -> Path:
    """One community, facility, home and column for every word, along one street."""
    wide = 10 / len(words)
    shapes = [
        ({"id": word, "name": word, word: word, "people": 1}, "Polygon", box(i * wide, -2, (i + 1) * wide, 2))
        for i, word in enumerate(words)
    ]
    (folder / "communities.geojson").write_text(features(*shapes), encoding="utf-8")
    sites = [[*[word] * 5, *at((i + 0.3) * wide, 0.1), *words] for i, word in enumerate(words)]
    write_csv(folder / "facilities.csv", ["id", "name", "kind", "status", "hours", "lon", "lat", *words], sites)
    # Every third home is far from the street, and every other one is out of reach.
    homes = [[word, *at((i + 0.9) * wide, 1 if i % 3 else 0.2), i + 1, *[1] * len(words)] for i, word in enumerate(words)]
    write_csv(folder / "homes.csv", ["id", "lon", "lat", "people", *words], homes)
    streets(folder / "streets.osm")
    groups = "\n".join(f"{quoted(word)} = {quoted(' '.join(word.split()))}" for word in words)
    text = STUDY.format(name=quoted(" ".join(words)), groups=groups)
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return folder


def write_csv(path: Path, heading: list[str], rows: list[list[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([heading, *rows])


def quoted(text: str) -> str:
    """A text as TOML writes it, every unusual character escaped."""
    return json.dumps(text, ensure_ascii=True).replace("\\/", "/").replace("\x7f", "\\u007f")


@pytest.fixture(scope="module")
def outs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The results of the hostile study, and of the same one with plain words."""
    done = {}
    for name, words in (("evil", EVIL), ("tame", TAME)):
        folder = write_study(tmp_path_factory.mktemp(name), words)
        status, out, err = command("run", folder, "--out", folder / "out", "--profile", "older", "--profile", "frail")
        assert status == 0, err
        assert not set(out + err) & set("\x1b\x07\u202e"), "a name steers the terminal"
        done[name] = folder / "out"
    return done


def layer(folder: Path, name: str) -> list[dict[str, Any]]:
    return [row["properties"] for row in json.loads((folder / f"{name}.geojson").read_text(encoding="utf-8"))["features"]]


def tidy(text: str) -> str:
    """A cell as it is read: without space around it."""
    return text.strip()


def test_layers_hold_the_words_as_they_are(outs):
    out = outs["evil"]
    communities, facilities = layer(out, "communities"), layer(out, "facilities")
    assert [row["name"] for row in communities] == [*EVIL]
    assert [row["id"] for row in communities] == [*EVIL]
    assert [(row["id"], row["name"], row["kind"]) for row in facilities] == [(tidy(word),) * 3 for word in EVIL]
    assert {row["kind"] for row in layer(out, "service_areas")} <= set(map(tidy, EVIL))
    assert {row["nearest_facility_id"] for row in layer(out, "gaps")} <= {*map(tidy, EVIL), None, ""}
    for word in EVIL:
        assert any(row.get(word) == word for row in communities)
        assert any(" ".join(word.split()) in row for row in facilities)


def test_nothing_is_lost_because_of_its_name(outs):
    said = {name: json.loads((out / "summary.json").read_text(encoding="utf-8")) for name, out in outs.items()}
    assert said["evil"]["totals"] == said["tame"]["totals"]
    assert said["evil"]["totals"]["demand_weight"] == sum(range(len(EVIL) + 1))
    assert said["evil"]["study"] == " ".join(EVIL)
    assert [*said["evil"]["groups"].values()] == [*said["tame"]["groups"].values()]
    assert [*said["evil"]["groups"]] == [*EVIL]
    assert {finding["level"] for finding in said["evil"]["findings"]} <= {"doubtful", "mended", "info"}


def test_a_spreadsheet_finds_no_formula(outs):
    raw = (outs["evil"] / "demand.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(raw, newline="")))
    assert [as_it_was(row["id"]) for row in rows] == [*map(tidy, EVIL)]
    assert not any(cell[:1] in tuple("=+-@＝") for row in rows for cell in row.values())
    book = openpyxl.load_workbook(outs["evil"] / "coverage.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    values = {cell.value for cell in cells}
    assert {word for word in EVIL if word.isprintable()} <= values


def test_the_geopackage_holds_the_words_and_its_styles_are_whole(outs):
    path = outs["evil"] / "coverage.gpkg"
    frame = pyogrio.read_dataframe(path, layer="facilities")
    assert frame["name"].tolist() == [*map(tidy, EVIL)]
    assert len(pyogrio.read_dataframe(path, layer="communities").columns) > len(EVIL)
    with sqlite3.connect(path) as file:
        assert file.execute("pragma integrity_check").fetchone() == ("ok",)
        styles = [row[0] for row in file.execute("select styleQML from layer_styles")]
    labels = {part.get("value") or part.get("label") for style in styles for part in ET.fromstring(style).iter()}  # noqa: S314  (our own file)
    assert {"{{ 1 + 1 }}", "<img src=x onerror=alert(1)>", "</script><script>alert(2)</script>"} <= labels


class Skeleton(HTMLParser):
    """The tags of a page with their attributes: what its texts must not change."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[Any] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append((tag, attrs))

    def handle_comment(self, data: str) -> None:
        self.tags.append(("comment", data))


def test_the_page_has_the_tags_of_a_plain_one(outs):
    pages = {}
    for name, out in outs.items():
        parser = Skeleton()
        parser.feed((out / "map.html").read_text(encoding="utf-8"))
        pages[name] = parser.tags
    assert pages["evil"] == pages["tame"]
    assert len(pages["tame"]) > 20


def test_the_printed_map_is_drawn(outs):
    with Image.open(outs["evil"] / "map.png") as picture:
        assert np.asarray(picture.convert("L")).std() > 10
    assert (outs["evil"] / "map.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_check_tells_without_steering_the_terminal(outs, lang):
    status, out, err = command("check", outs["evil"].parent, lang=lang)
    assert status == 0, err
    assert not set(out + err) & set("\x1b\x07\u202e")
    assert "{{ 1 + 1 }}" in out
