/* The planning map: listens to the planner's hand, asks for layers by address, sends events.
   Every event carries a number and is sent again until the server says it has handled it, so
   that a quick second click never swallows the first. */
window.Lifecircle = (function () {
  "use strict";
  const D = window.LifecircleDraw;
  const M = window.LifecircleMarkers;
  const N = window.LifecircleNames;
  let hand;
  const MANY_FACILITIES = 400;
  let map, renderers, view;
  let waiting = [];
  let lastNumber = Date.now();
  let toldBy = ""; // the page of the program that this map talks to
  let lastFit = null;
  let fitted = null; // what the map was last fitted to, and how it stood then
  const shown = {}; // layer name -> { file, layer, data }
  const hidden = new Set();
  const late = new Set(); // layers that start switched off and are fetched when they are switched on
  const sites = new Map(); // id -> marker
  const ghosts = new Map(); // event number -> marker

  /* ---- events to the server ---- */
  function send(event) {
    event.number = lastNumber = Math.max(Date.now(), lastNumber + 1);
    waiting.push(event);
    remember();
    window.Streamlit.setComponentValue({ events: waiting });
    document.body.classList.add("lc-busy");
    return event.number;
  }

  /* What has no answer yet outlives a reload: the browser holds it for this window. */
  const HELD = "lifecircle-waiting";
  const EDITS = new Set(["place", "unplace", "move", "remove", "undo", "redo"]);

  function remember() {
    try {
      if (waiting.length) sessionStorage.setItem(HELD, JSON.stringify({ plan: view.plan, events: waiting }));
      else sessionStorage.removeItem(HELD);
    } catch { /* a browser that may hold nothing: the page works, only a reload in this very moment costs the step */ }
  }

  function remembered() {
    try {
      const held = JSON.parse(sessionStorage.getItem(HELD));
      return held && held.plan === view.plan ? held.events : [];
    } catch { return []; }
  }

  /* A page that was reloaded, or a program that was started again, is told once more; it knows by the numbers what it has done. */
  function sendAgain() {
    waiting = (waiting.length ? waiting : remembered()).filter((event) => EDITS.has(event.type));
    for (const event of waiting) event.again = true;
    lastNumber = Math.max(lastNumber, ...waiting.map((event) => event.number));
    remember();
    if (waiting.length) window.Streamlit.setComponentValue({ events: waiting });
  }

  function acknowledge(number) {
    waiting = waiting.filter((event) => event.number > number);
    remember();
    for (const [key, ghost] of ghosts) {
      if (key <= number) { ghost.remove(); ghosts.delete(key); }
    }
    document.body.classList.toggle("lc-busy", waiting.length > 0);
  }

  const ghost = (latlng, tool) => L.marker(latlng, { icon: D.badge(tool, "lc-new lc-ghost"), interactive: false, keyboard: false }).addTo(map);

  function place(latlng, tool, shade, id) {
    const number = send({ type: "place", kind: tool.kind, id, lon: latlng.lng, lat: latlng.lat });
    ghosts.set(number, shade);
    return number;
  }

  /* ---- what lies on the map ---- */
  function told(properties) {
    const box = D.text("div", "");
    box.append(D.text("b", "", properties.name));
    const people = shown.answer && shown.answer.data && shown.answer.data.communities[properties.row];
    if (people) box.append(D.text("div", "", people[2]));
    return box;
  }

  /* A click shows what it is, at once; a double-click zooms here as everywhere. */
  function choosable(marker, id) {
    marker.on("click", (event) => { if (!event.originalEvent || event.originalEvent.detail < 2) send({ type: "select", id }); });
    marker.on("dblclick", (event) => map.setZoomAround(event.latlng, map.getZoom() + map.options.zoomDelta));
  }

  function facilities(data) {
    const group = L.layerGroup();
    const many = data.features.length > MANY_FACILITIES;
    for (const feature of data.features) {
      const p = feature.properties;
      const [lon, lat] = feature.geometry.coordinates;
      const marker = many
        ? L.circleMarker([lat, lon], { radius: 4, color: "#fff", weight: 1, fillColor: p.colour, fillOpacity: 1, bubblingMouseEvents: false })
        : M.named(L.marker([lat, lon], { icon: D.badge(p, p.closed ? "lc-closed" : ""), group: "facility", riseOnHover: true }), () => M.words(p));
      marker.bindTooltip(() => tip(p.name, p.note), { className: "lc-tip", direction: "top", offset: [0, -10] });
      choosable(marker, p.id);
      marker.addTo(group);
    }
    return group;
  }

  function tip(name, note, hint) {
    const box = D.text("div", "");
    box.append(D.text("b", "", name));
    if (note) box.append(D.text("div", "lc-note", note));
    if (hint) box.append(D.text("div", "lc-try", hint));
    return box;
  }

  /* Sites and requests: a click on one places at its very point. */
  function points(data, className, hint, heap) {
    const told = (p) => tip(p.name, p.note, hint());
    if (data.features.length > MANY_FACILITIES) return D.dots(data, renderers, told);
    const make = (feature) => {
      const [lon, lat] = feature.geometry.coordinates;
      const icon = D.badge(feature.properties, className);
      const marker = L.marker([lat, lon], { icon, pane: "lc-marks", group: className, riseOnHover: true, bubblingMouseEvents: true })
        .on("click", () => hand.through(className === "lc-candidate" ? feature.properties.id : ""))
        .bindTooltip(() => told(feature.properties), { className: "lc-tip", direction: "top", offset: [0, -10] });
      return M.named(marker, () => M.words(feature.properties));
    };
    if (heap) return M.clustered(map, data.features, make, (count) => heap().replace("{count}", count));
    return L.layerGroup(data.features.map(make));
  }

  const named = (p) => tip(p.name, p.note);
  const BUILD = {
    streets: (data) => D.streets(data, renderers.streets),
    water: (data) => D.water(data, renderers.water),
    communities: (data) => D.communities(data, renderers.communities, told, (shape) => hand.over(shape)),
    areas: (data) => D.areas(data, renderers.areas),
    reach: (data) => D.reach(data, renderers.reach),
    walk: (data) => D.walk(data, renderers.reach),
    gaps: (data) => D.gaps(data, renderers.gaps),
    rings: (data) => D.shaded(data, renderers.shaded),
    overlaps: (data) => D.shaded(data, renderers.shaded),
    parts: (data) => D.shaded(data, renderers.shaded),
    homes: (data) => D.homes(data, renderers.homes),
    facilities: (data) => facilities(data),
    candidates: (data) => points(data, "lc-candidate", () => view.words.try),
    requests: (data) => points(data, "lc-request", () => "", () => view.words.heap),
    barriers: (data) => D.barriers(data, renderers, named),
    suspects: (data) => D.suspects(data, renderers, named),
    doubts: (data) => D.suspects(data, renderers, named),
    answer: () => null,
  };

  async function load(name, file) {
    const now = shown[name];
    if (now && now.file === file) return;
    const wanted = { file, layer: now ? now.layer : null, data: now ? now.data : null, extra: now ? now.extra : null, here: false };
    shown[name] = wanted;
    const answer = await fetch(view.layers_at + file, { credentials: "same-origin" });
    if (!answer.ok) { wanted.file = null; complain(); return; }
    const data = await answer.json();
    if (shown[name] !== wanted) return; // something newer was asked for meanwhile
    for (const old of [wanted.layer, wanted.extra]) if (old) old.remove();
    wanted.data = data;
    wanted.here = true; // until then the old version stays on the map
    wanted.layer = BUILD[name](data);
    if (name === "homes") wanted.layer.scale(map.getZoom());
    wanted.extra = name === "communities" ? N.draw(data) : null;
    showLayer(name);
    if (name === "streets") showTiles();
    if (name === "communities") wanted.layer.bringToBack(); // what can be pointed at lies over them
    paint();
  }

  /* ---- every street, in tiles, where the overview is too coarse for how close the planner looks ---- */
  const TILES_AT_ONCE = 30;
  let tiles = { of: null, at: new Map(), group: null };

  const metresAPixel = () => (40075016 * Math.cos((map.getCenter().lat * Math.PI) / 180)) / 256 / 2 ** map.getZoom();

  /* From far away streets are thin and badges small, so that the town can still be seen below them. */
  function thin() {
    const factor = Math.min(Math.max(Math.sqrt(5 / metresAPixel()), 0.35), 1.1);
    const overview = shown.streets && shown.streets.layer;
    if (overview) overview.scale(factor);
    if (tiles.group) tiles.group.eachLayer((one) => one.scale(factor));
    map.getContainer().classList.toggle("lc-far", metresAPixel() > 14);
  }

  function tilesInView(grid) {
    const box = map.getBounds();
    const place = (value, from, size, count) => Math.min(Math.max(Math.floor((value - from) / size), 0), count - 1);
    const [left, right] = [box.getWest(), box.getEast()].map((lon) => place(lon, grid.west, grid.wide, grid.across));
    const [low, high] = [box.getSouth(), box.getNorth()].map((lat) => place(lat, grid.south, grid.high, grid.up));
    const found = [];
    for (let column = left; column <= right; column++) for (let row = low; row <= high; row++) found.push(`${column}-${row}`);
    return found;
  }

  async function fetchTile(mine, key) {
    const answer = await fetch(view.layers_at + mine.of.replace(".", `-${key}.`), { credentials: "same-origin" });
    if (!answer.ok) { mine.at.delete(key); return; } // asked for again when the map moves
    mine.at.set(key, D.streets(await answer.json(), renderers.streets));
    if (mine === tiles) showTiles();
  }

  /* The tiles in view take the overview's place once all of them are here. */
  function showTiles() {
    const overview = shown.streets;
    const { tiles: grid, left_out: leftOut } = (overview && overview.data) || {};
    if (!overview || !overview.layer) return;
    if (tiles.of !== overview.file) {
      if (tiles.group) tiles.group.remove();
      tiles = { of: overview.file, at: new Map(), group: L.layerGroup() };
    }
    const wanted = grid && (leftOut || metresAPixel() < grid.tolerance_m / 1.5) ? tilesInView(grid) : [];
    const close = wanted.length > 0 && wanted.length <= TILES_AT_ONCE && !hidden.has("streets");
    if (close) for (const key of wanted) {
      if (tiles.at.has(key)) continue;
      tiles.at.set(key, null);
      fetchTile(tiles, key);
    }
    const ready = close && wanted.every((key) => tiles.at.get(key));
    tiles.group.clearLayers();
    if (ready) for (const key of wanted) tiles.group.addLayer(tiles.at.get(key));
    if (ready) tiles.group.addTo(map); else tiles.group.remove();
    if (ready) overview.layer.remove(); else showLayer("streets");
    thin();
    coarseLine.hidden = !leftOut || ready || hidden.has("streets");
  }

  const asleep = (name) => late.has(name) && hidden.has(name);

  /* Bring what is switched on to the version that the server offers now. */
  async function fetchLayer(name) {
    const file = view.layers[name];
    if (!file || asleep(name) || (shown[name] && shown[name].file === file)) return;
    if (late.has(name)) document.body.classList.add("lc-fetching");
    try {
      await load(name, file);
    } finally {
      if (late.has(name)) document.body.classList.remove("lc-fetching");
    }
  }

  function showLayer(name) {
    const { layer, extra } = shown[name] || {};
    const on = name === "communities" || !hidden.has(name);
    for (const part of [layer, extra]) {
      if (!part) continue;
      if (on && !map.hasLayer(part)) part.addTo(map);
      if (!on && map.hasLayer(part)) part.remove();
    }
  }

  function paint() {
    const answer = shown.answer && shown.answer.data;
    if (shown.communities && shown.communities.layer) shown.communities.layer.paint(answer, !hidden.has("communities"), view.shades);
    if (shown.homes && shown.homes.layer) shown.homes.layer.paint(answer);
    const ready = view && Object.keys(view.layers).every((name) => asleep(name) || shown[name] && shown[name].here && shown[name].file === view.layers[name]);
    freshen();
    if (ready) document.body.dataset.drawn = view.turn;
    requestAnimationFrame(tidyNames);
  }

  function complain() {
    hintLine.replaceChildren(D.text("span", "", view.words.reload));
  }

  function placeSites(wanted) {
    const keep = new Set(wanted.map((site) => site.id));
    for (const [id, marker] of sites) if (!keep.has(id)) { marker.remove(); sites.delete(id); }
    for (const site of wanted) {
      let marker = sites.get(site.id);
      const icon = D.badge(site, "lc-new" + (site.selected ? " lc-selected" : ""));
      if (!marker) {
        marker = L.marker([site.lat, site.lon], { icon, draggable: true, autoPan: true, zIndexOffset: 1000, group: "site" });
        marker.site = site;
        M.named(marker, () => M.words(marker.site));
        marker.on("dragend", () => {
          const at = marker.getLatLng();
          marker.site = { ...marker.site, note: view.words.busy }; // what it gained before is no longer true
          freshen();
          send({ type: "move", id: site.id, lon: at.lng, lat: at.lat });
        });
        choosable(marker, site.id);
        marker.on("keydown", (event) => {
          const key = event.originalEvent.key;
          if (key === "Delete" || key === "Backspace") send({ type: "remove", id: site.id });
        });
        marker.bindTooltip(() => tip(marker.site.name, marker.site.note), { className: "lc-tip", direction: "top", offset: [0, -14] });
        marker.addTo(map);
        sites.set(site.id, marker);
      } else {
        marker.site = site;
        marker.setIcon(icon);
        marker.setLatLng([site.lat, site.lon]);
        M.named(marker, () => M.words(marker.site));
      }
    }
  }

  /* What is pointed at is told anew: an open tooltip never shows what was before. */
  function freshen() {
    map.eachLayer((one) => { if (one instanceof L.Tooltip) one.update(); });
  }

  let legend, whole, hintLine, busyLine, coarseLine;

  function switchLayer(name, on) {
    if (on) hidden.delete(name); else hidden.add(name);
    showLayer(name);
    fetchLayer(name);
    if (name === "streets") showTiles();
    paint();
  }

  function corner(position, className) {
    const control = L.control({ position });
    const box = L.DomUtil.create("div", className);
    L.DomEvent.disableClickPropagation(box);
    L.DomEvent.disableScrollPropagation(box);
    control.onAdd = () => box;
    control.addTo(map);
    return box;
  }

  /* ---- two doors for the server ---- */
  function begin(made) {
    map = made;
    map.attributionControl.setPrefix(false);
    map.zoomControl.setPosition("topright");
    renderers = D.makePanes(map);
    legend = window.LifecircleLegend.begin(map, hidden, switchLayer);
    whole = wholeButton();
    M.listen(map);
    hintLine = D.text("div", "lc-hint");
    busyLine = D.text("div", "lc-busy-line");
    map.getContainer().append(hintLine, busyLine);
    L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
    coarseLine = corner("bottomright", "lc-coarse");
    coarseLine.hidden = true;
    map.on("moveend", () => { if (view) showTiles(); requestAnimationFrame(tidyNames); });
    hand = window.LifecircleHand.make(map, {
      view: () => view, send, place, ghost, fit: (bounds) => fit(bounds, true),
      homes: () => (hidden.has("homes") ? null : (shown.homes && shown.homes.layer)),
      community: (row) => shown.communities && shown.communities.layer && shown.communities.layer.of(row),
    });
    map.on("mousedown", () => map.getContainer().classList.remove("lc-keyboard"));
    map.on("zoomend", () => { if (shown.homes && shown.homes.layer) shown.homes.layer.scale(map.getZoom()); thin(); });
    document.addEventListener("keydown", (event) => map.getContainer().classList.toggle("lc-keyboard", event.key === "Tab" || map.getContainer().classList.contains("lc-keyboard")));
    new ResizeObserver(resized).observe(map.getContainer());
  }

  /* Names keep off badges of every sort, the closed legend, the hint and the buttons. */
  function tidyNames() {
    const names = shown.communities && shown.communities.extra;
    if (!names) return;
    const from = map.getContainer().getBoundingClientRect();
    const badges = ["markerPane", "lc-marks"].flatMap((pane) => [...map.getPane(pane).querySelectorAll(".lc-badge")])
      .map((badge) => badge.getBoundingClientRect());
    const over = [legend.box(), ...[hintLine, whole, map.zoomControl.getContainer()].map((one) => one.getBoundingClientRect())].filter(Boolean);
    N.tidy(map, names, [...badges, ...over].map((box) => (
      { left: box.left - from.left, right: box.right - from.left, top: box.top - from.top, bottom: box.bottom - from.top })));
  }

  /* Bring a place into view, below the hint and beside an open legend. The zoom is the closest at which it fits. */
  function fit(bounds, animate) {
    const [wide, high] = [map.getSize().x, map.getSize().y];
    const left = legend.width() && wide - legend.width() > 320 ? legend.width() + 12 : 12;
    const [top, bottom] = high > 420 ? [52, 52] : [12, 12];
    const stand = () => { fitted = { bounds, zoom: map.getZoom(), centre: map.getCenter() }; };
    const snap = map.options.zoomSnap;
    map.options.zoomSnap = 0.01;
    map.fitBounds(bounds, { animate, maxZoom: 17, paddingTopLeft: [left, top], paddingBottomRight: [12, bottom] });
    map.options.zoomSnap = snap;
    fitted = null;
    if (animate) map.once("moveend", stand); else stand();
  }

  /* The way back to the whole town. */
  function wholeButton() {
    const button = corner("topright", "leaflet-bar lc-whole").appendChild(D.text("button", "", ""));
    button.type = "button";
    button.addEventListener("click", () => fit(view.whole, true));
    return button;
  }

  /* In a window of another size the town is fitted again, unless the planner has moved the map. */
  function resized() {
    const still = fitted && map.getZoom() === fitted.zoom && map.distance(map.getCenter(), fitted.centre) < 2 * metresAPixel();
    map.invalidateSize({ animate: false });
    if (still && map.getSize().x > 0) fit(fitted.bounds, false);
  }

  function read(packed) {
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0))));
  }

  /* What Leaflet and the framework say in English only, or not at all. */
  function sayControls() {
    window.frameElement.title = view.words.frame;
    whole.textContent = view.words.whole;
    for (const [name, words] of [["in", view.words.zoom_in], ["out", view.words.zoom_out]]) {
      const button = map.getContainer().querySelector(".leaflet-control-zoom-" + name);
      button.title = words;
      button.setAttribute("aria-label", words);
    }
  }

  function update(packed) {
    view = read(packed);
    document.documentElement.lang = view.lang;
    window.parent.document.documentElement.lang = view.lang;
    map.getContainer().classList.toggle("lc-placing", Boolean(view.tool));
    map.getContainer().setAttribute("aria-label", view.words.map);
    hintLine.replaceChildren(D.text("span", "", view.words.hint));
    busyLine.textContent = view.words.busy;
    coarseLine.textContent = view.words.coarse;
    sayControls();
    if (view.fit && view.fit.number !== lastFit) {
      const first = lastFit === null;
      lastFit = view.fit.number;
      fit(view.fit.bounds, !first);
    }
    for (const row of view.legend) {
      if (row.off && !late.has(row.layer)) { late.add(row.layer); hidden.add(row.layer); }
    }
    document.documentElement.classList.toggle("lc-large", view.large);
    placeSites(view.sites);
    if (view.layers_at !== toldBy) { toldBy = view.layers_at; sendAgain(); }
    acknowledge(view.handled);
    legend.update(view);
    for (const name of Object.keys(view.layers)) fetchLayer(name);
    for (const name of Object.keys(shown)) {
      if (view.layers[name]) continue;
      if (shown[name].layer) shown[name].layer.remove();
      delete shown[name];
    }
    paint();
  }

  /* Where a place lies on the screen: for the tests of this page. */
  function pixel(lat, lon) {
    const at = map.latLngToContainerPoint([lat, lon]);
    return [at.x, at.y];
  }

  /* What a layer shows, likewise. */
  const dataOf = (name) => (shown[name] && shown[name].here ? shown[name].data : null);

  return { begin, update, pixel, shown: dataOf };
})();
