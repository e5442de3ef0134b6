/* How each layer of the planning map looks. Data comes by address as GeoJSON and is only ever
   drawn on canvas or set as text; nothing from a file becomes markup. */
(function () {
  "use strict";

  const COLOUR = {
    covered: "#0072B2", gap: "#E69F00", gained: "#009E73", lost: "#D55E00", off: "#7a7f87", walk: "#7b1fa2",
    ink: "#1d2b38", street: "#9aa3ad", path: "#b9b2a3", paper: "#f5f3ee",
  };
  const FILL = 0.16; // of communities: the ground on which homes, gaps and service areas are seen
  const PANES = [["water", 320], ["communities", 330], ["shaded", 338], ["areas", 340], ["streets", 350], ["gaps", 360], ["homes", 370], ["barriers", 372], ["reach", 375], ["suspects", 377], ["sites", 378]];

  function text(tag, className, words) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (words !== undefined && words !== null) element.textContent = String(words);
    return element;
  }

  /* Orange stripes: a gap is told by its pattern as well as by its colour. */
  function hatch(colour, gap) {
    const tile = document.createElement("canvas");
    tile.width = tile.height = gap;
    const ink = tile.getContext("2d");
    ink.strokeStyle = colour;
    ink.lineWidth = 2;
    ink.lineCap = "square";
    for (const shift of [-gap, 0, gap]) {
      ink.beginPath();
      ink.moveTo(shift, gap);
      ink.lineTo(shift + gap, 0);
      ink.stroke();
    }
    return ink.createPattern(tile, "repeat");
  }

  /* The colour of a share of people served; the classes come from the server and are those of the printed map. */
  function shade(ratio, shades) {
    if (ratio === null || ratio === undefined) return "#ffffff";
    return shades.reduce((found, one) => (ratio >= one.low ? one.colour : found), shades[0].colour);
  }

  function makePanes(map) {
    const renderers = {};
    for (const [name, height] of PANES) {
      const pane = map.createPane("lc-" + name);
      pane.style.zIndex = height;
      if (name !== "communities") pane.style.pointerEvents = "none";
      renderers[name] = L.canvas({ pane: "lc-" + name, padding: 0.3 });
    }
    map.createPane("lc-marks").style.zIndex = 590; // candidates and requests: below the facilities' badges (600) …
    map.createPane("lc-names").style.zIndex = 595; // … and below the names
    map.getPane("lc-names").style.pointerEvents = "none";
    return renderers;
  }

  const STREET = {
    major: { color: "#98a1ab", weight: 2.2, opacity: 0.95 },
    minor: { color: COLOUR.street, weight: 1.1, opacity: 0.75 },
    path: { color: COLOUR.path, weight: 1, opacity: 0.95, dashArray: "3 2" },
    steps: { color: "#8c6d46", weight: 2.2, opacity: 0.9, dashArray: "2 2" },
  };

  /* Places as whole parts of a degree, each told from the one before; a line's first from the first of the line before. */
  function unpack(lines, parts) {
    let [startLon, startLat] = [0, 0];
    return lines.map((steps) => {
      startLon += steps[0];
      startLat += steps[1];
      let [lon, lat] = [startLon, startLat];
      const line = [[lat / parts, lon / parts]];
      for (let at = 2; at < steps.length; at += 2) {
        lon += steps[at];
        lat += steps[at + 1];
        line.push([lat / parts, lon / parts]);
      }
      return line;
    });
  }

  function streets(data, renderer) {
    const group = L.layerGroup(Object.keys(STREET).filter((name) => data.lines[name]).map((name) => L.polyline(
      unpack(data.lines[name], data.parts), { interactive: false, renderer, pane: "lc-streets", smoothFactor: 0.8, ...STREET[name], thick: STREET[name].weight })));
    group.scale = (factor) => group.eachLayer((line) => line.setStyle({ weight: line.options.thick * factor }));
    return group;
  }

  function water(data, renderer) {
    return L.geoJSON(data, {
      interactive: false, renderer, pane: "lc-water", smoothFactor: 0.6,
      style: () => ({ stroke: false, fillColor: "#9fc6dc", fillOpacity: 0.75 }),
    });
  }

  function communities(data, renderer, told, under) {
    const rows = [];
    const group = L.geoJSON(data, {
      renderer, pane: "lc-communities", smoothFactor: 0.6,
      onEachFeature: (feature, layer) => {
        rows[feature.properties.row] = layer;
        layer.bindTooltip(() => told(feature.properties), { sticky: true, className: "lc-tip", direction: "top" });
        layer.on("click", () => under(layer)); // the map hears of it next
      },
      style: () => ({ color: "#6d7b88", weight: 1.3, opacity: 0.7, fillColor: "#ffffff", fillOpacity: FILL }),
    });
    group.of = (row) => rows[row];
    group.paint = (answer, filled, shades) => rows.forEach((layer, row) => {
      const people = answer && answer.communities[row];
      const ratio = people && people[0] > 0 ? people[1] / people[0] : null;
      layer.setStyle({ fillColor: shade(ratio, shades), fillOpacity: filled ? FILL : 0 });
    });
    return group;
  }

  function areas(data, renderer) {
    return L.geoJSON(data, {
      interactive: false, renderer, pane: "lc-areas",
      style: () => ({ color: COLOUR.covered, weight: 1.2, opacity: 0.65, fillColor: COLOUR.covered, fillOpacity: 0.07 }),
    });
  }

  /* From where people can walk to the one facility that is selected. */
  function reach(data, renderer) {
    return L.geoJSON(data, {
      interactive: false, renderer, pane: "lc-reach",
      style: () => ({ color: COLOUR.ink, weight: 2, opacity: 0.9, dashArray: "6 4", fill: false }),
    });
  }

  /* The walk from one home to its nearest facility: along the streets, and broken where it is not on one. */
  function walk(data, renderer) {
    const place = { interactive: false, renderer, pane: "lc-reach" };
    const line = (colour, weight, only) => L.geoJSON(data, {
      ...place, filter: (feature) => feature.geometry.type !== "Point" && only.includes(feature.properties.part),
      style: (feature) => ({ color: colour, weight, opacity: 1, dashArray: feature.properties.part === "leg" ? "2 7" : null }),
    });
    const ends = L.geoJSON(data, {
      filter: (feature) => feature.geometry.type === "Point",
      pointToLayer: (_feature, at) => L.circleMarker(at, { ...place, radius: 9, color: COLOUR.ink, weight: 3, fill: false }),
    });
    return L.layerGroup([line("#ffffff", 8, ["way"]), line(COLOUR.walk, 4.5, ["way", "leg"]), ends]);
  }

  /* Service areas looked at in another way, each piece in the colour that it comes with. */
  function shaded(data, renderer) {
    return L.geoJSON(data, {
      interactive: false, renderer, pane: "lc-shaded",
      style: (feature) => ({ color: "#ffffff", weight: 1, opacity: 0.9, fillColor: feature.properties.colour, fillOpacity: 0.6 }),
    });
  }

  function gaps(data, renderer) {
    const stripes = hatch(COLOUR.gap, 8);
    return L.geoJSON(data, {
      interactive: false, renderer, pane: "lc-gaps",
      style: () => ({ color: "#b87c00", weight: 1.6, opacity: 0.9, fillColor: stripes, fillOpacity: 0.8 }),
    });
  }

  const HOME = {
    s: { fillColor: COLOUR.covered, fillOpacity: 0.75 }, u: { fillColor: COLOUR.gap, fillOpacity: 0.95 },
    n: { fillColor: COLOUR.gained, fillOpacity: 1 }, l: { fillColor: COLOUR.lost, fillOpacity: 1 },
    x: { fillColor: COLOUR.off, fillOpacity: 0.9 },
  };

  /* One dot for each place where people live, its area by their number. */
  function homes(data, renderer) {
    let [lon, lat] = [0, 0];
    const dots = data.radius.map((tenths, row) => {
      lon += data.at[2 * row];
      lat += data.at[2 * row + 1];
      return L.circleMarker([lat / data.parts, lon / data.parts], {
        interactive: false, renderer, pane: "lc-homes", stroke: false, radius: tenths / 10, ...HOME.u,
      });
    });
    const group = L.layerGroup(dots);
    let shown = "";
    /* The row of the home nearest to a place, within its dot and a few pixels more; -1 when there is none. */
    group.near = (map, latlng, more) => {
      const at = map.latLngToContainerPoint(latlng);
      const corner = map.containerPointToLatLng(at.add([40, -40]));
      const [wide, high] = [Math.abs(corner.lng - latlng.lng), Math.abs(corner.lat - latlng.lat)];
      let [best, least] = [-1, Infinity];
      dots.forEach((dot, row) => {
        const here = dot.getLatLng();
        if (Math.abs(here.lng - latlng.lng) > wide || Math.abs(here.lat - latlng.lat) > high) return;
        const far = map.latLngToContainerPoint(here).distanceTo(at) - dot.getRadius();
        if (far <= more && far < least) [best, least] = [row, far];
      });
      return best;
    };
    group.paint = (answer) => {
      if (!answer) return;
      dots.forEach((dot, row) => {
        if (answer.homes[row] !== shown[row]) dot.setStyle(HOME[answer.homes[row]] || HOME.u);
      });
      shown = answer.homes;
    };
    /* From far away the dots shrink with the streets between them, so that a block stays a block. */
    group.scale = (zoom) => {
      const factor = Math.min(1.6, Math.max(0.35, Math.pow(2, (zoom - 15.4) * 0.75)));
      dots.forEach((dot, row) => dot.setRadius((data.radius[row] / 10) * factor));
    };
    return group;
  }

  /* The hand is heard on one canvas only, that of the communities: what can be pointed at lies there, unseen. */
  function touchable(data, renderers, tip) {
    const unseen = { renderer: renderers.communities, pane: "lc-communities", opacity: 0, fill: false, weight: 16 };
    return L.geoJSON(data, {
      ...unseen, style: () => unseen,
      pointToLayer: (_feature, at) => L.circleMarker(at, { ...unseen, radius: 4 }),
      onEachFeature: (feature, layer) => layer.bindTooltip(() => tip(feature.properties), { sticky: true, className: "lc-tip", direction: "top" }),
    });
  }

  const SURE = {
    high: { color: "#b5006e", weight: 3, radius: 9 }, medium: { color: "#d9589f", weight: 2.5, radius: 8 },
    low: { color: "#85779a", weight: 1.6, radius: 5 },
  };

  /* Where the street map may be drawn wrong: the street that would be missing, and a ring because it is short. */
  function suspects(data, renderers, tip) {
    const renderer = renderers.suspects;
    const place = { interactive: false, renderer, pane: "lc-suspects" };
    const group = L.featureGroup();
    for (const feature of data.features) {
      const look = SURE[feature.properties.sure] || SURE.low;
      const ends = feature.geometry.type === "Point" ? [feature.geometry.coordinates] : feature.geometry.coordinates;
      const line = ends.map(([lon, lat]) => [lat, lon]);
      const [first, last] = [line[0], line[line.length - 1]];
      const middle = [(first[0] + last[0]) / 2, (first[1] + last[1]) / 2];
      if (line.length > 1) group.addLayer(L.polyline(line, { ...place, color: look.color, weight: look.weight }));
      group.addLayer(L.circleMarker(middle, { ...place, radius: look.radius, color: "#fff", weight: look.weight + 2.5, opacity: 0.85, fill: false }));
      group.addLayer(L.circleMarker(middle, { ...place, radius: look.radius, color: look.color, weight: look.weight, fillColor: look.color, fillOpacity: 0.12 }));
    }
    return group.addLayer(touchable(data, renderers, tip));
  }

  const BARRIER = {
    wall: { color: "#5c4033", weight: 4 }, closed: { color: "#b71c1c", weight: 4, dashArray: "7 5" },
    gate: { color: "#2e7d32", weight: 3 }, shut: { color: "#b71c1c", weight: 3 },
    link: { color: "#6a3d9a", weight: 4, dashArray: "10 5" },
  };

  /* Walls, gates, closed ways and planned links, on a white edge that lifts them off the streets. */
  function barriers(data, renderers, tip) {
    const place = { interactive: false, renderer: renderers.barriers, pane: "lc-barriers" };
    const edge = L.geoJSON(data, {
      ...place, filter: (feature) => feature.geometry.type !== "Point", style: () => ({ color: "#fff", weight: 7, opacity: 0.9 }),
    });
    const drawn = L.geoJSON(data, {
      ...place,
      style: (feature) => BARRIER[feature.properties.look] || BARRIER.wall,
      pointToLayer: (_feature, at) => L.circleMarker(at, { ...place, radius: 5, fillColor: "#fff", fillOpacity: 1 }),
    });
    return L.featureGroup([edge, drawn, touchable(data, renderers, tip)]);
  }

  /* Many points as plain dots. */
  function dots(data, renderers, tip) {
    const place = { interactive: false, renderer: renderers.sites, pane: "lc-sites" };
    const drawn = L.geoJSON(data, {
      pointToLayer: (feature, at) => L.circleMarker(at, { ...place, radius: 4, color: "#fff", weight: 1, fillColor: feature.properties.colour, fillOpacity: 1 }),
    });
    return L.featureGroup([drawn, touchable(data, renderers, tip)]);
  }

  function badge(facility, className) {
    const face = text("span", "lc-badge " + className);
    face.append(text("b", "", facility.glyph));
    face.setAttribute("aria-hidden", "true"); // the marker has a name of its own
    face.style.setProperty("--lc-kind", facility.colour || COLOUR.ink);
    return L.divIcon({ className: "lc-badge-holder", html: face, iconSize: [26, 26], iconAnchor: [13, 13] });
  }

  window.LifecircleDraw = { COLOUR, text, makePanes, streets, water, communities, areas, shaded, reach, walk, gaps, homes, suspects, barriers, dots, badge, shade };
})();
