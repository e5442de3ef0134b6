/* The framework says some words in English only. They are said in the page's language wherever they stand:
   the words come from the page itself (.lc-page), and what is not among them is left alone. */
(function () {
  "use strict";
  if (window.LifecirclePage) return;
  const ATTRIBUTES = ["aria-label", "placeholder", "title"];
  // Text of the framework's own; elsewhere text is the planner's or ours.
  const ITS_OWN = '[data-testid="stSkipToContent"], [data-testid^="stFileUploader"], [data-testid="InputInstructions"], [role="listbox"], [role="alert"], [role="log"], [data-live-announcer], [data-testid="stStatusWidget"]';
  const kept = new WeakMap(); // node -> by attribute what it said at first, and what we made of it
  let packed = "";
  let exact = {};
  let patterns = [];

  function learn() {
    const page = document.querySelector(".lc-page");
    if (!page || page.dataset.words === packed) return false;
    packed = page.dataset.words;
    document.documentElement.lang = page.dataset.lang;
    exact = {};
    patterns = [];
    for (const [said, words] of Object.entries(JSON.parse(packed))) {
      if (!said.includes("{")) { exact[said] = words; continue; }
      const form = said.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("(.+)");
      patterns.push([new RegExp(`^${form}$`), words]);
    }
    return true;
  }

  function translated(said) {
    const text = said.trim();
    if (Object.hasOwn(exact, text)) return exact[text];
    for (const [form, words] of patterns) {
      const found = form.exec(text);
      if (found) { let place = 0; return words.replace(/\{\w+\}/g, () => found[++place]); }
    }
    return said;
  }

  function sayOne(node, name, now, write) {
    const known = kept.get(node) || {};
    const first = known[name] && known[name].shown === now ? known[name].first : now;
    const shown = translated(first);
    known[name] = { first, shown };
    kept.set(node, known);
    if (shown !== now) write(shown);
  }

  function sayIn(root) {
    const texts = (element) => {
      for (const node of element.childNodes) {
        if (node.nodeType === Node.TEXT_NODE && node.nodeValue.trim()) sayOne(node, "text", node.nodeValue, (words) => { node.nodeValue = words; });
      }
    };
    const elements = root.querySelectorAll ? [root, ...root.querySelectorAll("*")] : [];
    for (const element of elements) {
      for (const name of ATTRIBUTES) {
        const now = element.getAttribute && element.getAttribute(name);
        if (now) sayOne(element, name, now, (words) => element.setAttribute(name, words));
      }
      if (element.closest && element.closest(ITS_OWN)) texts(element);
    }
  }

  new MutationObserver((changes) => {
    if (learn()) { sayIn(document.body); return; }
    for (const change of changes) {
      if (change.type === "childList") change.addedNodes.forEach((node) => sayIn(node.nodeType === Node.TEXT_NODE ? node.parentElement || node : node));
      else sayIn(change.type === "characterData" ? change.target.parentElement || change.target : change.target);
    }
  }).observe(document.body, { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: [...ATTRIBUTES, "data-words"] });
  if (learn()) sayIn(document.body);
  window.LifecirclePage = true;
})();
