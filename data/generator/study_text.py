"""The two files that are written by hand: study.toml and README.md."""

STUDY = """\
# 清河（虚构示例县城）· Qinghe, an invented town. Nothing here is a real place. See README.md.
[study]
name = "清河（虚构示例县城）"
name_en = "Qinghe (invented sample town)"
crs = "auto"                    # CGCS2000, 3-degree zone, 117 E (EPSG:4548)

[network]
path = "streets.osm.pbf"

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
capacity = "capacity"
hours = "hours"
lon = "lon"
lat = "lat"

[demand]
path = "homes.csv"
id = "id"
lon = "lon"
lat = "lat"
weight = "population"

[demand.groups]
elder = "age60plus"
elder80 = "age80plus"
child = "age0_14"

[candidates]
path = "candidates.csv"
id = "id"
name = "name"
kind = "kind"
lon = "lon"
lat = "lat"

[requests]
path = "requests.csv"
id = "id"
kind = "kind"
lon = "lon"
lat = "lat"

[standard]
minutes = 15
profile = "older"
snap_limit_m = 200
"""

WITH_BARRIERS = (
    STUDY.replace(
        "See README.md.\n",
        "See README.md.\n# The same town with a compound whose back gate is shut and a planned footbridge over the railway.\n",
    )
    .replace('县城）"', '县城）· 出入口（大门）与人行天桥"')
    .replace('sample town)"', 'sample town) · gate and footbridge"')
    .replace(
        "[candidates]", '[barriers]\npath = "barriers.geojson"\nkind = "kind"\nname = "name"\nstatus = "status"\n\n[candidates]'
    )
)

README = """\
# 清河（虚构示例县城）· Qinghe (synthetic, invented)

**本目录的一切都是虚构的。** 清河是一座编造的县城，街道、房屋、人口、机构、诉求均由程序生成，与任何真实地点、
单位和个人无关。坐标落在安徽省一片农田上，只是为了让投影（CGCS2000 三度带，中央经线 117°E）能用；请勿叠加到真实地图上使用。

**Everything in this folder is invented.** Qinghe is a made-up Chinese county town. Its streets, homes, people, services and
requests come out of a seeded program and describe no real place, body or person. The coordinates fall on open farmland in
Anhui, only so that the projection works; do not lay it over a real map.

| file | what it holds |
|---|---|
| `study.toml` | the study: which file is what, the service standard |
| `streets.osm.pbf` | streets, river, railway, buildings, land use, in OpenStreetMap's format (not OpenStreetMap's data) |
| `communities.geojson` | 12 urban communities and the 3 villages of a merged rural community |
| `homes.csv` | residential buildings with households and people: 45,000 in all, aged 60+, 80+ (part of 60+), 0–14 |
| `facilities.csv` | canteens, meal points, day-care and activity centres, love stations, service and health stations |
| `candidates.csv` | idle ground floors, idle houses, merchants willing to carry a canteen sign; floor area, cost |
| `requests.csv` | what residents asked for in 2026: date, kind, place, state, text |

Made by `python -m data.generator` (seed in `data/generator/make.py`); `tests/test_qinghe.py` checks that these are the files
that it makes. Change the generator, not the files.

What makes the town hard to walk: a river with four bridges, a railway with few ways across, walled compounds with one gate,
a hill with steps, an expressway no one may walk, villages beyond it, an islet (白鹭洲) that no bridge reaches.
"""
