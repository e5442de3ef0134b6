"""Studies that nobody should upload: each a folder with a study.toml, and a part of the sentence that must answer it.

Where the sentence is empty the study opens after all. An address that some of them name is listened on by the test.
"""

from __future__ import annotations

import io
import json
import math
import pickle
import shutil
import struct
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

QINGHE = Path(__file__).parents[2] / "data" / "qinghe"
FILES = ("communities.geojson", "facilities.csv", "homes.csv", "streets.osm.pbf")
TABLES = {
    "study": 'name="t"',
    "network": 'path="streets.osm.pbf"',
    "communities": 'path="communities.geojson"',
    "facilities": 'path="facilities.csv"',
    "demand": 'path="homes.csv"\nweight="population"',
}
_SQUARE = '{"type":"Feature","properties":{"id":1},"geometry":{"type":"Polygon","coordinates":[%s]}}'
_OF_GRAPHML = (
    '<?xml version="1.0"?><graphml xmlns="http://graphml.graphdrawing.org/xmlns"><key id="x" for="node" attr.name="x" '
    'attr.type="string"/><key id="y" for="node" attr.name="y" attr.type="string"/><key id="g" for="edge" attr.name="geometry" '
    'attr.type="string"/><graph edgedefault="directed"><node id="1"><data key="x">117</data><data key="y">28.2</data></node>'
    '<node id="2"><data key="x">117.01</data><data key="y">28.2</data></node><edge source="1" target="2"><data key="g">%s</data>'
    "</edge></graph></graphml>"
)
_VRT = (
    '<VRTDataset rasterXSize="20" rasterYSize="20"><SRS>EPSG:4326</SRS><GeoTransform>117.7,.01,0,32.75,0,-.01</GeoTransform>'
    '<VRTRasterBand dataType="Byte" band="1" subClass="VRTRawRasterBand"><SourceFilename relativeToVRT="0">/etc/passwd'
    "</SourceFilename></VRTRasterBand></VRTDataset>"
)


class _Opens:
    """A pickle that would leave a mark."""

    def __init__(self, mark: Path) -> None:
        self._mark = mark

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return open, (str(self._mark), "w")


def write_case(folder: Path, files: dict[str, bytes | str], raw: str | None, tables: dict[str, str]) -> None:
    """The sample town with some files and tables of its study file replaced."""
    folder.mkdir()
    for name in FILES:
        shutil.copy(QINGHE / name, folder / name)
    for name, content in files.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    text = "".join(f"[{name}]\n{keys}\n" for name, keys in {**TABLES, **tables}.items())
    (folder / "study.toml").write_text(text if raw is None else raw, encoding="utf-8")


def write_cases(folder: Path, listening: str, mark: Path) -> dict[str, str]:
    """All of them below a folder; gives a part of the sentence for each."""
    expected = {}
    for name, sentence, files, raw, tables in (*_shapes(listening), *_texts(listening), *_books(), *_streets(mark)):
        write_case(folder / name, files, raw, tables)
        expected[name] = sentence
    return expected


_Case = tuple[str, str, dict[str, bytes | str], str | None, dict[str, str]]


def _collection(features: str, more: str = "") -> str:
    return f'{{"type":"FeatureCollection",{more}"features":[{features}]}}'


def _shapes(listening: str) -> Iterator[_Case]:
    square = _SQUARE % "[[117.71,32.61],[117.73,32.61],[117.73,32.63],[117.71,32.61]]"
    link = json.dumps({"type": "link", "properties": {"href": f"{listening}/crs"}})
    yield "crs_link", "coordinate system", {"communities.geojson": _collection(square, f'"crs":{link},')}, None, {}
    turns = [t / 1e6 * 2 * math.pi for t in range(1_000_000)]
    ring = [[117.7 + 0.05 * math.cos(t) * (1 + 0.01 * math.sin(t)), 32.6 + 0.05 * math.sin(t)] for t in turns]
    text = "[" + ",".join(f"[{x:.7f},{y:.7f}]" for x, y in [*ring, ring[0]]) + "]"
    yield "ring_1M", "simplify its shape", {"communities.geojson": _collection(_SQUARE % text)}, None, {}
    yield "same_60k", "rows", {"communities.geojson": _collection(",".join([square] * 60_000))}, None, {}
    yield "same_15k", "on top of each other", {"communities.geojson": _collection(",".join([square] * 15_000))}, None, {}
    scribble = [[117.7 + (i * 7919 % 5000) / 1e5, 32.6 + (i * 104729 % 5000) / 1e5] for i in range(5000)]
    text = json.dumps([[*scribble, scribble[0]]])
    yield "scribble", "usable shape", {"communities.geojson": _collection(_SQUARE % text.strip()[1:-1])}, None, {}
    nested = '{"type":"GeometryCollection","geometries":[' * 5000 + "]}" * 5000
    feature = f'{{"type":"Feature","properties":{{}},"geometry":{nested}}}'
    yield "nested_shapes", "nested too deeply", {"communities.geojson": _collection(feature)}, None, {}
    elevation = 'path="streets.osm.pbf"\nelevation="e.tif"'
    yield "raster", "Heights are not read", {"e.tif": _VRT}, None, {"network": elevation}


def _texts(listening: str) -> Iterator[_Case]:
    yield "toml_dots", "nested", {}, ".".join(["a"] * 50_000) + "=1\n", {}
    yield "toml_nested", "nested", {}, "a=" + "[" * 100_000, {}
    keys = "".join(f"k{i}=1\n" for i in range(60_000))
    yield "toml_keys", "not known", {}, f'[network]\npath="streets.osm.pbf"\n[standard]\n{keys}', {}
    for digits in (400, 5000):
        yield f"toml_digits_{digits}", "digits", {}, None, {"standard": "minutes=" + "9" * digits}
    yield "crs_unknown", "nonsense", {}, None, {"communities": TABLES["communities"] + '\ncrs="nonsense"'}
    for name, encoding in (("undefined", "undefined"), ("nul", "utf-8\\u0000"), ("zip", "zlib_codec")):
        yield f"encoding_{name}", "encoding", {}, None, {"facilities": TABLES["facilities"] + f'\nencoding="{encoding}"'}
    for name, path in (("home", "~nosuchuser/x.csv"), ("nul", "a\\u0000b.csv"), ("long", "x" * 5000), ("device", "/dev/zero")):
        yield f"path_{name}", "", {}, None, {"facilities": f'path="{path}"'}
    yield "columns", "columns", {"facilities.csv": ",".join(f"c{i}" for i in range(100_000)) + "\n"}, None, {}
    yield "columns_same", "columns", {"facilities.csv": ",".join(["c"] * 50_000) + "\n"}, None, {}
    yield "download_place", "fetched from the web", {}, None, {"network": 'place="Qinghe"'}
    yield "download_overpass", "fetched from the web", {}, None, {"network": "overpass=true"}
    yield "download_file", "no uploaded file", {}, None, {"network": f'path="{listening}/streets.osm"'}
    yield "download_vsi", "no uploaded file", {}, None, {"facilities": f'path="/vsicurl/{listening}/f.csv"'}


def _books() -> Iterator[_Case]:
    for cell in ("ZZ200000", "XFD1048576", "A1048576"):
        yield f"book_{cell}", "", {"f.xlsx": _book(cell)}, None, {"facilities": 'path="f.xlsx"'}
    loop = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + b"\x3e\x00\x03\x00\xfe\xff\x09\x00\x06\x00" + bytes(1600)
    yield "book_loop", "f.xls", {"f.xls": loop}, None, {"facilities": 'path="f.xls"'}


def _book(cell: str) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["id", "name", "lon", "lat", "kind"])
    sheet.append([1, "a", 117.72, 32.62, "canteen"])
    sheet[cell] = "x"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _streets(mark: Path) -> Iterator[_Case]:
    heading = b"LCNET\x00\x01\n"
    pickled = pickle.dumps(_Opens(mark))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.npy", b"\x93NUMPY\x01\x00v\x00{'descr': '|O', 'fortran_order': False, 'shape': (1,)}" + pickled)
    for name, sentence, file, content in (
        ("lcnet_nested", "s.lcnet", "s.lcnet", heading + (10**6).to_bytes(8, "little") + b"[" * 10**6),
        ("lcnet_pickle", "s.lcnet", "s.lcnet", heading + struct.pack("<Q", len(pickled)) + pickled),
        ("pbf_pickle", "s.osm.pbf", "s.osm.pbf", pickled),
        ("npz_pickle", "s.lcnet", "s.lcnet", packed.getvalue()),
        ("osm_id", "s.osm", "s.osm", b'<osm version="0.6"><node id="9223372036854775807" lat="28.2" lon="117"/></osm>'),
        ("graphml_encoding", "s.graphml", "s.graphml", b'<?xml version="1.0" encoding="nope"?><graphml/>'),
        ("graphml_wkt", "s.graphml", "s.graphml", (_OF_GRAPHML % ("GEOMETRYCOLLECTION(" * 50_000)).encode()),
    ):
        yield name, sentence, {file: content}, None, {"network": f'path="{file}"'}
