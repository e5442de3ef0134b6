import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from geo.crs import project
from geo.errors import InputDataError
from geo.sources import datum
from geo.sources.findings import FindingLog
from geo.sources.positions import points
from geo.sources.study_file import LayerTable
from tests.sources.tiny import told

AREA = (109.9, 29.9, 110.1, 30.1)
TABLE = LayerTable(path="a.csv", lon="lon", lat="lat")


def read(rows, table=TABLE, area=AREA, columns=("lon", "lat")):
    log = FindingLog("homes")
    frame = pd.DataFrame(rows, columns=list(columns), index=pd.RangeIndex(2, len(rows) + 2), dtype="str")
    return points(frame.assign(keep="x"), table, log, area), log.found


def test_good_rows_become_points():
    frame, found = read([("110.01", "30.02"), ("110", "30")])
    assert [(p.x, p.y) for p in frame.geometry] == [(110.01, 30.02), (110.0, 30.0)]
    assert frame["keep"].tolist() == ["x", "x"]
    assert found == ()


def test_each_bad_row_is_left_out_and_named_and_the_good_stay():
    rows = [
        ("110", "30"),
        ("", ""),
        ("x", "30"),
        ("999", "30"),
        ("NaN", "30"),
        ("110", "inf"),
        ("１１０．０１", "30"),
        ("110.02", "30"),
    ]
    frame, found = read(rows)
    assert frame.index.tolist() == [2, 8, 9]
    assert told(found, "no coordinates")[0].rows == (3,)
    assert told(found, "no numbers")[0].rows == (4, 6, 7)
    assert told(found, "outside the globe")[0].rows == (5,)
    assert told(found, "written oddly")[0].rows == (8,)
    assert "999 30" in str(told(found, "outside the globe")[0].message)
    assert {finding.level for finding in found} == {"error", "mended"}


def test_exchanged_rows_are_put_right_by_impossibility_or_by_the_area():
    frame, found = read([("110", "30"), ("30.01", "110.01")], area=None)
    assert (frame.geometry.iloc[1].x, frame.geometry.iloc[1].y) == (110.01, 30.01)
    assert told(found, "exchanged")[0].rows == (3,)
    frame, found = read([("48.2", "16.4"), ("16.3", "48.1")], area=(16, 48, 17, 49))
    assert frame.geometry.iloc[0].x == 16.4
    assert told(found, "exchanged")[0].rows == (2,)


def test_far_points_are_not_taken_for_exchanged_ones():
    frame, found = read([("10", "20")])
    assert (frame.geometry.iloc[0].x, frame.geometry.iloc[0].y) == (10, 20)
    assert found == ()


def test_no_row_with_a_position_is_one_sentence():
    with pytest.raises(InputDataError, match="no row with a usable position"):
        read([("", ""), ("x", "y")])


def test_missing_columns_suggest_the_likely_one():
    with pytest.raises(InputDataError, match=r"no column “lon” .*did you mean “经度”"):
        read([("110", "30")], columns=("经度", "纬度"))
    with pytest.raises(InputDataError, match=r"no columns for longitude and latitude.*Its columns: a, b, keep"):
        read([("110", "30")], LayerTable(path="a.csv"), columns=("a", "b"))


@pytest.mark.parametrize("columns", [("lng", "lat"), ("Longitude", "Latitude"), ("经度", "纬度"), ("X", "Y")])
def test_usual_names_are_found_by_themselves(columns):
    frame, _ = read([("110", "30")], LayerTable(path="a.csv"), columns=columns)
    assert frame.geometry.iloc[0].x == 110


def test_metres_with_their_system():
    xy = project(np.array([110.01]), np.array([30.02]), "EPSG:4546")
    table = LayerTable(path="a.csv", x="e", y="n", crs="EPSG:4546")
    frame, _ = read([(f"{xy[0, 0]}", f"{xy[0, 1]}")], table, columns=("e", "n"))
    assert frame.geometry.iloc[0].distance(gpd.points_from_xy([110.01], [30.02])[0]) < 1e-9
    with pytest.raises(InputDataError, match="is in metres"):
        read([("1", "2")], LayerTable(path="a.csv", x="e", y="n"), columns=("e", "n"))


@pytest.mark.parametrize("name", ["gcj02", "bd09"])
def test_the_datum_is_undone(name):
    true = np.array([[110.01, 30.02]])
    lon, lat = datum.from_wgs84(true, name)[0]
    frame, _ = read([(f"{lon:.9f}", f"{lat:.9f}")], LayerTable(path="a.csv", lon="lon", lat="lat", datum=name))
    np.testing.assert_allclose([frame.geometry.iloc[0].x, frame.geometry.iloc[0].y], true[0], atol=1e-8)
