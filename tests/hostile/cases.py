"""The cases: a tiny study each, with one file or setting that no one writes by accident."""

# ruff: noqa: E501  (a case a line: the lists read as tables)

from __future__ import annotations

import bz2
import gzip
import io
import json
import math
import sqlite3
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import openpyxl

from tests.sources.tiny import COMMUNITIES, FACILITIES, HOMES, at, box, streets

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

CANARY = "http://127.0.0.1:{port}/"
BASE = {
    "study": 'name = "Tiny"',
    "network": 'path = "streets.osm"',
    "communities": 'path = "communities.geojson"\nid = "id"\nname = "name"',
    "facilities": 'path = "facilities.csv"\nid = "id"\nkind = "kind"\nlon = "lon"\nlat = "lat"',
    "demand": 'path = "homes.csv"\nlon = "lon"\nlat = "lat"\nweight = "population"',
    "standard": "minutes = 15",
}


@dataclass(frozen=True)
class Case:
    """``says``: words of the sentence that refuses it; empty where the study is computed all the same.

    ``files``: what stands beside the study, made when the case is written; ``heavy``: it could break the process, so
    it gets one of its own; ``long``: it takes seconds even so.
    """

    name: str
    says: str = ""
    files: Mapping[str, Callable[[], bytes] | bytes | str] = field(default_factory=dict)
    tables: Mapping[str, str] = field(default_factory=dict)
    raw: str | None = None
    heavy: bool = False
    long: bool = False

    def write(self, folder: Path, port: int) -> Path:
        """The study on disk; addresses lead to a listener on this machine."""
        folder.mkdir(parents=True, exist_ok=True)
        streets(folder / "streets.osm")
        for name, content in {
            "communities.geojson": COMMUNITIES, "facilities.csv": FACILITIES, "homes.csv": HOMES, **self.files
        }.items():  # fmt: skip
            made = content() if callable(content) else content
            raw = made.encode() if isinstance(made, str) else made
            (folder / name).write_bytes(raw.replace(CANARY.encode(), CANARY.format(port=port).encode()))
        text = self.raw if self.raw is not None else "".join(f"[{k}]\n{v}\n" for k, v in {**BASE, **self.tables}.items())
        (folder / "study.toml").write_text(text, encoding="utf-8")
        return folder


def collection(features: str, more: str = "") -> str:
    return f'{{"type":"FeatureCollection",{more}"features":[{features}]}}'


def polygon(ring: object, more: str = "") -> str:
    inner = json.dumps(ring) if not isinstance(ring, str) else ring
    return f'{{"type":"Feature","properties":{{"id":"A"}},"geometry":{{"type":"Polygon",{more}"coordinates":{inner}}}}}'


def arcgis(system: str) -> str:
    rings = json.dumps(SQUARE)
    return f'{{"spatialReference":{system},"features":[{{"attributes":{{"id":1}},"geometry":{{"rings":{rings}}}}}]}}'


SQUARE = box(-1, -2, 11, 2)
LINK = f'"crs":{{"type":"link","properties":{{"href":"{CANARY}crs","type":"proj4"}}}},'


def areas(name: str, says: str, content: Callable[[], str] | str, *, file: str = "communities.geojson", **how: bool) -> Case:
    made = (lambda: content().encode()) if callable(content) else content
    return Case(name, says, {file: made}, {"communities": f'path = "{file}"'}, **how)


def toml(name: str, says: str, **tables: str) -> Case:
    return Case(name, says, tables={table: f"{BASE[table]}\n{more}" for table, more in tables.items()})


def table(name: str, says: str, file: str, content: Callable[[], bytes] | bytes | str, **how: bool) -> Case:
    return Case(name, says, {file: content}, {"facilities": f'path = "{file}"'}, **how)


def raster(name: str, says: str, content: Callable[[], bytes] | bytes | str, **more: bytes | str) -> Case:
    files = {"e.tif": content, **{key.replace("__", "."): value for key, value in more.items()}}
    return Case(name, says, files, {"network": BASE["network"] + '\nelevation = "e.tif"'})


def street_file(name: str, says: str, file: str, content: Callable[[], bytes] | bytes | str, **how: bool) -> Case:
    return Case(name, says, {file: content}, {"network": f'path = "{file}"'}, **how)


# --- communities -------------------------------------------------------------------------------------------


def circle(corners: int, wave: float = 0.01) -> str:
    turn = np.arange(corners) / corners * 2 * np.pi
    reach = 0.05 * (1 + wave * np.sin(np.arange(corners)))
    lon, lat = 110.005 + reach * np.cos(turn), 30 + reach * np.sin(turn)
    ring = ",".join(f"[{x:.7f},{y:.7f}]" for x, y in zip(lon, lat, strict=True))
    return collection(polygon(f"[[{ring},[{lon[0]:.7f},{lat[0]:.7f}]]]"))


def scribble(corners: int) -> str:
    places = np.random.default_rng(1).uniform(0, 0.1, (corners, 2)) + np.array([109.95, 29.95])
    return collection(polygon([[*places.tolist(), places[0].tolist()]]))


def overlapping(count: int) -> str:
    boxes = (box(-1 - i / count, -2, 11 + i / count, 2 + i / count) for i in range(count))
    return collection(",".join(polygon(ring) for ring in boxes))


def zipped(name: str, content: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


def gpkg(*statements: str) -> Callable[[], bytes]:
    def made() -> bytes:
        base = sqlite3.connect(":memory:")
        base.executescript(f"PRAGMA application_id = {0x47504B47}; CREATE TABLE x (y);" + ";".join(statements))
        return base.serialize()

    return made


GML = (
    '<?xml version="1.0"?>{doctype}<ogr:FeatureCollection xmlns:ogr="http://ogr.maptools.org/" '
    'xmlns:gml="http://www.opengis.net/gml" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:xlink="http://www.w3.org/1999/xlink" xsi:schemaLocation="http://ogr.maptools.org/ {at}">'
    '<gml:featureMember><ogr:a fid="a.0"><ogr:geometryProperty><gml:Polygon srsName="EPSG:4326" {more}><gml:outerBoundaryIs>'
    "<gml:LinearRing><gml:coordinates>109.9,29.9 110.2,29.9 110.2,30.2 109.9,29.9</gml:coordinates></gml:LinearRing>"
    "</gml:outerBoundaryIs></gml:Polygon></ogr:geometryProperty><ogr:id>{text}</ogr:id></ogr:a></gml:featureMember>"
    "</ogr:FeatureCollection>"
)
LAUGHS = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
NOT_FOLLOWED = "in a way that is not followed"

AREAS = [
    areas("geojson_crs_link", NOT_FOLLOWED, collection(polygon(SQUARE), LINK)),
    areas("geojson_crs_link_escaped", NOT_FOLLOWED, collection(polygon(SQUARE), LINK.replace('"crs"', '"\\u0063rs"'))),
    areas("geojson_crs_link_after_bom", NOT_FOLLOWED, "\ufeff" + collection(polygon(SQUARE), LINK)),
    areas("geojson_crs_link_at_the_end", NOT_FOLLOWED, collection(polygon(SQUARE))[:-1] + "," + LINK.rstrip(",") + "}"),
    areas("geojson_crs_link_twice", NOT_FOLLOWED, collection(polygon(SQUARE), LINK + LINK)),
    areas("geojson_crs_link_in_a_geometry", "", collection(polygon(SQUARE, LINK))),
    areas("geojson_crs_link_in_a_feature", "", collection(polygon(SQUARE).replace('{"type":"Feature"', "{" + LINK + '"type":"Feature"'))),
    areas("geojson_crs_link_in_properties", "", collection(polygon(SQUARE).replace('{"id"', "{" + LINK + '"id"'))),
    areas("geojson_crs_link_far_down", "", " " * 50_000 + collection(polygon(SQUARE), '"foreign":{' + LINK.rstrip(",") + "},")),
    areas("geojson_crs_after_blanks", "none of the formats", " " * 70_000 + collection(polygon(SQUARE), LINK)),
    areas("geojson_crs_name_is_an_address", NOT_FOLLOWED, collection(polygon(SQUARE), f'"crs":{{"type":"name","properties":{{"name":"{CANARY}x"}}}},')),
    areas("geojson_crs_name_is_a_file", NOT_FOLLOWED, collection(polygon(SQUARE), '"crs":{"type":"name","properties":{"name":"+init=/etc/passwd:x"}},')),
    areas("geojson_crs_url", NOT_FOLLOWED, collection(polygon(SQUARE), f'"crs":{{"type":"url","properties":{{"url":"{CANARY}x"}}}},')),
    areas("geojson_crs_known", "", collection(polygon(SQUARE), '"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:OGC:1.3:CRS84"}},')),
    areas("geojson_crs_none", "does not say its coordinate system", collection(polygon(SQUARE), '"crs":null,')),
    areas("geojson_lines_of_features", "", "\n".join([polygon(SQUARE)] * 2)),
    areas("jsonfg_system", "", collection(polygon(SQUARE), f'"coordRefSys":"{CANARY}x",')),
    areas("topojson", "TopoJSON", '{"type":"Topology","arcs":[],"objects":{"a":{"type":"GeometryCollection","geometries":[]}}}'),
    areas("arcgis_wkt_with_a_grid", NOT_FOLLOWED, arcgis('{"wkt":"+proj=longlat +nadgrids=/etc/passwd"}')),
    areas("arcgis_plain", "", arcgis('{"wkid":4326}')),
    Case("geojson_crs_link_in_a_zip", NOT_FOLLOWED, {"c.zip": lambda: zipped("town.json", collection(polygon(SQUARE), LINK))}, {"communities": 'path = "c.zip"'}),
    areas("geojson_deep_lists", "nested too deeply", collection(polygon("[" * 50_000))),
    areas("geojson_deep_objects", "nested too deeply", collection(polygon(SQUARE), '"a":' + '{"a":' * 50_000)),
    areas("geojson_collections_in_collections", "can't be understood", collection('{"type":"Feature","properties":{},"geometry":' + '{"type":"GeometryCollection","geometries":[' * 50 + "]}" * 50 + "}")),
    areas("geojson_texts_for_numbers", "can't be understood", collection(polygon([[["a", "b"], ["c", "d"], ["e", "f"], ["a", "b"]]]))),
    areas("geojson_number_of_9000_digits", "can't be read", collection(polygon(SQUARE).replace('"A"', "9" * 9000))),
    areas("geojson_endless_numbers", "has numbers like 1.0e+302;", collection(polygon([[[1e300, 1e300], [1e301, 0], [0, 1e302], [1e300, 1e300]]]))),
    areas("geojson_broken_off", "can't be read", collection(polygon(SQUARE))[:-30]),
    areas("geojson_3000_columns", "more than 2000 columns", collection(polygon(SQUARE).replace('{"id":"A"}', json.dumps({f"k{i}": i for i in range(3000)})))),
    areas("ring_300k", "300,001 corners", lambda: circle(300_000), heavy=True),
    areas("ring_1M", "1,000,001 corners", lambda: circle(1_000_000), heavy=True, long=True),
    areas("ring_150k", "", lambda: circle(150_000), heavy=True, long=True),
    areas("scribble_5000", "no feature with a usable shape", lambda: scribble(5_000), heavy=True),
    areas("scribble_60", "", scribble(60)),
    areas("same_polygon_60k", "on top of each other", lambda: collection(",".join([polygon(SQUARE)] * 60_000)), heavy=True, long=True),
    areas("same_polygon_2k", "on top of each other", lambda: collection(",".join([polygon(SQUARE)] * 2_000))),
    areas("overlapping_2k", "on top of each other", lambda: overlapping(2_000), heavy=True),
    areas("attribute_20MB", "takes more than 16 million letters", lambda: collection(polygon(SQUARE).replace('"A"', '"' + "a" * 20_000_000 + '"')), heavy=True, long=True),
    areas("gml_schema_elsewhere", "", GML.format(doctype="", at=CANARY + "x.xsd", more="", text="1"), file="c.gml"),
    areas("gml_schema_of_the_machine", "", GML.format(doctype="", at="/etc/passwd", more="", text="1"), file="c.gml"),
    areas("gml_linked_shape", "", GML.format(doctype="", at="x", more=f'xlink:href="{CANARY}x.gml#a"', text="1"), file="c.gml"),
    areas("gml_system_elsewhere", "coordinate system", GML.format(doctype="", at="x", more="", text="1").replace("EPSG:4326", CANARY + "crs"), file="c.gml"),
    areas("gml_laughs", "declares entities", GML.format(doctype=LAUGHS, at="x", more="", text="&c;"), file="c.gml"),
    areas("gml_reads_a_file", "declares entities", GML.format(doctype='<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>', at="x", more="", text="&a;"), file="c.gml"),
    areas("gml_endless_text", "endless text", lambda: GML.format(doctype="", at="x", more="", text="1" * 20_000_000), file="c.gml", heavy=True),
    areas("kml_link_to_another", "c.kml", f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document><NetworkLink><Link><href>{CANARY}x.kml</href></Link></NetworkLink></Document></kml>', file="c.kml"),
    areas("vrt_called_geojson", "instruction to open other files", "<OGRVRTDataSource><OGRVRTLayer name='x'><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"),
    Case("gpkg_view_that_asks", "views or virtual tables", {"c.gpkg": gpkg("CREATE VIEW v AS SELECT ogr_geocode('x')")}, {"communities": 'path = "c.gpkg"'}),
    Case("gpkg_virtual_table", "views or virtual tables", {"c.gpkg": gpkg("CREATE VIRTUAL TABLE v USING fts4(a)")}, {"communities": 'path = "c.gpkg"'}),
]  # fmt: skip

# --- the study file ----------------------------------------------------------------------------------------

DEEP, DIGITS, CODE, CODEC = "nested too deeply", "digits", "no known coordinate system", "no known text encoding"
STUDY_FILES = [
    Case("toml_dotted", DEEP, raw=".".join(["a"] * 50_000) + "=1\n"),
    Case("toml_dotted_heading", DEEP, raw="[" + ".".join(["a"] * 50_000) + "]\n"),
    Case("toml_quoted_dots", DEEP, raw="[" + ".".join(['"a"'] * 50_000) + "]\n"),
    Case("toml_many_dotted", DEEP, raw="".join(f"[x{i}{'.a' * 40}]\n" for i in range(3000))),
    Case("toml_lists_in_lists", DEEP, raw="a=" + "[" * 100_000),
    Case("toml_lists_over_lines", DEEP, raw="a=" + "[\n" * 100_000),
    Case("toml_tables_in_tables", DEEP, raw="a=" + "{a=" * 30_000),
    Case("toml_300k_keys", "longer than 1 MB", raw="".join(f"k{i}=1\n" for i in range(300_000))),
    Case("toml_80k_keys", "table [k0] is not known", raw="".join(f"k{i}=1\n" for i in range(80_000))),
    Case("toml_unclosed_texts", "can't be understood", raw='x="' + '\\"' * 400_000),
    toml("toml_5000_digits", DIGITS, standard="snap_limit_m=" + "9" * 5000),
    toml("toml_400_digits", DIGITS, standard="snap_limit_m=" + "9" * 400),
    toml("toml_300_digits", "too large a number", standard="snap_limit_m=" + "9" * 300),
    toml("toml_hexadecimal", "too large a number", standard="snap_limit_m=0x" + "f" * 5000),
    toml("crs_unknown", CODE, communities='crs="nonsense"'),
    toml("crs_of_a_file", CODE, communities='crs="+init=/etc/passwd:x"'),
    toml("crs_with_a_grid", CODE, communities='crs="+proj=longlat +nadgrids=@/etc/passwd,null"'),
    toml("crs_nested", CODE, communities='crs="' + "GEOGCS[" * 2000 + '"'),
    toml("crs_as_json", CODE, communities="crs='" + '{"a":' * 3000 + "'"),
    Case("study_crs_unknown", CODE, tables={"study": 'crs="nonsense"'}),
    Case("study_crs_of_a_file", CODE, tables={"study": 'crs="+init=/etc/passwd:x"'}),
    *(toml(f"encoding_{i}", CODEC, facilities=f'encoding="{name}"') for i, name in enumerate(("undefined", "rot13", "base64", "zip", "hex", "idna", "nope", "../x"))),
    toml("encoding_nul", "NUL", facilities='encoding="utf-8\\u0000"'),
    Case("path_nul", "NUL", tables={"facilities": 'path="a\\u0000.csv"'}),
    Case("path_of_nobody", "no file", tables={"facilities": 'path="~nosuchuser/x.csv"'}),
    Case("path_of_5000_letters", "can't be opened", tables={"facilities": f'path="{"a" * 5000}.csv"'}),
    Case("path_of_30000_letters", "at most", tables={"facilities": f'path="{"a" * 30_000}.csv"'}),
    Case("path_is_a_device", "no file", tables={"facilities": 'path="/dev/zero"'}),
    Case("path_is_an_address", "no file", tables={"facilities": f'path="{CANARY}x.csv"'}),
]  # fmt: skip

# --- tables ------------------------------------------------------------------------------------------------


def book(cells: Mapping[str, object] | None = None, change: Callable[[str, bytes], bytes] | None = None) -> bytes:
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.append(["id", "name", "lon", "lat", "kind"])
    sheet.append([1, "a", *at(2, 0), "canteen"])
    for place, value in (cells or {}).items():
        sheet[place] = value
    out = io.BytesIO()
    made.save(out)
    if change is None:
        return out.getvalue()
    changed = io.BytesIO()
    with zipfile.ZipFile(out) as source, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            archive.writestr(name, change(name, source.read(name)))
    return changed.getvalue()


def in_sheet(old: bytes, new: bytes) -> Callable[[], bytes]:
    return lambda: book(None, lambda name, raw: raw.replace(old, new) if "sheet1" in name else raw)


FAR, END = "far from its table", b"</sheetData>"
LOOP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + b"\x3e\x00\x03\x00\xfe\xff\x09\x00\x06\x00" + bytes(1600)
TABLES = [
    table("csv_100k_columns", "at most 2000 are read", "f.csv", ",".join(f"c{i}" for i in range(100_000))),
    table("csv_50k_repeated_columns", "at most 2000 are read", "f.csv", ",".join(["a"] * 50_000)),
    table("csv_1900_repeated_columns", "", "f.csv", FACILITIES.replace("lon,lat\n", "lon,lat" + ",a" * 1900 + "\n")),
    table("csv_one_endless_line", "f.csv", "f.csv", lambda: b"id,lon,lat\n" + b"a" * 11_000_000),
    table("csv_nothing_but_lines", "is empty", "f.csv", lambda: b"\n" * 1_000_000),
    table("csv_one_long_row", "", "f.csv", f"{FACILITIES}x,x,canteen,,110.003,30{',' * 500_000}\n"),
    table("xlsx_XFD1048576", FAR, "f.xlsx", lambda: book({"XFD1048576": "x"})),
    table("xlsx_ZZ200000", FAR, "f.xlsx", lambda: book({"ZZ200000": "x"})),
    table("xlsx_A1048576", "", "f.xlsx", lambda: book({"A1048576": " "}), heavy=True),
    table("xlsx_XFD1", "at most 2000 are read", "f.xlsx", lambda: book({"XFD1": "x"})),
    table("xlsx_cell_beyond_all", "f.xlsx", "f.xlsx", in_sheet(END, b'<row r="4000000000"><c r="ZZZZ4000000000"><v>1</v></c></row>' + END)),
    table("xlsx_merge_beyond_the_row", "", "f.xlsx", in_sheet(END, END + b'<mergeCells count="1"><mergeCell ref="F2:H2"/></mergeCells>')),
    table("xlsx_merge_of_a_column", "", "f.xlsx", in_sheet(END, END + b'<mergeCells count="1"><mergeCell ref="B2:B1048576"/></mergeCells>')),
    table("xlsx_blanks_40MB", "", "f.xlsx", in_sheet(END, b" " * 40_000_000 + END), heavy=True),
    table("xlsx_blanks_400MB", "", "f.xlsx", in_sheet(END, b" " * 400_000_000 + END), heavy=True, long=True),
    table("xlsx_laughs", "", "f.xlsx", in_sheet(b"<worksheet", LAUGHS.encode() + b"<worksheet")),
    table("xls_loop", "is damaged or far too large", "f.xls", LOOP),
    table("xls_cut", "f.xls", "f.xls", LOOP[:600]),
]  # fmt: skip

# --- heights -----------------------------------------------------------------------------------------------


def tif(width: int = 20, height: int = 20, dtype: str = "uint8", step: float | None = None, **how: object) -> Callable[[], bytes]:
    def made() -> bytes:
        import warnings

        import rasterio
        from rasterio.io import MemoryFile

        place = rasterio.Affine(0.2 / width if step is None else step, 0, 109.9, 0, -0.2 / height if step is None else step, 30.1)
        with warnings.catch_warnings(), MemoryFile() as file:
            warnings.simplefilter("ignore")
            options = {"driver": "GTiff", "count": 1, "crs": "EPSG:4326", "transform": place, "sparse_ok": True, **how}
            with file.open(width=width, height=height, dtype=dtype, **options):
                pass
            return bytes(file.getbuffer())

    return made


VRT = (
    '<VRTDataset rasterXSize="20" rasterYSize="20"><SRS>EPSG:4326</SRS><GeoTransform>109.9,.01,0,30.1,0,-.01</GeoTransform>'
    '<VRTRasterBand dataType="Byte" band="1" {more}</VRTRasterBand></VRTDataset>'
)
OWN_FILE = 'subClass="VRTRawRasterBand"><SourceFilename relativeToVRT="0">/etc/passwd</SourceFilename>'
OWN_FILE += "<ImageOffset>0</ImageOffset><PixelOffset>1</PixelOffset><LineOffset>20</LineOffset>"
ASKS = f'><SimpleSource><SourceFilename relativeToVRT="0">/vsicurl/{CANARY}x.tif</SourceFilename><SourceBand>1</SourceBand></SimpleSource>'
WMS = f'<GDAL_WMS><Service name="TMS"><ServerUrl>{CANARY}${{z}}/${{x}}/${{y}}.png</ServerUrl></Service><DataWindow><SizeX>9</SizeX><SizeY>9</SizeY></DataWindow></GDAL_WMS>'
NO_RASTER, TOO_LARGE = "no elevation raster", "is too large"
RASTERS = [
    raster("tif_is_a_vrt_of_a_file", NO_RASTER, VRT.format(more=OWN_FILE)),
    raster("tif_is_a_vrt_that_asks", NO_RASTER, VRT.format(more=ASKS)),
    raster("tif_is_a_map_server", NO_RASTER, WMS),
    raster("tif_is_an_ascii_grid", NO_RASTER, "ncols 1\nnrows 1\nxllcorner 110\nyllcorner 30\ncellsize 1\n5\n"),
    raster("tif_with_a_vrt_beside_it", "", tif(), e__tif__aux__xml="<PAMDataset><Metadata domain='xml:VRT'>" + VRT.format(more=ASKS) + "</Metadata></PAMDataset>", e__tif__ovr=VRT.format(more=ASKS), e__tif__msk=VRT.format(more=ASKS)),
    raster("tif_30000", TOO_LARGE, tif(30_000, 30_000, compress="deflate")),
    raster("tif_100000_tiled", TOO_LARGE, tif(100_000, 100_000, compress="deflate", tiled=True, blockxsize=4096, blockysize=4096)),
    raster("tif_15000_in_tiles", "", tif(15_000, 15_000, compress="deflate", tiled=True)),
    raster("tif_of_one_strip", NO_RASTER, tif(15_000, 15_000, compress="deflate", blockysize=15_000)),
    raster("tif_degenerate", "where its cells lie", tif(step=0.0)),
    raster("tif_nan", "where its cells lie", tif(step=math.nan)),
    raster("tif_complex", "no plain numbers", tif(dtype="complex64")),
    raster("tif_cut", NO_RASTER, lambda: tif(dtype="float64", sparse_ok=False)()[:200]),
    raster("tif_heading_only", NO_RASTER, b"II*\x00\xff\xff\xff\xff"),
]  # fmt: skip

# --- streets -----------------------------------------------------------------------------------------------

GRAPH = (
    '<?xml version="1.0"?>{doctype}<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><key id="x" for="node" attr.name="x"/>'
    '<key id="y" for="node" attr.name="y"/><key id="g" for="edge" attr.name="geometry"/><key id="c" for="graph" attr.name="crs"/>'
    '<graph edgedefault="directed"><data key="c">{crs}</data><node id="1"><data key="x">110</data><data key="y">{lat}</data></node>'
    '<node id="2"><data key="x">110.01</data><data key="y">30</data></node>'
    '<edge source="1" target="2">{edge}</edge>{more}</graph></graphml>'
)


def graph(doctype: str = "", crs: str = "EPSG:4326", lat: str = "30", edge: str = "", more: str = "") -> str:
    return GRAPH.format(doctype=doctype, crs=crs, lat=lat, edge=f'<data key="g">{edge}</data>' if edge else "", more=more)


def osm(node: str) -> str:
    return f'<osm version="0.6"><node {node} lat="30" lon="110"/></osm>'


NO_GRAPH, NO_LINE, NO_OSM = "can't be read as a graph", "is no line", "can't be read as OpenStreetMap data"
STREETS = [
    street_file("graphml_encoding", NO_GRAPH, "s.graphml", '<?xml version="1.0" encoding="nope"?><graphml/>'),
    street_file("graphml_laughs", "declares entities", "s.graphml", graph(doctype=LAUGHS)),
    street_file("graphml_crs", "is not known", "s.graphml", graph(crs="nonsense")),
    street_file("graphml_crs_of_a_file", "is not known", "s.graphml", graph(crs="+init=/etc/passwd:x")),
    street_file("graphml_nested_wkt", NO_LINE, "s.graphml", graph(edge="GEOMETRYCOLLECTION(" * 50_000), heavy=True),
    street_file("graphml_nested_brackets", NO_LINE, "s.graphml", graph(edge="LINESTRING " + "(" * 100_000), heavy=True),
    street_file("graphml_polygon", NO_LINE, "s.graphml", graph(edge="POLYGON((0 0, 1 0, 1 1, 0 0))")),
    street_file("graphml_nowhere", "nowhere on the globe", "s.graphml", graph(lat="1e300")),
    street_file("graphml_deep", NO_GRAPH, "s.graphml", lambda: graph(more="<a>" * 100_000).encode()),
    street_file("graphml_long_ids", "", "s.graphml", graph().replace('"1"', '"' + "9" * 5000 + '"')),
    street_file("graphml_parallel_30k", "", "s.graphml", lambda: graph(more='<edge source="1" target="2"></edge>' * 30_000).encode(), heavy=True),
    street_file("lcnet_nested", "damaged or cut short", "s.lcnet", b"LCNET\x00\x01\n" + (10**6).to_bytes(8, "little") + b"[" * 10**6),
    street_file("lcnet_list_for_a_heading", "damaged or cut short", "s.lcnet", b"LCNET\x00\x01\n" + (2).to_bytes(8, "little") + b"[]"),
    street_file("osm_id_at_the_end", NO_OSM, "s.osm", osm(f'id="{2**63 - 1}"')),
    street_file("osm_id_beyond", NO_OSM, "s.osm", osm(f'id="{2**63}"')),
    street_file("osm_id_of_5000_digits", NO_OSM, "s.osm", osm(f'id="{"9" * 5000}"')),
    street_file("osm_deleted_id_of_5000_digits", NO_OSM, "s.osm", osm(f'id="{"9" * 5000}" action="delete"')),
    street_file("osm_laughs", "s.osm", "s.osm", LAUGHS + osm('id="1"')),
    street_file("osm_endless_attribute", "one endless text", "s.osm", lambda: osm(f'id="1" user="{"a" * 9_000_000}"').encode()),
    street_file("osm_gz_bomb", "one endless text", "s.osm.gz", lambda: gzip.compress(bytes(150_000_000), 1)),
    street_file("osm_bz2_bomb", "one endless text", "s.osm.bz2", lambda: bz2.compress(b"<a/>" * 30_000_000), heavy=True, long=True),
    toml("snap_limit_of_a_million_km", "is too far", standard="snap_limit_m=1e9"),
]  # fmt: skip

CASES = [*AREAS, *STUDY_FILES, *TABLES, *RASTERS, *STREETS]
