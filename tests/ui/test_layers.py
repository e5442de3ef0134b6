"""Layers by address: only for those who know it, kept for good, bounded in number; headers that keep data in."""

from __future__ import annotations

import gzip
import json

import numpy as np
import pytest
import shapely
from starlette.applications import Starlette

from geo import crs
from geo.core.planner import measure as measured
from geo.core.planner import prepare, sketch
from geo.ui import layer_data
from geo.ui.layers import SHELF, LayerShelf, Packed, Promised, Tiled, new_token
from geo.ui.server import MIDDLEWARE, ROUTES
from tests.studies import study
from tests.ui.asgi import ask

TOWN = study([(0, 0), (100, 0), (1900, 0)], [5, 0, 20], [(0, 0)])


APP = Starlette(routes=ROUTES, middleware=MIDDLEWARE)


def test_tokens_differ_and_are_long() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(len(token) == 32 for token in tokens)


def test_a_layer_arrives_compressed_and_is_kept() -> None:
    token = new_token()
    file = SHELF.put(token, "streets", Packed(b'{"type":"FeatureCollection","features":[]}'))
    answer = ask(APP, f"/layers/{token}/{file}")
    assert answer.status == 200
    assert answer.json() == {"type": "FeatureCollection", "features": []}
    assert answer.headers["content-type"] == "application/geo+json"
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]
    assert "private" in answer.headers["cache-control"]
    again = ask(APP, f"/layers/{token}/{file}", if_none_match=answer.headers["etag"])
    assert again.status == 304
    plain = ask(APP, f"/layers/{token}/{file}", accept_encoding="identity")
    assert "content-encoding" not in plain.headers
    assert plain.json() == answer.json()


@pytest.mark.parametrize(
    "path", ["{other}/{file}", "{token}/streets-0000000000000000.geojson", "{token}/..%2Fetc", "{token}/x.json"]
)
def test_nobody_gets_what_was_not_put_there(path: str) -> None:
    token = new_token()
    file = SHELF.put(token, "streets", Packed(b"{}"))
    assert ask(APP, "/layers/" + path.format(other=new_token(), token=token, file=file)).status == 404


def test_a_promise_is_kept_only_when_asked() -> None:
    made: list[int] = []

    def make() -> Packed:
        made.append(1)
        return Packed(b'{"late":1}')

    token = new_token()
    file = SHELF.put(token, "gaps", Promised("the question", make))
    assert not made
    assert ask(APP, f"/layers/{token}/{file}").json() == {"late": 1}
    assert made == [1]
    assert SHELF.put(token, "gaps", Promised("the question", make)) == file
    assert SHELF.put(token, "gaps", Promised("another", make)) != file


def test_tiles_by_column_and_row() -> None:
    token = new_token()
    layer = Tiled(b"{}", lambda column, row: Packed(b'{"at":[%d,%d]}' % (column, row)) if column < 3 else None)
    stem = SHELF.put(token, "streets", layer).removesuffix(".geojson")
    assert ask(APP, f"/layers/{token}/{stem}-2-7.geojson").json() == {"at": [2, 7]}
    assert ask(APP, f"/layers/{token}/{stem}-3-7.geojson").status == 404
    plain = SHELF.put(token, "gaps", Packed(b"{}")).removesuffix(".geojson")
    assert ask(APP, f"/layers/{token}/{plain}-0-0.geojson").status == 404


def test_the_shelf_is_bounded() -> None:
    shelf = LayerShelf(tokens_kept=2, versions_kept=2)
    files = [shelf.put("a", "gaps", Packed(str(n).encode())) for n in range(3)]
    versions = [file.removeprefix("gaps-").removesuffix(".geojson") for file in files]
    assert [shelf.get("a", "gaps", version) is not None for version in versions] == [False, True, True]
    shelf.put("b", "gaps", Packed(b"x"))
    shelf.put("c", "gaps", Packed(b"x"))
    assert shelf.get("a", "gaps", versions[-1]) is None


def test_headers_forbid_other_hosts() -> None:
    for path in ("/assets/leaflet.js", "/layers/x/y", "/assets/nothing"):
        headers = ask(APP, path).headers
        policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
        assert policy["default-src"] == "'self'"
        assert policy["connect-src"] == "'self'"
        assert "http" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "access-control-allow-origin" not in headers


def test_assets_are_a_closed_list() -> None:
    leaflet = ask(APP, "/assets/leaflet.js")
    assert "Leaflet 1.9" in leaflet.text
    assert leaflet.headers["content-type"].startswith("text/javascript")
    assert ask(APP, "/assets/leaflet.js", if_none_match=leaflet.headers["etag"]).status == 304
    for path in ("/assets/../app.py", "/assets/%2e%2e/app.py", "/assets/map_view.py", "/assets/page.css"):
        assert ask(APP, path).status == 404


def read(packed: Packed) -> dict:
    return json.loads(gzip.decompress(packed.data))


def test_layers_of_an_answer_hold_every_row() -> None:
    ready = prepare(TOWN)
    answer = sketch(ready, measured(ready))
    homes = read(layer_data.homes(TOWN))
    assert len(homes["radius"]) == 3
    places = np.cumsum(np.reshape(homes["at"], (-1, 2)), axis=0) / homes["parts"]
    back = crs.project(places[:, 0], places[:, 1], TOWN.crs)
    assert np.abs(back - shapely.get_coordinates(TOWN.demand.geometry.to_numpy())).max() < 0.1
    assert [f["properties"]["name"] for f in read(layer_data.communities(TOWN, ["<b>", "{{1}}"]))["features"]] == ["<b>", "{{1}}"]
    assert len(read(layer_data.gaps(answer))["features"]) == len(answer.gaps) == 1
    assert len(read(layer_data.service_areas(answer.service_areas))["features"]) == 1


def test_home_letters() -> None:
    ready = prepare(TOWN)
    answer = measured(ready)
    none = answer.demand["served"].to_numpy() & False
    assert layer_data.home_states(answer, none, none) == "ssu"
    assert layer_data.home_states(answer, answer.demand["served"].to_numpy(), none) == "nnu"
