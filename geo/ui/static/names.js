/* The communities' names on the map: beside badges and beside each other, and always inside their community. */
(function () {
  "use strict";
  const D = window.LifecircleDraw;
  const LONG = 28; // letters of a name that is set wider
  const STEP_PX = 7; // how finely a name looks for a place …
  const REACH = 11; // … and how many steps aside it may go
  const AIR = 1; // pixels between a name and what it keeps off

  function draw(data) {
    const group = L.layerGroup();
    group.all = [];
    for (const feature of data.features) {
      const p = feature.properties;
      if (!p.label) continue;
      const span = D.text("span", p.name.length > LONG ? "lc-long" : "", p.name);
      const icon = L.divIcon({ className: "lc-name", html: span, iconSize: null });
      const marker = L.marker([p.label[1], p.label[0]], { icon, interactive: false, keyboard: false, pane: "lc-names" });
      const outlines = rings(feature.geometry);
      group.all.push({ marker, span, outlines, room: extent(outlines) });
      marker.addTo(group);
    }
    return group;
  }

  const rings = (shape) => (shape.type === "Polygon" ? shape.coordinates : shape.type === "MultiPolygon" ? shape.coordinates.flat() : []);

  /* How large an area is, roughly: only to tell the narrow from the wide. */
  function extent(outlines) {
    const [x, y] = [0, 1].map((axis) => outlines.flat().map((place) => place[axis]));
    const span = (values) => values.reduce((most, one) => Math.max(most, one), -Infinity) - values.reduce((least, one) => Math.min(least, one), Infinity);
    return x.length ? span(x) * span(y) : 0;
  }

  /* Whether a place lies in an area, by how often a line to the east of it crosses the outline. */
  function inside(outlines, lon, lat) {
    let odd = false;
    for (const ring of outlines) {
      for (let at = 0, before = ring.length - 1; at < ring.length; before = at++) {
        const [x, y] = ring[at];
        const [x0, y0] = ring[before];
        if (y > lat !== y0 > lat && lon < ((x0 - x) * (lat - y)) / (y0 - y) + x) odd = !odd;
      }
    }
    return odd;
  }

  const meet = (one, other) => one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;

  const within = (one, other) => one.left >= other.left && one.right <= other.right && one.top >= other.top && one.bottom <= other.bottom;

  function box(x, y, wide, high) {
    return { left: x - wide / 2 - AIR, right: x + wide / 2 + AIR, top: y - high / 2 - AIR, bottom: y + high / 2 + AIR };
  }

  /* Of the words themselves: a box with broken lines is wider than they are. */
  function size(span) {
    const range = document.createRange();
    range.selectNodeContents(span);
    const { width, height } = range.getBoundingClientRect();
    return { wide: width, high: height };
  }

  /* Steps aside, the nearest first; up and down rather than to the sides, since names are wide. */
  const ASIDE = [];
  for (let right = -REACH; right <= REACH; right++) for (let down = -REACH; down <= REACH; down++) ASIDE.push([right * STEP_PX, down * STEP_PX]);
  ASIDE.sort(([x, y], [x0, y0]) => Math.hypot(x * 1.2, y) - Math.hypot(x0 * 1.2, y0));

  /* Put every name where it covers no badge and no other name; one that finds no such place waits until the planner
     looks closer. Names with little room come first. */
  function tidy(map, group, taken) {
    const { x, y } = map.getSize();
    const seen = { left: 0, top: 0, right: x, bottom: y };
    const waiting = group.all.map((one) => ({ ...one, ...size(one.span) }));
    const free = [...taken];
    for (const one of waiting.sort((a, b) => a.room - b.room)) {
      const at = map.latLngToContainerPoint(one.marker.getLatLng());
      let found = null;
      for (const [right, down] of ASIDE) {
        const here = box(at.x + right, at.y + down, one.wide, one.high);
        if (!within(here, seen) || free.some((other) => meet(here, other))) continue;
        const middle = map.containerPointToLatLng([at.x + right, at.y + down]);
        if ((right || down) && !inside(one.outlines, middle.lng, middle.lat)) continue;
        found = { right, down };
        free.push(here);
        break;
      }
      one.span.style.opacity = found ? "" : "0";
      if (found) one.span.style.translate = `${found.right}px ${found.down}px`;
    }
  }

  window.LifecircleNames = { draw, tidy };
})();
