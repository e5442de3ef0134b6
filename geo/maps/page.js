"use strict";
// Every text of the data is set with textContent, never as markup.
(function () {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const page = read("page"), layers = {};
  for (const name of page.layers) layers[name] = read("layer-" + name);
  let lang = page.lang, chosen = null;
  const say = (key) => page.words[lang][key];

  function make(tag, name, text) {
    const element = document.createElement(tag);
    if (name) element.className = name;
    if (text !== undefined && text !== null) element.textContent = String(text);
    return element;
  }

  function shown(name, value) {
    if (value === null || value === undefined || value === "") return "–";
    if (typeof value === "boolean") return say(value ? "yes" : "no");
    if (Array.isArray(value)) return value.filter(Boolean).join(lang === "zh" ? "、" : ", ") || "–";
    if (typeof value !== "number") return String(value);
    if (name.endsWith("_ratio")) return percent(value);
    if (name.endsWith("_time_s")) return minutes(value) + " " + say("min");
    if (name.endsWith("weight")) return people(value);
    if (name.endsWith("_m2") || name.endsWith("_m")) return Math.round(value).toLocaleString("en");
    return String(value);
  }
  // As in print: a walk that is too long never reads as the cutoff or less, one that is not never as more.
  function minutes(seconds) {
    let tenths = Math.round(seconds / 6);
    if (page.limit_s !== null) {
      const cutoff = Math.round(page.limit_s / 0.6) / 100, whole = Math.floor(cutoff * 10 + 1e-9);
      if (seconds > page.limit_s) tenths = Math.max(tenths, whole + 1);
      else if (tenths > cutoff * 10 + 1e-9) tenths = whole;
    }
    return (tenths / 10).toLocaleString("en", { maximumFractionDigits: 1 });
  }
  // As in print: rounding never lifts a ratio into a better class, and never down to none.
  function percent(ratio) {
    let tenths = Math.max(Math.round(ratio * 1000), ratio > 0 ? 1 : 0);
    for (const one of page.classes) if (ratio < one.low && tenths >= Math.round(one.low * 1000)) tenths = Math.round(one.low * 1000) - 1;
    return tenths % 1000 ? (tenths / 10).toFixed(1) + "%" : tenths / 10 + "%";
  }
  const people = (weight) => (weight > 0 && weight < 0.5 ? "<1" : Math.round(weight).toLocaleString("en"));
  const classOf = (ratio) => (ratio === null ? null : page.classes.filter((one) => ratio >= one.low).pop());

  // ---- the map ----------------------------------------------------------------------
  const map = L.map("map", { attributionControl: false, zoomControl: true, preferCanvas: false, zoomSnap: 0.25 });
  const panes = { communities: 400, water: 405, streets: 410, homes: 415, service_areas: 420, gaps: 430, barriers: 435, names: 440, numbers: 445, plan: 446, facilities: 450 };
  for (const name in panes) map.createPane(name).style.zIndex = panes[name];
  for (const name of ["water", "streets", "homes", "service_areas", "barriers", "names", "numbers", "plan"]) map.getPane(name).style.pointerEvents = "none";
  const drawnBy = {};
  for (const name in panes) {
    const options = { pane: name, padding: 0.3 };
    drawnBy[name] = name === "streets" || name === "homes" ? L.canvas(options) : L.svg(options);
  }
  L.control.scale({ imperial: false, maxWidth: 180 }).addTo(map);
  const north = L.control({ position: "topright" });
  north.onAdd = () => {
    const sign = make("div", "north");
    sign.append(make("span", "", "▲"), "N");
    return sign;
  };
  north.addTo(map);

  const svgName = "http://www.w3.org/2000/svg";
  function svg(tag, attributes) {
    const element = document.createElementNS(svgName, tag);
    for (const key in attributes) element.setAttribute(key, attributes[key]);
    return element;
  }
  (function patterns() {
    const root = svg("svg", { width: 0, height: 0, "aria-hidden": "true" }), defs = svg("defs", {});
    root.style.position = "absolute";
    const hatch = svg("pattern", { id: "hatch", width: 9, height: 9, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" });
    hatch.append(svg("line", { x1: 0, y1: 0, x2: 0, y2: 9, stroke: page.colours.gap_line, "stroke-width": 2.6 }));
    defs.append(hatch);
    for (const one of page.classes.filter((item) => item.hatch)) {
      const dots = svg("pattern", { id: "dots-" + one.key, width: 8, height: 8, patternUnits: "userSpaceOnUse" });
      dots.append(svg("rect", { width: 8, height: 8, fill: one.colour }), svg("circle", { cx: 3, cy: 3, r: 1, fill: "#8a5a00" }));
      defs.append(dots);
    }
    root.append(defs);
    document.body.append(root);
  })();

  // A facility is a disc with its kind's character: text in the drawing, so it prints and grows with nothing.
  const Site = L.CircleMarker.extend({
    onAdd(on) {
      L.CircleMarker.prototype.onAdd.call(this, on);
      this._letter = svg("text", { "text-anchor": "middle", "dominant-baseline": "central", "font-weight": 700, "pointer-events": "none" });
      this._renderer._rootGroup.append(this._letter);
      this.relabel();
      this._updatePath();
    },
    onRemove() {
      this._letter.remove();
      L.CircleMarker.prototype.onRemove.call(this);
    },
    grow(radius) {
      this.setRadius(radius);
      if (this._letter) this.relabel();
    },
    relabel() {
      const glyph = kindOf(this.feature.properties).glyph, radius = this.getRadius();
      this._letter.textContent = radius < 7 ? "" : glyph;
      this._letter.setAttribute("font-size", radius * (glyph.length > 1 ? 0.9 : 1.1));
      this._letter.setAttribute("fill", this.options.letter);
    },
    _updatePath() {
      L.CircleMarker.prototype._updatePath.call(this);
      if (!this._letter) return;
      this._letter.setAttribute("x", this._point.x);
      this._letter.setAttribute("y", this._point.y);
    },
  });
  const kindOf = (p) => page.kinds[lang][p.kind === null ? "" : String(p.kind)];
  // At a small scale streets are thinner and badges smaller, so that they don't hide the map.
  function scaled() {
    const metres = (40075016 * Math.cos((map.getCenter().lat * Math.PI) / 180)) / 256 / 2 ** map.getZoom();
    return Math.min(Math.max(Math.sqrt(5 / metres), 0.4), 1.6);
  }
  function rescale() {
    const scale = scaled(), many = layers.facilities.features.length > 60;
    groups.streets.eachLayer((line) => line.setStyle({ weight: line.options.thick * scale }));
    groups.facilities.eachLayer((site) => site.grow(Math.round(Math.min(Math.max(10 * Math.sqrt(scale), many ? 6 : 8), 11))));
  }

  const groups = {};

  function streets() {
    const group = L.layerGroup();
    for (const one of page.streets) {
      const lines = [];
      let [startX, startY] = [0, 0];
      for (const packed of layers.streets[one.key] || []) {
        const line = [];
        startX += packed[0];
        startY += packed[1];
        let [x, y] = [startX, startY];
        line.push([y / page.packed, x / page.packed]);
        for (let at = 2; at < packed.length; at += 2) {
          x += packed[at];
          y += packed[at + 1];
          line.push([y / page.packed, x / page.packed]);
        }
        lines.push(line);
      }
      if (lines.length) {
        const look = { color: one.colour, weight: one.width, thick: one.width, dashArray: one.dash || null, smoothFactor: 1.5 };
        group.addLayer(L.polyline(lines, { ...look, pane: "streets", renderer: drawnBy.streets, interactive: false }));
      }
    }
    return group;
  }
  function homes() {
    const group = L.layerGroup(), data = layers.homes || [];
    for (let at = 0; at < data.length; at += 2) {
      group.addLayer(L.circleMarker([data[at + 1] / page.packed, data[at] / page.packed],
        { radius: 2.4, stroke: false, fillColor: page.colours.gap_line, fillOpacity: 0.9, pane: "homes", renderer: drawnBy.homes, interactive: false }));
    }
    return group;
  }
  function shapes(name, style) {
    return L.geoJSON(layers[name], {
      pane: name, renderer: drawnBy[name], style, interactive: true,
      onEachFeature: (feature, layer) => layer.on("click", (event) => { L.DomEvent.stop(event); choose(name, feature, layer); }),
      pointToLayer: (feature, at) => {
        const on = feature.properties.snapped !== false, colour = kindOf(feature.properties).colour;
        const site = new Site(at, {
          radius: 10, weight: on ? 1.5 : 2.5, color: on ? "#ffffff" : page.colours.off, fillColor: on ? colour : "#ffffff",
          letter: on ? "#ffffff" : page.colours.off, fillOpacity: 1, pane: name, renderer: drawnBy[name],
        });
        site.feature = feature;
        return site;
      },
    });
  }
  groups.communities = shapes("communities", (feature) => {
    const one = classOf(feature.properties.coverage_ratio);
    const fill = one ? (one.hatch ? `url(#dots-${one.key})` : one.colour) : "#ffffff";
    return { color: page.colours.boundary, weight: 1.5, fillColor: fill, fillOpacity: 0.62 };
  });
  if (layers.water) {
    const look = { color: page.colours.water_line, weight: 1, fillColor: page.colours.water, fillOpacity: 1 };
    groups.water = L.geoJSON(layers.water, { pane: "water", renderer: drawnBy.water, interactive: false, style: look });
  }
  groups.streets = streets();
  groups.homes = homes();
  const dashed = { color: page.colours.area_line, weight: 2, dashArray: "7 4", fill: false };
  groups.service_areas = L.geoJSON(layers.reach, { pane: "service_areas", renderer: drawnBy.service_areas, style: dashed, interactive: false });
  const own = L.geoJSON(null, {
    pane: "service_areas", renderer: drawnBy.service_areas, interactive: false,
    style: { color: "#111111", weight: 2.5, fillColor: page.colours.area_line, fillOpacity: 0.18 },
  }).addTo(map);
  groups.gaps = shapes("gaps", () => ({ color: page.colours.gap_line, weight: 2, fillColor: "url(#hatch)", fillOpacity: 0.9 }));
  if (layers.barriers) {
    const place = { pane: "barriers", renderer: drawnBy.barriers, interactive: false };
    const edge = L.geoJSON(layers.barriers, { ...place, filter: (f) => f.geometry.type !== "Point", style: { color: "#ffffff", weight: 7, opacity: 0.9 } });
    const drawn = L.geoJSON(layers.barriers, {
      ...place,
      style: (f) => ({ color: f.properties.colour, weight: 4, lineCap: "butt", dashArray: f.properties.dashed ? "9 4" : null }),
      pointToLayer: (_feature, at) => L.circleMarker(at, { ...place, radius: 5, fillColor: "#ffffff", fillOpacity: 1 }),
    });
    groups.barriers = L.layerGroup([edge, drawn]);
  }
  groups.facilities = shapes("facilities");
  // What the plan brings is framed, what it moves comes along a dashed line, what it closes is crossed out.
  const planMarks = [];
  function plan() {
    const group = L.layerGroup(), place = { pane: "plan", renderer: drawnBy.plan, interactive: false };
    const frame = (size) => L.divIcon({ className: "", iconSize: [size, size], html: "" });
    page.plan.sites.forEach((site, row) => {
      const closed = site.change === "closed", colour = closed ? page.plan.shut : page.plan.colour;
      if (site.from) {
        group.addLayer(L.polyline([site.from, site.at], { ...place, color: colour, weight: 3, dashArray: "6 4" }));
        group.addLayer(L.circleMarker(site.from, { ...place, color: colour, weight: 2.5, radius: 5, fillColor: "#ffffff", fillOpacity: 1 }));
      }
      const icon = frame(closed ? 22 : 30), sign = make("span", "sign plan" + (closed ? " closed" : ""), closed ? "×" : "");
      if (!closed) Object.assign(sign.style, { width: "30px", height: "30px", margin: "0" });
      icon.createIcon = () => {
        const whole = make("div");
        whole.append(sign);
        sign.style.display = "block";
        icon._setIconStyles(whole, "icon");
        return whole;
      };
      group.addLayer(L.marker(site.at, { icon, pane: "plan", interactive: false, keyboard: false }));
      const words = make("span"), tip = L.tooltip({ permanent: true, direction: "top", offset: [0, -14], className: "mark", interactive: false, opacity: 1, pane: "plan" });
      words.style.color = colour;
      planMarks.push(() => { words.textContent = page.plan.said[lang][row].mark; tip.update(); });
      group.addLayer(tip.setLatLng(site.at).setContent(words));
    });
    return group;
  }
  if (page.plan) groups.plan = plan();
  for (const name in groups) if (name !== "homes") groups[name].addTo(map);
  map.fitBounds(page.bounds);
  map.on("zoomend", rescale);
  rescale();
  map.on("click", () => choose(null));

  const names = [], later = [], labels = { communities: L.layerGroup().addTo(map), gaps: L.layerGroup().addTo(map) };
  function label(name, pane, at, words) {
    if (!at) return null;
    const tip = L.tooltip({ permanent: true, direction: "center", className: pane === "names" ? "name" : "number", interactive: false, opacity: 1, pane });
    return tip.setLatLng(at).setContent(words).addTo(labels[name]);
  }
  layers.communities.features.forEach((feature, row) => {
    const words = make("div"), tip = label("communities", "names", page.places.communities[row], words);
    if (tip) names.push({ feature, words, tip, bounds: L.geoJSON(feature).getBounds() });
  });
  names.sort((a, b) => size(b.bounds) - size(a.bounds));
  function size(bounds) { return (bounds.getNorth() - bounds.getSouth()) * (bounds.getEast() - bounds.getWest()); }
  layers.gaps.features.forEach((feature, row) => {
    const tip = row < page.listed && label("gaps", "numbers", page.places.gaps[row], make("span", "rank", row + 1));
    if (tip && row >= page.numbered) later.push(tip);
  });
  // A name is hidden where its community is too small on the screen to hold it, or another name stands there.
  function tidyNames() {
    const taken = [], near = map.getZoom() >= map.getBoundsZoom(page.bounds) + 1;
    for (const tip of later) if (tip.getElement()) tip.getElement().classList.toggle("hidden", !near);
    for (const { tip, bounds } of names) {
      const element = tip.getElement();
      if (!element) continue;
      const box = element.getBoundingClientRect();
      const room = map.latLngToLayerPoint(bounds.getSouthEast()).subtract(map.latLngToLayerPoint(bounds.getNorthWest()));
      const free = !taken.some((b) => box.left < b.right && b.left < box.right && box.top < b.bottom && b.top < box.bottom);
      const fits = room.x > box.width * 0.8 && room.y > box.height * 0.8 && free;
      element.classList.toggle("hidden", !fits);
      if (fits) taken.push(box);
    }
  }
  map.on("zoomend moveend layeradd", () => requestAnimationFrame(tidyNames));

  // ---- the column of words -----------------------------------------------------------
  const rows = new Map();
  for (const name of ["communities", "gaps"]) layers[name].features.forEach((feature, row) => rows.set(feature.properties, row));
  const titles = {
    communities: (p) => page.names[lang][rows.get(p)], facilities: (p) => p.name || p.id,
    gaps: (p) => (rows.get(p) < page.listed ? rows.get(p) + 1 + ". " : "") + page.gap_names[lang][rows.get(p)],
  };
  const siteName = (id) => {
    const site = layers.facilities.features.find((feature) => feature.properties.id === id);
    return site ? titles.facilities(site.properties) : id === null || id === "" ? "–" : String(id);
  };
  function choose(name, feature, layer) {
    groups.communities.resetStyle();
    groups.gaps.resetStyle();
    own.clearLayers();
    if (name === "facilities") own.addData(layers.service_areas.features.filter((f) => f.properties.facility_id === feature.properties.id));
    chosen = name ? { name, feature } : null;
    if (layer && name !== "facilities") layer.setStyle({ weight: 4, color: "#111111" });
    details();
  }
  function details() {
    const box = document.getElementById("details");
    box.replaceChildren();
    if (!chosen) return void box.append(make("p", "quiet", say("click_hint")));
    const { name, feature } = chosen, list = make("dl"), card = make("div", "details");
    card.append(make("h3", "", titles[name](feature.properties)), list);
    for (const key in feature.properties) {
      const field = page.fields[lang][name][key], value = feature.properties[key];
      const term = make("dt", "", field ? field.heading : key);
      if (field) term.title = field.meaning;
      list.append(term, make("dd", "", spoken(name, key, value)));
    }
    box.append(card);
  }
  // Our own codes in words; whatever else stands in a column stays as it is.
  function spoken(name, key, value) {
    if (key.endsWith("facility_id")) return siteName(value);
    if (name === "facilities" && key === "kind" && value !== null) return page.kinds[lang][String(value)].label;
    if (key === "type" && (value === "urban" || value === "rural")) return say(value);
    if (name === "facilities" && key === "status" && (value === "existing" || value === "proposed")) return say(value);
    return shown(key, value);
  }
  function bar(ratio, small, gained = 0) {
    const whole = make("div", small ? "bar small" : "bar"), yes = make("span", "yes"), more = make("span", "gained");
    yes.style.width = (ratio - gained) * 100 + "%";
    more.style.width = gained * 100 + "%";
    whole.append(yes, more, make("span", "no"));
    return whole;
  }
  function sign(entry) {
    if (entry.sort === "plan") return make("span", "sign plan" + (entry.key === "plan_closed" ? " closed" : ""), entry.key === "plan_closed" ? "×" : "");
    if (entry.sort === "point") {
      const badge = make("span", "sign badge", entry.glyph);
      badge.style.backgroundColor = entry.colour;
      return badge;
    }
    const mark = make("span", "sign " + { fill: entry.hatch ? "dots" : "", hatch: "hatch", line: "line", dash: "dash", ring: "ring" }[entry.sort]);
    if (entry.sort === "fill") mark.style.backgroundColor = entry.colour;
    else mark.style.borderColor = entry.colour;
    return mark;
  }
  function entries(list, name) {
    const whole = make("ul", name);
    for (const entry of list) {
      const line = make("li");
      line.append(sign(entry), make("span", "", entry.label));
      whole.append(line);
    }
    return whole;
  }
  function switchFor(name, label, mark) {
    const line = make("li"), words = make("label"), box = make("input");
    box.type = "checkbox";
    box.checked = map.hasLayer(groups[name]);
    box.addEventListener("change", () => {
      for (const part of [groups[name], labels[name]]) if (part) box.checked ? part.addTo(map) : part.remove();
    });
    words.append(box);
    if (mark) words.append(sign(mark));
    words.append(make("span", "", label));
    line.append(words);
    return line;
  }
  function legend() {
    const whole = document.getElementById("legend"), list = make("ul", "legend");
    const looks = page.legend[lang], byKey = {};
    for (const entry of looks.layers) byKey[entry.key] = entry;
    const rows = document.createDocumentFragment();
    rows.append(make("ul", "legend"));
    rows.firstChild.append(switchFor("communities", say("communities")));
    rows.append(entries(looks.shades, "legend shades"));
    for (const name of ["gaps", "homes", "service_areas", "streets", ...(groups.water ? ["water"] : [])]) list.append(switchFor(name, byKey[name].label, byKey[name]));
    list.append(switchFor("facilities", say("facilities")));
    if (page.streets.some((one) => !(one.key in layers.streets))) list.append(make("li", "quiet", say("coarse")));
    rows.append(list, entries(looks.kinds, "legend shades"));
    if (groups.plan) {
      const planned = make("ul", "legend");
      planned.append(switchFor("plan", say("plan")));
      rows.append(planned, entries(looks.plan, "legend shades"));
    }
    if (groups.barriers) {
      const walls = make("ul", "legend");
      walls.append(switchFor("barriers", say("barriers")));
      rows.append(walls, entries(looks.barriers, "legend shades"));
    }
    whole.replaceChildren(rows);
  }
  function row(table, cells) {
    const line = make("tr");
    for (const cell of cells) line.append(cell);
    table.append(line);
  }
  function head(table, words, figures = 2) {
    row(table, words.map((word, at) => make("th", at >= figures ? "number" : "", word)));
  }
  function goTo(name, feature) {
    const button = make("button", "", titles[name](feature.properties));
    button.type = "button";
    button.addEventListener("click", () => {
      groups[name].eachLayer((layer) => {
        if (layer.feature !== feature) return;
        if (layer.getBounds && layer.getBounds().isValid()) map.fitBounds(layer.getBounds().pad(0.4));
        choose(name, feature, layer);
      });
      if (!feature.geometry) choose(name, feature);
      document.getElementById("details").scrollIntoView({ block: "nearest" });
    });
    const cell = make("td");
    cell.append(button);
    return cell;
  }
  function communities() {
    const table = make("table");
    head(table, [say("community"), "", say("coverage"), say("not_served")]);
    const order = layers.communities.features.slice().sort((a, b) => b.properties.unserved_weight - a.properties.unserved_weight);
    for (const feature of order) {
      const p = feature.properties, cell = make("td");
      if (p.coverage_ratio !== null) cell.append(bar(p.coverage_ratio, true));
      const share = p.coverage_ratio === null ? "–" : percent(p.coverage_ratio);
      row(table, [goTo("communities", feature), cell, make("td", "number", share), make("td", "number", people(p.unserved_weight))]);
    }
    document.getElementById("communities").replaceChildren(table);
  }
  function gaps() {
    const whole = document.getElementById("gaps"), list = layers.gaps.features;
    if (!list.length) return void whole.replaceChildren(make("p", "quiet", say("no_gaps")));
    const table = make("table");
    head(table, [say("gap"), say("typical"), say("longest"), say("not_served")], 1);
    for (const feature of list.slice(0, page.listed)) {
      const p = feature.properties;
      const [typical, longest] = page.gap_figures[lang][rows.get(p)].map((figure) => make("td", "number", figure));
      row(table, [goTo("gaps", feature), typical, longest, make("td", "number", people(p.unserved_weight))]);
    }
    whole.replaceChildren(table, make("p", "quiet", page.gaps_rest[lang]));
  }
  function planned() {
    if (!page.plan) return;
    const table = make("table");
    head(table, [say("plan"), "", say("newly")], 2);
    for (const site of page.plan.said[lang]) row(table, [make("td", "", site.mark), make("td", "", site.name), make("td", "number", site.gain)]);
    document.getElementById("plan").replaceChildren(make("h2", "", say("plan")), table);
    for (const mark of planMarks) mark();
  }
  function words() {
    const facts = page.facts[lang];
    document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
    for (const key of ["title", "subtitle", "headline", "served", "caution", "standard", "walkers", "source", "credit", "made", "compared", "changed", "baseline", "about"]) {
      for (const element of document.querySelectorAll(`[data-fact="${key}"]`)) element.textContent = facts[key];
    }
    for (const element of document.querySelectorAll("[data-word]")) element.textContent = say(element.dataset.word);
    const top = document.getElementById("headline-bar");
    top.replaceChildren();
    if (page.ratio !== null) top.append(bar(page.ratio, false, page.plan ? page.plan.gained : 0));
    document.querySelector(".headline").classList.toggle("words", page.ratio === null);
    for (const { feature, words, tip } of names) {
      const p = feature.properties;
      words.replaceChildren(make("div", "", titles.communities(p)));
      if (p.coverage_ratio !== null) words.append(make("div", "", percent(p.coverage_ratio)));
      tip.update();
    }
    groups.facilities.eachLayer((site) => site._letter && site.relabel());
    legend();
    planned();
    details();
    communities();
    gaps();
    requestAnimationFrame(tidyNames);
  }
  document.getElementById("language").addEventListener("click", () => { lang = lang === "zh" ? "en" : "zh"; words(); });
  document.getElementById("print").addEventListener("click", () => window.print());
  // For paper the map takes its size on paper first, so that all of it is on the sheet; and what is
  // drawn on canvas is drawn as lines: a printed canvas is opaque, and coarse.
  let seen = null;
  const onPaper = { streets: L.svg({ pane: "streets", padding: 0.1 }), homes: L.svg({ pane: "homes", padding: 0.1 }) };
  function redraw(by, before) {
    for (const name of ["streets", "homes"]) {
      const here = map.hasLayer(groups[name]);
      groups[name].remove();
      before[name].remove();
      groups[name].eachLayer((layer) => { layer.options.renderer = by[name]; });
      if (here) groups[name].addTo(map);
    }
  }
  window.addEventListener("beforeprint", () => {
    seen = [map.getCenter(), map.getZoom()];
    document.body.classList.add("printing");
    map.options.zoomSnap = 0;
    map.invalidateSize({ animate: false });
    map.fitBounds(page.bounds, { animate: false });
    redraw(onPaper, drawnBy);
    tidyNames();
  });
  window.addEventListener("afterprint", () => {
    document.body.classList.remove("printing");
    redraw(drawnBy, onPaper);
    map.options.zoomSnap = 0.25;
    map.invalidateSize({ animate: false });
    if (seen) map.setView(seen[0], seen[1], { animate: false });
  });
  window.lifecircle = { minutes, percent };
  words();
})();
