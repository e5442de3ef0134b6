/* What the planner's hand means: in look mode a click shows what is there and changes nothing, in place mode a single click
   places. A double-click zooms and does nothing else, so a click waits a moment for its second half. */
window.LifecircleHand = (function () {
  "use strict";
  const DOUBLE_MS = 220; // the second half of nearly every double-click comes within this
  const SLOW_MS = 900; // a system may still call it a double-click after that: then what was placed is taken back
  const CLOSER = 0.3; // zoom levels by which a click on a community must bring it nearer, or the map stays
  const NEAR_PX = 6; // around a home's dot

  function make(map, doors) {
    let resting = null; // the click that may be the first half of a double-click
    let placed = null; // what was placed last, and when
    let candidate = ""; // what the click went through on its way to the map
    let community = null;

    function place(latlng, ghost, id) {
      const view = doors.view();
      placed = { number: doors.place(latlng, view.tool, ghost, id), at: Date.now() };
    }

    function look(latlng, shape) {
      const view = doors.view();
      const homes = doors.homes();
      const row = homes ? homes.near(map, latlng, NEAR_PX) : -1;
      if (row >= 0) { doors.send({ type: "home", row }); return; }
      if (view.chosen) doors.send({ type: "select", id: "" });
      if (!shape) return;
      const bounds = shape.getBounds();
      if (map.getBoundsZoom(bounds) > map.getZoom() + CLOSER) doors.fit(bounds);
    }

    function flush() {
      if (!resting) return;
      const { act, timer } = resting;
      resting = null;
      clearTimeout(timer);
      act();
    }

    map.on("click", (event) => {
      const view = doors.view();
      const [id, shape] = [candidate, community];
      [candidate, community] = ["", null];
      if (!view || (event.originalEvent && event.originalEvent.detail > 1)) return;
      flush();
      const ghost = view.tool ? doors.ghost(event.latlng, view.tool) : null;
      const act = view.tool ? () => place(event.latlng, ghost, id) : () => look(event.latlng, shape);
      resting = { act, ghost, timer: setTimeout(flush, DOUBLE_MS) };
    });

    map.on("dblclick", () => {
      if (resting) {
        clearTimeout(resting.timer);
        if (resting.ghost) resting.ghost.remove();
        resting = null;
      } else if (placed && Date.now() - placed.at < SLOW_MS) {
        doors.send({ type: "unplace", of: placed.number });
      }
      placed = null;
    });

    function typing(target) {
      const field = target && target.closest && target.closest("input, textarea, select, [contenteditable='true']");
      return Boolean(field) && !(field.tagName === "INPUT" && ["checkbox", "radio", "button"].includes(field.type));
    }

    /* Keys that work anywhere on the page, but not while somebody writes. */
    function key(event) {
      const view = doors.view();
      if (!view || event.defaultPrevented || event.isComposing || typing(event.target)) return false;
      const name = event.key.toLowerCase();
      const command = event.ctrlKey || event.metaKey;
      if (command && !event.altKey && name === "z") doors.send({ type: event.shiftKey ? "redo" : "undo" });
      else if (command && !event.altKey && name === "y") doors.send({ type: "redo" });
      else if (name === "escape" && view.tool) doors.send({ type: "look" });
      else if (name === "escape" && view.chosen) doors.send({ type: "select", id: "" });
      else return false;
      event.preventDefault();
      return true;
    }

    /* A row of the panel's table that names a community: the map goes there. */
    function row(event) {
      const line = event.target.closest && event.target.closest("tr[data-community]");
      if (!line || (event.type === "keydown" && event.key !== "Enter" && event.key !== " ")) return;
      const shape = doors.community(Number(line.dataset.community));
      if (!shape) return;
      doors.fit(shape.getBounds());
      event.preventDefault();
    }

    document.addEventListener("keydown", (event) => {
      if (key(event) || event.key !== "Enter" || document.activeElement !== map.getContainer()) return;
      const view = doors.view();
      const middle = map.getCenter();
      if (view && view.tool) place(middle, doors.ghost(middle, view.tool), "");
      else if (view) look(middle, null);
      event.preventDefault();
    });
    const page = window.parent.document;
    const heard = [["keydown", key], ["click", row], ["keydown", row]];
    for (const [name, hear] of heard) page.addEventListener(name, hear);
    window.addEventListener("pagehide", () => { flush(); for (const [name, hear] of heard) page.removeEventListener(name, hear); });

    return {
      through: (id) => { candidate = id; },
      over: (shape) => { community = shape; },
    };
  }

  return { make };
})();
