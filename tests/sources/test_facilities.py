import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.sources.study import read_study
from tests.sources.tiny import EAST, STUDY, at, box, features, tiny, told


def load(folder, study=STUDY, **files):
    return read_study(tiny(folder, study, **files))


def csv(*rows, head="id,name,kind,status,lon,lat"):
    return "\n".join([head, *rows]) + "\n"


PLACE = f"{110 + 2 * EAST:.6f},30.0001"


def test_columns_of_the_contract_and_the_users_own(tmp_path):
    rows = csv(
        f'f1,一号,canteen,现状,{PLACE},320,"Mo-Su 10:30-13:00",好',
        f"f2,二号,canteen,拟建,{PLACE},,,",
        head="id,name,kind,status,lon,lat,capacity,hours,备注",
    )
    frame = load(tmp_path, facilities_csv=rows).facilities.frame
    assert frame.columns.tolist()[:6] == ["id", "name", "kind", "status", "capacity", "hours"]
    assert frame["status"].tolist() == ["existing", "proposed"]
    assert frame["capacity"].iloc[0] == 320
    assert np.isnan(frame["capacity"].iloc[1])
    assert frame["hours"].iloc[0] == "Mo-Su 10:30-13:00"
    assert frame["备注"].tolist() == ["好", ""]
    assert frame.index.tolist() == [0, 1]


def test_repeated_ids_are_made_different_and_nothing_is_lost(tmp_path):
    study = load(tmp_path, facilities_csv=csv(*(f"{name},x,canteen,,{PLACE}" for name in ("a", "a", "a-2", "a", ""))))
    assert study.facilities.frame["id"].tolist() == ["a", "a-3", "a-2", "a-4", "row6"] or study.facilities.frame["id"].is_unique
    assert len(study.facilities) == 5
    assert study.facilities.frame["id"].iloc[2] == "a-2"  # an id that is there once stays
    assert told(study.findings, "repeat the id")[0].rows == (3, 5)
    assert told(study.findings, "have no id")[0].rows == (6,)


def test_kinds_are_kept_or_taken_from_names(tmp_path):
    rows = csv(f"1,鼓楼社区食堂,,,{PLACE}", f"2,x,我的类别,,{PLACE}", f"3,x,,,{PLACE}")
    study = load(tmp_path, facilities_csv=rows)
    assert study.facilities.frame["kind"].tolist() == ["canteen", "我的类别", ""]
    assert told(study.findings, "taken from their names")[0].rows == (2,)
    one = load(tmp_path, STUDY.replace('kind = "kind"', 'kind = "kind"\none_kind = "health"'), facilities_csv=rows)
    assert one.facilities.frame["kind"].tolist() == ["health", "我的类别", "health"]


def test_a_capacity_in_words_is_unknown_and_named(tmp_path):
    study = load(
        tmp_path, facilities_csv=csv(f"1,x,c,,{PLACE},很多", f"2,x,c,,{PLACE},120人", head="id,name,kind,status,lon,lat,capacity")
    )
    assert np.isnan(study.facilities.frame["capacity"].iloc[0])
    assert study.facilities.frame["capacity"].iloc[1] == 120
    assert told(study.findings, "The capacity of")[0].rows == (2,)


def test_doors_from_a_column(tmp_path):
    doors = f"{110 + EAST:.6f} 30.0;{110 + 3 * EAST:.6f} 30.0；oops"
    rows = csv(f'f1,x,c,,{PLACE},"{doors}"', f"f2,x,c,,{PLACE},", head="id,name,kind,status,lon,lat,doors")
    study = load(tmp_path, STUDY.replace('kind = "kind"', 'kind = "kind"\nentrances = "doors"'), facilities_csv=rows)
    assert study.facilities.entrances["facility_id"].tolist() == ["f1", "f1"]
    assert study.facilities.entrances.geometry.distance(study.facilities.frame.geometry.iloc[0]).round(-1).tolist() == [100, 100]
    assert told(study.findings, "entrances are not understood")[0].rows == (2,)


def test_columns_of_the_users_with_our_names_are_kept(tmp_path):
    rows = csv(f"f1,x,c,,{PLACE},two,12,POINT", head="id,name,kind,status,lon,lat,entrances,area_m2,geometry")
    study = load(tmp_path, facilities_csv=rows)
    assert study.facilities.entrances is None
    assert study.facilities.frame[["entrances", "area_m2", "geometry_text"]].iloc[0].tolist() == ["two", 12, "POINT"]


def test_doors_from_a_file(tmp_path):
    study = load(
        tmp_path,
        STUDY + '\n[entrances]\npath = "doors.csv"\nfacility = "of"\n',
        doors_csv=f"of,lon,lat\nf1,{110 + EAST:.6f},30\nf9,{110 + EAST:.6f},30\n",
    )
    assert study.facilities.entrances["facility_id"].tolist() == ["f1"]
    assert told(study.findings, "belong to no facility")[0].rows == (3,)


def areas(*shapes):
    return features(*(({"id": f"p{i}", "name": f"园{i}", "kind": "park"}, "Polygon", shape) for i, shape in enumerate(shapes)))


AREA_STUDY = STUDY.replace('"facilities.csv"', '"parks.geojson"').replace('lon = "lon"\nlat = "lat"\n[demand]', "[demand]")


def test_an_area_is_entered_where_streets_cross_its_edge(tmp_path):
    study = load(tmp_path, AREA_STUDY, parks_geojson=areas(box(2, -1, 4, 1)))
    doors = study.facilities.entrances
    assert doors["facility_id"].tolist() == ["p0", "p0"]
    edge = study.network.node_xy
    assert np.sort(doors.geometry.x - edge[:, 0].min()).round(-1).tolist() == [200, 400]
    assert study.facilities.frame.geometry.geom_type.tolist() == ["Point"]
    assert study.facilities.frame["area_m2"].iloc[0] == pytest.approx(40_000, rel=0.01)


def test_an_area_beside_the_street_is_entered_at_its_nearest_edge(tmp_path):
    study = load(tmp_path, AREA_STUDY, parks_geojson=areas(box(2, 1, 4, 2)))
    door = study.facilities.entrances.geometry.iloc[0]
    assert len(study.facilities.entrances) == 1
    assert door.distance(shapely.LineString(study.network.vertex_xy)) == pytest.approx(100, rel=0.02)


def test_an_area_with_doors_of_its_own_keeps_to_them(tmp_path):
    study = load(
        tmp_path,
        AREA_STUDY + '\n[entrances]\npath = "doors.csv"\nfacility = "of"\n',
        parks_geojson=areas(box(2, -1, 4, 1)),
        doors_csv=f"of,lon,lat\np0,{at(3, 1)[0]:.6f},{at(3, 1)[1]:.6f}\n",
    )
    assert len(study.facilities.entrances) == 1


def test_lines_and_multipoints_become_a_point(tmp_path):
    text = features(
        ({"id": "l", "kind": "market"}, "LineString", [list(at(1, 0)), list(at(3, 0))]),
        ({"id": "m", "kind": "market"}, "MultiPoint", [list(at(1, 0)), list(at(1.2, 0))]),
    )
    frame = load(tmp_path, AREA_STUDY, parks_geojson=text).facilities.frame
    assert isinstance(frame, gpd.GeoDataFrame)
    assert frame.geometry.geom_type.tolist() == ["Point", "Point"]
    line = shapely.points(*at(2, 0))
    assert gpd.GeoSeries([line], crs=4326).to_crs(frame.crs).distance(frame.geometry.iloc[0]).iloc[0] < 0.01


def test_no_facility_at_all_is_allowed(tmp_path):
    head, _, rest = STUDY.partition("[facilities]")
    study = load(tmp_path, head + rest[rest.index("[demand]") :])
    assert len(study.facilities) == 0
    assert told(study.findings, "has no facilities")
    assert study.facilities.with_site("new", *study.network.node_xy[0], kind="canteen").frame["id"].tolist() == ["new"]
