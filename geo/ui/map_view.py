"""The map on the page: a constant base map, and one packed message that changes it.

Folium writes the frame once and never sees a name, a number or a place of a study: its
templates would run text as code. All that changes goes to our own script as one
base64 word, and the layers by address.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import folium
from branca.element import MacroElement
from folium.template import Template
from streamlit_folium import st_folium

from geo.ui.assets import address

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

HEIGHT_PX = 720  # only until the style sheet stretches the frame to the window


_SCRIPTS = [(name, address(f"{name}.js")) for name in ("leaflet", "draw", "markers", "names", "legend", "hand", "map")]
_STYLES = [(f"{name}_css", address(f"{name}.css")) for name in ("leaflet", "map")]


class _Begin(MacroElement):
    """Hands the new map to our script."""

    _template = Template("{% macro script(this, kwargs) %}Lifecircle.begin({{ this._parent.get_name() }});{% endmacro %}")


class _Message(folium.FeatureGroup):
    """What the map should show now; ``packed`` is base64 and can't be anything but text."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "var {{ this.get_name() }} = L.featureGroup();"
        'Lifecircle.update("{{ this.packed }}");'
        "{% endmacro %}"
    )

    def __init__(self, view: Mapping[str, object]) -> None:
        super().__init__(control=False)
        text = json.dumps(view, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        self.packed = base64.b64encode(text.encode()).decode()


def show_map(view: Mapping[str, object], key: str, on_event: Callable[[], None]) -> dict[str, Any]:
    """Draw the map; ``on_event`` runs before the next run of the page when the planner did something.

    Parameters
    ----------
    view
        What :mod:`geo.ui.view` puts together: addresses of layers, sites, words, legend.
    key
        Name of the map in the session, constant so that the frame is never built anew.
    """
    base = folium.Map(location=(0, 0), zoom_start=2, tiles=None, prefer_canvas=True, zoom_snap=0.25, max_zoom=20)
    base.default_js, base.default_css = _SCRIPTS, _STYLES  # from our own address, not from five others
    base.add_child(_Begin())  # type: ignore[no-untyped-call]  # branca
    given: dict[str, Any] = st_folium(
        base,
        key=key,
        height=HEIGHT_PX,
        use_container_width=True,
        returned_objects=[],
        feature_group_to_add=_Message(view),
        on_change=on_event,
    )
    return given
