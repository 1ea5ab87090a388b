// Elements from values. Text from events only ever becomes text: there is no way from here to innerHTML.

const SVG = "http://www.w3.org/2000/svg";

/** An HTML element. Of `props`, functions are listeners, `true` is an empty attribute, null and false none. */
export function h(tag, props = {}, ...children) {
  return fill(document.createElement(tag), props, children);
}

/** An SVG element. */
export function s(tag, props = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), props, children);
}

function fill(element, props, children) {
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name, value);
    else if (name === "value" || name === "checked") element[name] = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  const isThere = (child) => child !== null && child !== undefined && child !== false;
  element.append(...children.flat(Infinity).filter(isThere));
  return element;
}

/** Replaces all that is in `element`. */
export function put(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter(Boolean));
  return element;
}

let nextID = 0;

/** An id that no other element has. */
export const id = (name) => `${name}-${nextID++}`;

/** Tells those who listen rather than look. */
export function announce(text) {
  document.getElementById("announce").textContent = text;
}

export const hidden = (text) => h("span", { class: "hidden" }, text);
