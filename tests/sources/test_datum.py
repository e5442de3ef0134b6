import eviltransform
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.crs import ellipsoid
from geo.sources import datum

CITIES = np.array(
    [
        [116.3975, 39.9087],
        [121.4737, 31.2304],
        [114.3055, 30.5928],
        [104.0668, 30.5728],
        [87.6168, 43.8256],
        [126.6424, 45.7567],
        [113.2644, 23.1291],
        [109.5119, 18.2528],
        [117.0183, 28.2921],
        [91.1322, 29.6604],
    ]
)
inside = st.tuples(st.floats(105, 117), st.floats(26, 39))


def metres(a, b):
    return np.array(ellipsoid().inv(a[:, 0], a[:, 1], b[:, 0], b[:, 1])[2])


def test_agrees_with_another_implementation():
    ours = datum.wgs84_to_gcj02(CITIES)
    theirs = np.array([eviltransform.wgs2gcj(lat, lon)[::-1] for lon, lat in CITIES])
    # The other one takes the WGS-84 axis where the published formula takes Krasovsky's: a millimetre's difference in the shift.
    assert metres(ours, theirs).max() < 0.05
    ours = datum.gcj02_to_bd09(CITIES)
    theirs = np.array([eviltransform.gcj2bd(lat, lon)[::-1] for lon, lat in CITIES])
    assert metres(ours, theirs).max() < 0.01


def test_the_shift_is_as_large_as_is_known():
    assert metres(CITIES, datum.from_wgs84(CITIES, "gcj02")).min() > 200
    assert metres(CITIES, datum.from_wgs84(CITIES, "gcj02")).max() < 800
    assert metres(CITIES, datum.from_wgs84(CITIES, "bd09")).min() > 800
    assert metres(CITIES, datum.from_wgs84(CITIES, "bd09")).max() < 1_700


@pytest.mark.parametrize("name", ["gcj02", "bd09", "wgs84", "cgcs2000"])
@given(points=st.lists(inside, min_size=1, max_size=20))
def test_there_and_back_is_within_a_millimetre(name, points):
    lonlat = np.array(points)
    assert metres(lonlat, datum.to_wgs84(datum.from_wgs84(lonlat, name), name)).max() < 0.001


@pytest.mark.parametrize(
    ("place", "lon", "lat"),
    [
        ("Hong Kong", 114.1694, 22.3193),
        ("Sha Tin", 114.19, 22.38),
        ("Yuen Long", 114.03, 22.445),
        ("Macao", 113.5439, 22.1987),
        ("Taipei", 121.5654, 25.0330),
        ("Kaohsiung", 120.3, 22.63),
        ("Seoul", 126.978, 37.5665),
        ("Pyongyang", 125.7625, 39.0392),
        ("Hanoi", 105.8342, 21.0278),
        ("Haiphong", 106.68, 20.86),
        ("Ulaanbaatar", 106.9177, 47.9185),
        ("Vladivostok", 131.8869, 43.1155),
        ("Almaty", 76.8512, 43.2220),
        ("Bishkek", 74.5698, 42.8746),
        ("Kathmandu", 85.3240, 27.7172),
        ("Delhi", 77.2090, 28.6139),
        ("Mandalay", 96.0891, 21.9588),
        ("Vientiane", 102.6331, 17.9757),
        ("Tokyo", 139.65, 35.67),
        ("Irkutsk", 104.2964, 52.2870),
        ("Helsinki", 24.9384, 60.1699),
        ("Porto Alegre", -51.2, -30.03),
    ],
)
def test_outside_mainland_china_nothing_moves(place, lon, lat):
    here = np.array([[lon, lat]])
    for name in ("gcj02", "bd09"):
        np.testing.assert_array_equal(datum.to_wgs84(here, name), here, err_msg=place)
        np.testing.assert_array_equal(datum.from_wgs84(here, name), here, err_msg=place)


@pytest.mark.parametrize(
    ("place", "lon", "lat"),
    [
        ("Shenzhen", 114.0579, 22.5431),
        ("Luohu", 114.118, 22.545),
        ("Shekou", 113.92, 22.49),
        ("Zhuhai", 113.5767, 22.2707),
        ("Xiamen", 118.0894, 24.4798),
        ("Kashgar", 75.9891, 39.4704),
        ("Heihe", 127.5, 50.245),
        ("Dandong", 124.383, 40.124),
        ("Ruili", 97.85, 24.01),
        ("Jinghong", 100.797, 22.009),
        ("Dongxing", 107.97, 21.548),
        ("Pingxiang", 106.76, 22.09),
        ("Erenhot", 111.98, 43.65),
        ("Hunchun", 130.366, 42.86),
        ("Sanya", 109.51, 18.25),
        ("Mohe", 122.53, 52.97),
        ("Suifenhe", 131.157, 44.41),
        ("Manzhouli", 117.43, 49.58),
        ("Zhoushan", 122.2, 29.99),
        ("Weihai", 122.12, 37.51),
        ("Yadong", 88.907, 27.485),
        ("Altay", 88.14, 47.85),
        ("Yining", 81.32, 43.92),
        ("Chongming", 121.4, 31.62),
        ("Dalian", 121.61, 38.91),
    ],
)
def test_chinese_towns_are_shifted(place, lon, lat):
    here = np.array([[lon, lat]])
    assert metres(here, datum.from_wgs84(here, "gcj02"))[0] > 100, place


def test_the_input_is_unchanged_and_empty_arrays_pass():
    before = CITIES.copy()
    datum.to_wgs84(CITIES, "bd09")
    np.testing.assert_array_equal(CITIES, before)
    assert datum.to_wgs84(np.zeros((0, 2)), "gcj02").shape == (0, 2)
