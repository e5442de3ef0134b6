"""The planner's page as a hand and an eye see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from geo import crs

if TYPE_CHECKING:
    from playwright.sync_api import FloatRect, Frame, Page

    from geo.model import Study

_MAP = ".st-key-desk iframe"
_DRAWN = """([turn, sites]) => {
  const frame = document.querySelector(".st-key-desk iframe");
  const body = frame && frame.contentDocument && frame.contentDocument.body;
  if (!body || body.classList.contains("lc-busy") || !body.dataset.drawn) return false;
  const panel = document.querySelector(".lc-headline");
  if (!panel || panel.dataset.turn !== body.dataset.drawn) return false;
  const markers = frame.contentDocument.querySelectorAll(".lc-new:not(.lc-ghost)").length;
  return Number(body.dataset.drawn) > turn && (sites === null || markers === sites);
}"""
_PATIENCE = 30_000  # milliseconds
_FIRST_TIME = 90_000  # a new machine compiles its loops first


@dataclass
class Planner:
    page: Page
    asked: list[str] = field(default_factory=list)  # every address the browser asked for
    complaints: list[str] = field(default_factory=list)  # errors of scripts, dialogs

    def listen(self) -> None:
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("websocket", lambda socket: self.asked.append(socket.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))

    def open(self, address: str) -> None:
        self.page.goto(address)
        self.wait_drawn(patience_ms=_FIRST_TIME)

    def wait_drawn(self, after: int = -1, sites: int | None = None, patience_ms: float = _PATIENCE) -> None:
        """Until map and panel show an answer newer than ``after``, with so many new sites."""
        self.page.wait_for_function(_DRAWN, arg=[after, sites], timeout=patience_ms)

    @property
    def map(self) -> Frame:
        frame = self.page.query_selector(_MAP).content_frame()
        assert frame is not None
        return frame

    @property
    def turn(self) -> int:
        return int(self.map.evaluate("Number(document.body.dataset.drawn)"))

    def pixel(self, lon: float, lat: float) -> tuple[float, float]:
        """Where a place lies in the window."""
        x, y = self.map.evaluate("([lat, lon]) => Lifecircle.pixel(lat, lon)", [lat, lon])
        box = self.map_box()
        return box["x"] + x, box["y"] + y

    def map_box(self) -> FloatRect:
        """Where the map lies in the window."""
        box = self.page.locator(_MAP).bounding_box()
        assert box is not None
        return box

    def mode(self, place: int = 0) -> None:
        """Look (0), or place the service of that button of the tool bar, counted from 1; nothing is pressed twice."""
        button = self.page.locator(".st-key-toolbar [data-testid='stButtonGroup'] button").nth(place)
        if button.get_attribute("aria-checked") == "true":
            return
        turn = self.turn
        button.click()
        self.wait_drawn(turn)

    def click(self, lon: float, lat: float, sites: int) -> None:
        """Place something there, or show what stands there if it is a facility."""
        self.mode(1)
        turn = self.turn
        self.page.mouse.click(*self.pixel(lon, lat))
        self.wait_drawn(turn, sites)

    def drag(self, start: tuple[float, float], end: tuple[float, float], sites: int) -> None:
        turn = self.turn
        self.page.mouse.move(*self.pixel(*start))
        self.page.mouse.down()
        self.page.mouse.move(*self.pixel(*end), steps=8)
        self.page.mouse.up()
        self.wait_drawn(turn, sites)

    def press(self, key: str, sites: int) -> None:
        """A button of the page by its Streamlit key."""
        turn = self.turn
        self.page.locator(f".st-key-{key} button").click()
        self.wait_drawn(turn, sites)

    def sites(self) -> list[tuple[float, float]]:
        """Longitude and latitude of the new sites on the map."""
        found = self.map.evaluate(
            "Object.values(map._layers).filter((one) => one.site).map((one) => [one.getLatLng().lng, one.getLatLng().lat])"
        )
        return [(lon, lat) for lon, lat in found]

    def share(self) -> float:
        """The share served, as the panel has it behind its big figure."""
        return float(self.page.locator(".lc-share").get_attribute("data-share") or "nan")

    def gained(self) -> float:
        """People newly served; 0 when the panel names none."""
        figure = self.page.locator(".lc-of-gained")
        return float(figure.get_attribute("data-gained") or "nan") if figure.count() else 0.0

    def panel(self) -> str:
        return self.page.locator(".st-key-panel").inner_text()

    def section(self, words: str) -> None:
        self.page.locator("[class*='st-key-section-']").get_by_text(words, exact=True).click()

    def language(self, name: str) -> None:
        turn = self.turn
        self.page.locator(".st-key-language").get_by_text(name, exact=True).click()
        self.wait_drawn(turn)


def degrees(study: Study, x: float, y: float) -> tuple[float, float]:
    lon, lat = crs.unproject(np.array([[x, y]]), study.crs)[0]
    return float(lon), float(lat)
