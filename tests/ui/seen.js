/* What an eye and a reader of screens find on the page: for the tests. */
(() => {
  "use strict";
  const parse = (text) => {
    const numbers = text.match(/[\d.]+/g).map(Number);
    return numbers.length > 3 ? numbers : [...numbers, 1];
  };
  const mix = (over, under) => over.slice(0, 3).map((part, at) => part * over[3] + under[at] * (1 - over[3]));
  const onto = (layers) => layers.reverse().reduce((under, over) => mix(over, under), [255, 255, 255]);

  /* Relative luminance and contrast as WCAG 2 defines them. */
  const light = (rgb) => {
    const [r, g, b] = rgb.map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [a, b] = [light(one), light(other)];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };

  /* The colour behind an element; null where it is a drawing. */
  function ground(element) {
    const layers = [];
    for (let one = element; one; one = one.parentElement) {
      const style = getComputedStyle(one);
      if (style.backgroundImage !== "none") return null;
      const colour = parse(style.backgroundColor);
      if (colour[3] > 0) layers.push(colour);
      if (colour[3] === 1) return onto(layers);
      if (one.classList.contains("leaflet-pane")) return null;
    }
    return onto(layers);
  }

  function* textNodes(but) {
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const element = walk.currentNode.parentElement;
      if (walk.currentNode.nodeValue.trim() && !element.closest(but)) yield [walk.currentNode, element];
    }
  }

  function box(node) {
    const range = document.createRange();
    range.selectNodeContents(node);
    return range.getBoundingClientRect();
  }

  /* Every text that can be seen: its words, the size of its letters, and its contrast to a solid ground. */
  function texts() {
    const out = [];
    // The link that skips to the content is seen only with the focus.
    for (const [node, element] of textNodes("script, style, noscript, [hidden], [data-testid=stIconMaterial], [data-testid=stSkipToContent]")) {
      const { width, height } = box(node);
      if (!width || !height || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
      const [style, back] = [getComputedStyle(element), ground(element)];
      out.push({
        words: node.nodeValue.trim().slice(0, 60),
        px: parseFloat(style.fontSize),
        contrast: back && contrast(mix(parse(style.color), back), back),
        of: String(element.className) || element.tagName,
      });
    }
    return out;
  }

  /* Every word that is seen or read aloud, hidden ones too. */
  function words() {
    const out = [...textNodes("script, style, noscript, [data-testid=stIconMaterial], [data-testid=stExpanderIcon]")].map(([node]) => node.nodeValue);
    for (const element of document.querySelectorAll("*")) {
      for (const name of ["aria-label", "aria-description", "title", "placeholder", "alt"]) out.push(element.getAttribute(name) || "");
    }
    return out.map((one) => one.trim()).filter(Boolean);
  }

  /* Where things lie, names by their letters; what is not seen is left out. */
  function boxes(selector) {
    return [...document.querySelectorAll(selector)].filter((one) => getComputedStyle(one).opacity !== "0")
      .map((one) => (one.matches(".lc-name span") ? box(one) : one.getBoundingClientRect()))
      .map(({ left, right, top, bottom }) => ({ left, right, top, bottom }));
  }

  window.Seen = { texts, words, boxes };
})();
