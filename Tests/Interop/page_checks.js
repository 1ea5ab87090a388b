// What every view of the page has to be, looked at from within: gives a list of what is wrong.
(() => {
  const wrong = [];
  const say = (what, element) => wrong.push(`${what}: ${element.outerHTML.slice(0, 160)}`);
  const isVisible = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const all = (selector) => [...document.querySelectorAll(selector)].filter(isVisible);
  const name = (element) => {
    const by = element.getAttribute("aria-labelledby");
    const text = by ? by.split(" ").map((id) => document.getElementById(id)?.textContent ?? "").join(" ") : element.getAttribute("aria-label") ?? element.textContent;
    return (text + [...element.querySelectorAll("img[alt]")].map(({ alt }) => alt).join(" ")).trim();
  };

  if (document.documentElement.lang !== "en") wrong.push("no language");
  if (!document.title) wrong.push("no title");
  if (all("h1").length !== 1) wrong.push(`${all("h1").length} h1`);
  let level = 0;
  for (const heading of all("h1, h2, h3, h4")) {
    const next = Number(heading.tagName[1]);
    if (next > level + 1) say(`a heading of level ${next} behind one of ${level}`, heading);
    if (!name(heading)) say("an empty heading", heading);
    level = next;
  }
  for (const landmark of ["main", "nav", "header"]) if (all(landmark).length < 1) wrong.push(`no ${landmark}`);
  const navs = all("nav");
  if (navs.length > 1) navs.filter((nav) => !nav.getAttribute("aria-label")).forEach((nav) => say("a nav without a name", nav));
  const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
  ids.filter((id, n) => ids.indexOf(id) !== n).forEach((id) => wrong.push(`the id ${id} twice`));
  for (const control of all("input, select, textarea")) {
    if (!control.labels?.length && !control.getAttribute("aria-label")) say("a field without a label", control);
  }
  for (const control of all("button, a[href], summary, [role=img], [role=region], dialog")) if (!name(control)) say("no name", control);
  for (const image of all("img")) if (!image.hasAttribute("alt")) say("an image without alt", image);
  for (const table of all("table")) {
    if (!table.caption?.textContent) say("a table without a caption", table);
    for (const head of table.querySelectorAll("th")) if (!head.scope) say("a th without a scope", head);
    if (!table.querySelector("thead th")) say("a table without heads", table);
  }
  for (const element of all("[tabindex]")) if (element.tabIndex > 0) say("a tabindex above 0", element);
  for (const element of document.querySelectorAll("[aria-hidden=true]")) {
    if (element.matches("a, button, input, select") || element.querySelector("a[href], button, input, select, [tabindex='0']")) say("hidden but focusable", element);
  }

  // Contrast (WCAG 2.2, 1.4.3) of every text with the ground that is painted under it.
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const pixels = new Map();
  const rgba = (colour) => {
    if (!pixels.has(colour)) {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
      pixels.set(colour, [r, g, b, a / 255]);
    }
    return pixels.get(colour);
  };
  const over = ([r, g, b, a], under) => [r, g, b].map((value, n) => value * a + under[n] * (1 - a));
  const ground = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      // A bar under a text is a layer of its own.
      const bar = at.matches?.(".bars li, .barred") ? at.querySelector(":scope > .fill") : null;
      if (bar) layers.push(rgba(getComputedStyle(bar).backgroundColor));
      layers.push(rgba(getComputedStyle(at).backgroundColor));
    }
    return layers.reverse().reduce((under, layer) => over(layer, under), [255, 255, 255]);
  };
  const luminance = (colour) => {
    const [r, g, b] = colour.map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const seen = new Set();
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || seen.has(element) || !isVisible(element) || element.closest(".hidden, :disabled, option, .skip")) continue;
    seen.add(element);
    const style = getComputedStyle(element);
    const under = ground(element);
    const text = over(rgba(element instanceof SVGElement ? style.fill : style.color), under);
    const [light, dark] = [luminance(text), luminance(under)].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    if (ratio < 4.5) say(`contrast ${ratio.toFixed(2)}`, element);
  }
  return [...new Set(wrong)];
})()
