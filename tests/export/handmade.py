"""A little town and its answer written down by hand: nothing here is computed by the core.

Names are as hostile as names in files can be; weights are fractions that no decimal ends.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry import Point, Polygon, box

from geo import crs
from geo.messages import Message, msg
from geo.model import Coverage, Facilities, Finding, InputFile, ServiceStandard, Study, Totals, WalkNetwork, WalkProfile

CRS = "EPSG:4547"
EAST, NORTH, STEP = 500_000.0, 3_400_000.0, 150.0
COLUMNS, ROWS = 18, 12

ADULT = WalkProfile("adult", 4.32, label_zh="成年人", label_en="adult", source="MUTCD 4 ft/s", confidence="A")
EVIL = (
    "{{ 1 + 1 }}",
    "<img src=x onerror=alert(1)>",
    "${x}",
    "`tick`",
    "</script><script>alert(2)</script>",
    "=HYPERLINK(1)",
    "$a$ \\alpha {% raw %}",
    "'\"&amp; \u2028 <b>粗</b>",
)
NAMES = ("幸福里社区", "东门社区", "滨河社区", *EVIL)
WIDE, HIGH = (COLUMNS - 1) * STEP, (ROWS - 1) * STEP


def network() -> WalkNetwork:
    """Straight streets on a grid."""
    x, y = np.meshgrid(np.arange(COLUMNS) * STEP + EAST, np.arange(ROWS) * STEP + NORTH)
    xy = np.column_stack([x.ravel(), y.ravel()])
    number = np.arange(COLUMNS * ROWS).reshape(ROWS, COLUMNS)
    u = np.concatenate([number[:, :-1].ravel(), number[:-1, :].ravel()])
    v = np.concatenate([number[:, 1:].ravel(), number[1:, :].ravel()])
    vertex = np.column_stack([u, v]).ravel()
    length = np.zeros(2 * len(u))
    length[::2] = STEP
    way = np.full(2 * len(u), -1, dtype=np.int32)
    way[::2] = np.arange(len(u)) % 3
    names = ["人民路", "<b>", ""]
    ways = pd.DataFrame({"way_id": [1, 2, 3], "highway": ["secondary", "residential", "footway"], "name": names})
    return WalkNetwork(
        crs=CRS,
        node_id=np.arange(len(xy), dtype=np.int64),
        node_xy=xy,
        edge_u=u.astype(np.int32),
        edge_v=v.astype(np.int32),
        edge_start=np.arange(0, 2 * len(u) + 1, 2, dtype=np.int64),
        vertex_xy=xy[vertex],
        segment_m=length,
        segment_way=way,
        segment_crossing=np.zeros(2 * len(u), dtype=np.uint8),
        ways=ways,
        source="streets.osm.pbf",
        source_date="2026-05-01T00:00:00Z",
        digest="ab" * 32,
        findings=(Finding("info", "network", Message(msg("Done"))),),
    )


def communities() -> gpd.GeoDataFrame:
    """Twelve tiles; the last one has no people. One user column is called like one of ours."""
    tiles = [
        box(EAST + c * WIDE / 4, NORTH + r * HIGH / 3, EAST + (c + 1) * WIDE / 4, NORTH + (r + 1) * HIGH / 3)
        for r in range(3)
        for c in range(4)
    ]
    names = [*NAMES, "空地"]
    return gpd.GeoDataFrame(
        {
            "id": [f"c{i}" for i in range(12)],
            "name": names,
            "coverage_ratio": ["高"] * 12,
            "note": list(EVIL) + [None] * 4,
            "opened": pd.to_datetime(["2024-05-01"] * 11 + [None]),
            "floor": pd.array([1, None, *range(10)], dtype="Int64"),
            "mixed": [1, "a", None, np.nan, np.inf, True, 2.5, [1], {"k": 1}, np.int64(4), np.float32(0.5), b"\xff"],
        },
        geometry=tiles,
        crs=CRS,
    )


def homes(rng: np.random.Generator, count: int) -> pd.DataFrame:
    """Where people are and how they fare, without geometry."""
    x, y = rng.uniform(0, WIDE * 0.999, count), rng.uniform(-60, HIGH * 0.999, count)
    column, row = (x / (WIDE / 4)).astype(int), (y / (HIGH / 3)).astype(int)
    community = np.where(y < 0, "", np.char.add("c", (row * 4 + column).astype(str)))
    time_s = np.hypot(x - WIDE * 0.3, y - HIGH * 0.5) / 1.2
    time_s[:3] = [600.0, np.nan, np.nan]
    reason = np.where(np.isnan(time_s), "cut_off", np.where(time_s <= 600, "", "too_far")).astype(object)
    reason[2] = "off_network"
    weight = rng.uniform(0.1, 9, count) / 3
    weight[(community == "c11")] = 0.0
    return pd.DataFrame(
        {
            "id": [f"h{i}" for i in range(count)],
            "weight": weight,
            "elder": weight / 7,
            "community_id": community.astype(object),
            "time_s": np.round(time_s, 3),
            "distance_m": np.round(time_s * 1.2, 3),
            "facility_id": np.where(np.isnan(time_s), "", np.where(x < WIDE * 0.3, "f0", "f1")).astype(object),
            "served": reason == "",
            "reason": reason,
            "x": x + EAST,
            "y": y + NORTH,
        }
    )


def sites() -> gpd.GeoDataFrame:
    """Eight facilities with the names of ``EVIL``; the last is off the network."""
    count = len(EVIL)
    x = EAST + np.linspace(0.1, 0.9, count) * WIDE
    y = NORTH + HIGH * (0.5 + 0.3 * np.sin(np.arange(count)))
    return gpd.GeoDataFrame(
        {
            "id": [f"f{i}" for i in range(count)],
            "name": list(EVIL),
            "kind": ["社区食堂", "爱心驿站", "{{ 7*7 }}", "社区食堂", "", "=1+1", "爱心驿站", "社区食堂"],
            "status": ["existing"] * 7 + ["proposed"],
            "capacity": [80.0, np.nan, 40.0, 60.0, np.nan, 12.0, 8.0, 100.0],
            "hours": ["Mo-Su 10:00-13:00", *[""] * 7],
            "Name": ["second name"] * count,
            "snapped": ["user's own"] * count,
            "电话": ["+86 10 1234", "-5", "@home", "010", None, "=cmd|x", "\t", "12"],
        },
        geometry=gpd.GeoSeries.from_xy(x, y, crs=CRS),
    )


def _table(demand: pd.DataFrame, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The communities with their figures, and the row "outside"."""
    outside = gpd.GeoDataFrame({"id": ["outside"], "name": [""]}, geometry=[Polygon()], crs=CRS)
    rows = gpd.GeoDataFrame(pd.concat([frame[["id", "name", "geometry"]], outside], ignore_index=True), crs=CRS)
    key = demand["community_id"].replace("", "outside")
    total = rows["id"].map(demand["weight"].groupby(key).sum()).fillna(0.0)
    served = rows["id"].map(demand["weight"].where(demand["served"], 0.0).groupby(key).sum()).fillna(0.0)
    return rows.assign(
        total_weight=total,
        served_weight=served,
        unserved_weight=total - served,
        coverage_ratio=served / total,
        mean_time_s=rows["id"].map(demand.groupby(key)["time_s"].mean()),
        max_time_s=rows["id"].map(demand.groupby(key)["time_s"].max()),
    )


def study(name: str = "清河 {{ 1 + 1 }} <img src=x>") -> Study:
    rng = np.random.default_rng(11)
    people = homes(rng, 500)
    points = gpd.GeoDataFrame(
        people[["id", "weight", "elder", "community_id"]], geometry=gpd.GeoSeries.from_xy(people["x"], people["y"], crs=CRS)
    )
    return Study(
        name=name,
        crs=CRS,
        communities=communities(),
        facilities=Facilities(sites()),
        demand=points,
        network=network(),
        standard=ServiceStandard(ADULT, minutes=10),
        groups=("elder",),
        inputs=(InputFile("facilities", "=facilities.csv", "cd" * 32, 8, (Message(msg("Done")),)),),
        findings=(Finding("doubtful", "facilities", Message(msg("“{name}”"), {"name": EVIL[1]}), (3,), 1),),
    )


def coverage(of: Study) -> Coverage:
    """The answer for :func:`study`, drawn with circles."""
    rng = np.random.default_rng(11)
    people = homes(rng, 500)
    demand = gpd.GeoDataFrame(people.drop(columns=["x", "y"]), geometry=of.demand.geometry)
    frame = of.facilities.frame
    caught = demand[demand["served"]].groupby("facility_id")["weight"].sum()
    reached = frame.drop(columns=["snapped"]).assign(
        access_m=np.linspace(1, 300, len(frame)),
        snapped=np.arange(len(frame)) < 7,
        catchment_weight=frame["id"].map(caught).fillna(0.0),
    )
    areas = gpd.GeoDataFrame(
        {
            "facility_id": frame["id"],
            "kind": frame["kind"],
            "minutes": 10.0,
            "area_m2": np.pi * 260.0**2,
            "served_weight": reached["catchment_weight"],
        },
        geometry=shapely.buffer(frame.geometry.to_numpy(), 260.0),
        crs=CRS,
    )
    lost = demand[~demand["served"]]
    gaps = gpd.GeoDataFrame(
        {
            "gap_id": ["g1", "g2"],
            "community_ids": [("c1", "c0"), ("outside",)],
            "community_names": [(NAMES[1], NAMES[0]), ("",)],
            "unserved_weight": [lost["weight"].sum() - 1 / 3, 1 / 3],
            "no_way_weight": [0.0, 1 / 3],
            "typical_time_s": [901.5, np.nan],
            "max_time_s": [1812.34567, np.nan],
            "nearest_facility_id": ["f1", ""],
            "nearest_time_s": [812.34567, np.nan],
            "area_m2": [1234.5678, 0.1],
        },
        geometry=[
            box(EAST + WIDE * 0.7, NORTH + HIGH * 0.1, EAST + WIDE * 0.95, NORTH + HIGH * 0.9),
            Point(EAST + 200, NORTH + 1500).buffer(90),
        ],
        crs=CRS,
    )
    total, got = demand["weight"].sum(), demand["weight"][demand["served"]].sum()
    elder, elder_got = demand["elder"].sum(), demand["elder"][demand["served"]].sum()
    return Coverage(
        study_name=of.name,
        crs=CRS,
        standard=of.standard,
        kinds=(),
        totals=Totals(total, got, got / total, 12, 8, float(demand["weight"].iloc[2]), 1),
        groups={"elder": {"total_weight": elder, "served_weight": elder_got, "coverage_ratio": elder_got / elder}},
        demand=demand,
        communities=_table(people, of.communities),
        facilities=reached,
        service_areas=areas,
        gaps=gaps,
        inputs=of.inputs,
        findings=(Finding("doubtful", "demand", Message(msg("“{name}”"), {"name": "${x}"}), (1, 2), 2), *of.findings),
    )


def lonlat(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return crs.to_wgs84(frame)
