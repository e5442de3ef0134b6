/* The legend, which is also the switch of the layers: closed a strip of what matters most, open a drawer
   over the map's edge. Opening it never moves the map. */
(function () {
  "use strict";
  const D = window.LifecircleDraw;

  function keyOf(key) {
    const item = D.text("span", "lc-key lc-key-" + key.swatch);
    if (key.swatch === "ramp") {
      key.colours.forEach((colour, place) => {
        const step = D.text("span", "lc-step");
        const bar = D.text("i", "");
        bar.style.background = colour;
        step.append(bar, D.text("small", "", key.limits[place]));
        item.append(step);
      });
      return item;
    }
    const mark = D.text("i", "lc-swatch lc-swatch-" + key.swatch, key.glyph || "");
    mark.setAttribute("aria-hidden", "true");
    if (key.colour && (key.swatch === "ring" || key.swatch === "dashed")) mark.style.borderColor = key.colour;
    else if (key.colour) mark.style.background = key.colour;
    item.append(mark, D.text("span", "", key.label));
    return item;
  }

  /* What a closed legend still tells: the colours of homes, gaps and service areas. */
  function shortRow(row) {
    if (!row.mark) return row.keys.slice(0, row.short).map(keyOf);
    const item = D.text("span", "lc-key");
    item.append(D.text("i", "lc-swatch lc-swatch-" + row.mark), D.text("span", "", row.short));
    return [item];
  }

  function row(one, on, change) {
    const line = D.text("div", "lc-legend-row");
    const label = D.text("label", "");
    const keys = D.text("div", "lc-keys");
    const box = document.createElement("input");
    box.type = "checkbox";
    box.name = one.layer;
    box.checked = on;
    box.addEventListener("change", () => {
      keys.hidden = one.off && !box.checked;
      change(one.layer, box.checked);
    });
    label.append(box);
    if (one.mark) label.append(D.text("i", "lc-swatch lc-swatch-" + one.mark));
    label.append(D.text("span", "", one.label));
    line.append(label);
    keys.append(...(one.keys || []).map(keyOf));
    keys.hidden = one.off && !box.checked;
    if (one.keys && one.keys.length) line.append(keys);
    return line;
  }

  /* Begin a legend on a map; `change` is told when a layer is switched on or off. */
  function begin(map, hidden, change) {
    const root = L.DomUtil.create("div", "lc-legend", map.getContainer());
    L.DomEvent.disableClickPropagation(root);
    L.DomEvent.disableScrollPropagation(root);
    root.id = "lc-legend";
    const closedGroups = new Set();
    let open = false;
    let view = null;
    let drawn = "";

    function toggle() {
      open = !open;
      draw();
      root.querySelector(".lc-legend-title").focus({ preventScroll: true });
    }

    function group(name, title, rows) {
      const part = document.createElement("details");
      part.className = "lc-legend-group";
      part.open = !closedGroups.has(name);
      part.addEventListener("toggle", () => (part.open ? closedGroups.delete(name) : closedGroups.add(name)));
      part.append(D.text("summary", "", title), ...rows.map((one) => row(one, !hidden.has(one.layer), change)));
      return part;
    }

    function draw() {
      const head = D.text("button", "lc-legend-title", view.words.legend);
      head.type = "button";
      head.setAttribute("aria-expanded", String(open));
      head.setAttribute("aria-controls", root.id);
      head.addEventListener("click", (event) => { event.stopPropagation(); toggle(); }); // or the map, too, takes it for a click
      root.classList.toggle("lc-folded", !open);
      if (!open) {
        root.replaceChildren(head, ...view.legend.filter((one) => one.short && !hidden.has(one.layer)).flatMap(shortRow));
        return;
      }
      const body = D.text("div", "lc-legend-body");
      for (const [name, title] of Object.entries(view.words.groups)) {
        const rows = view.legend.filter((one) => one.group === name);
        if (rows.length) body.append(group(name, title, rows));
      }
      if (view.words.source) body.append(D.text("div", "lc-source", view.words.source));
      root.replaceChildren(head, body);
    }

    /* What has not changed is left alone: a focus or a scrolled place in it stays. */
    function update(now) {
      const told = JSON.stringify([now.legend, now.words, [...hidden]]);
      view = now;
      if (told === drawn) return;
      drawn = told;
      const before = root.querySelector(".lc-legend-body");
      const top = before ? before.scrollTop : 0;
      draw();
      const body = root.querySelector(".lc-legend-body");
      if (body) body.scrollTop = top;
    }

    return { update, width: () => (open ? root.offsetWidth : 0), box: () => (open ? null : root.getBoundingClientRect()) };
  }

  window.LifecircleLegend = { begin };
})();
