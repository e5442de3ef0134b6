/* Markers that everybody can use: each has a name to be read aloud, a group of them is one stop of the
   Tab key with arrows inside, and those that would lie in a heap are drawn as one with their number. */
(function () {
  "use strict";
  const D = window.LifecircleDraw;
  const HEAP_PX = 26; // nearer than this two marks can't be told apart
  const NEXT = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

  /* What is read aloud of a marker; an image's "alt" does nothing on marks made of text. */
  function named(marker, said) {
    const put = () => {
      const element = marker.getElement();
      if (!element) return;
      element.setAttribute("role", "button");
      element.setAttribute("aria-label", said());
      element.dataset.group = marker.options.group || "";
    };
    marker.on("add", put);
    put();
    return marker;
  }

  const words = (properties) => properties.said || [properties.name, properties.note].filter(Boolean).join(" · ").replaceAll("\n", " · ");

  const together = (element) => [...element.parentElement.querySelectorAll(`[data-group="${element.dataset.group}"]`)];

  /* One stop of the Tab key for each group: the marker that had the focus last, else the first. */
  function oneStop(pane) {
    const groups = new Map();
    for (const element of pane.querySelectorAll("[data-group]")) {
      const group = groups.get(element.dataset.group) || [];
      groups.set(element.dataset.group, [...group, element]);
    }
    for (const group of groups.values()) {
      const stop = group.find((element) => element.dataset.stop) || group[0];
      for (const element of group) element.tabIndex = element === stop ? 0 : -1;
    }
  }

  function onKey(event) {
    const element = event.target.closest && event.target.closest("[data-group]");
    if (!element) return;
    if (event.key === "Enter" || event.key === " ") element.click();
    else if (event.key in NEXT) {
      const group = together(element);
      const next = group[(group.indexOf(element) + NEXT[event.key] + group.length) % group.length];
      for (const one of group) delete one.dataset.stop;
      next.dataset.stop = "yes";
      oneStop(element.parentElement);
      next.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation(); // or the map moves as well
  }

  function listen(map) {
    for (const name of ["markerPane", "lc-marks"]) {
      const pane = map.getPane(name);
      pane.addEventListener("keydown", onKey);
      new MutationObserver(() => oneStop(pane)).observe(pane, { childList: true });
    }
  }

  /* Places that lie within a few pixels of each other, at the map's present zoom. */
  function heaps(map, features) {
    const found = [];
    for (const feature of features) {
      const [lon, lat] = feature.geometry.coordinates;
      const at = map.project([lat, lon]);
      const near = found.find((heap) => heap.at.distanceTo(at) < HEAP_PX);
      if (near) near.features.push(feature);
      else found.push({ at, features: [feature] });
    }
    return found;
  }

  /* A layer of marks that is drawn anew at every zoom, heaps as one mark with their number; a click on one goes closer. */
  function clustered(map, features, make, said) {
    const group = L.layerGroup();
    const heapOf = ({ features: here }) => {
      const bounds = L.latLngBounds(here.map((one) => [one.geometry.coordinates[1], one.geometry.coordinates[0]]));
      const first = here.find((one) => one.properties.waiting) || here[0]; // a heap with one that waits is one that waits
      const look = { glyph: String(here.length), colour: first.properties.colour };
      const marker = L.marker(bounds.getCenter(), { icon: D.badge(look, "lc-heap"), pane: "lc-marks", group: "heap" });
      marker.on("click", () => map.flyToBounds(bounds.pad(0.3), { maxZoom: map.getMaxZoom() - 1, duration: 0.4 }));
      marker.bindTooltip(() => D.text("b", "", said(here.length)), { className: "lc-tip", direction: "top", offset: [0, -10] });
      return named(marker, () => said(here.length));
    };
    const draw = () => {
      group.clearLayers();
      const closest = map.getZoom() >= map.getMaxZoom() - 1;
      if (closest) features.forEach((feature) => group.addLayer(make(feature)));
      else heaps(map, features).forEach((heap) => group.addLayer(heap.features.length > 1 ? heapOf(heap) : make(heap.features[0])));
    };
    group.on("add", () => { draw(); map.on("zoomend", draw); });
    group.on("remove", () => map.off("zoomend", draw));
    return group;
  }

  window.LifecircleMarkers = { named, words, listen, clustered };
})();
