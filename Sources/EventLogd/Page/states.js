// What stands where figures will be, or would be.

import { sparkline } from "./charts.js";
import { h, put } from "./dom.js";
import { change, figures } from "./format.js";

/** A titled part of a view; its heading is one level below the view's. */
export function card(title, ...children) {
  return h("section", { class: "card" }, h("h2", {}, title), children);
}

export const note = (text) => h("p", { class: "muted small" }, text);

export function skeleton(lines = 4) {
  return h("div", { class: "skeleton", "aria-hidden": "true" }, Array.from({ length: lines }, () => h("span")));
}

export function empty(title, hint, ...actions) {
  return h("div", { class: "state" },
    h("p", { class: "strong" }, title),
    hint && h("p", { class: "muted" }, hint),
    actions,
  );
}

export function problem(error, retry) {
  return h("div", { class: "state error", role: "alert" },
    h("p", { class: "strong" },
      error.status === 404 ? "Nothing is known of this." : error.caret ? "This question is not understood." : "This could not be shown.",
    ),
    // The text with its mark says all that the message says.
    error.caret ? h("pre", { class: "caret" }, error.caret) : h("p", {}, error.message),
    (error.code || error.requestId) && h("p", { class: "muted small" },
      [error.code, error.requestId].filter(Boolean).join(" · "),
    ),
    retry && h("button", { type: "button", click: retry }, "Try again"));
}

/**
 * Fills `place` with what `load` gives, and says so if it takes time, fails or is nothing.
 * @param show makes elements of what was loaded.
 */
export async function fillWith(place, load, show, { lines = 4, signal } = {}) {
  put(place, skeleton(lines));
  place.setAttribute("aria-busy", "true");
  try {
    const data = await load();
    if (signal?.aborted) return;
    put(place, show(data));
  } catch (error) {
    if (error.name === "AbortError" || signal?.aborted) return;
    if (!error.status && error.code !== "UNREACHABLE") console.error(error);
    put(place, problem(error, () => fillWith(place, load, show, { lines, signal })));
  } finally {
    place.removeAttribute("aria-busy");
  }
}

/** How a figure has changed; green and red say whether that is good. */
export function delta(name, value, than) {
  if (value === null || value === undefined || !than) return null;
  const good = Math.sign(value) * (figures[name]?.good ?? 0);
  return h("span", {
    class: `delta ${good > 0 ? "good" : good < 0 ? "bad" : ""}`,
    title: `against ${than}`,
  }, change(value),
    h("span", { class: "hidden" }, ` against ${than}`));
}

/**
 * Figures side by side. With `choose` each that `series` follows over time is a button, which says what a chart
 * shows.
 */
export function tiles({ names: wanted, data, than, choose, chosen, series = [], notes = {} }) {
  const names = wanted.filter((name) => data[name] !== undefined);
  const hasCourse = (name) => series.some((bucket) => typeof bucket[name] === "number");
  const columns = names.length % 5 === 0 ? "" : names.length % 3 === 0 ? " by3" : " by4";
  return h("div", { class: `tiles${columns}${data.change ? " compared" : ""}` }, names.map((name) => {
    const figure = figures[name];
    const inner = [
      h("span", { class: "label" }, figure.label),
      h("span", { class: "big", title: figure.format(data[name]) }, (figure.tile ?? figure.format)(data[name])),
      h("span", { class: "foot" }, delta(name, data.change?.[name], than), notes[name]),
      series.length > 1 && hasCourse(name) && sparkline(series.map((bucket) => bucket[name] ?? null)),
    ];
    return choose && hasCourse(name)
      ? h(
        "button",
        {
          type: "button",
          class: "tile",
          "data-figure": name,
          "aria-pressed": String(name === chosen),
          click: () => choose(name),
        },
        inner,
      )
      : h("div", { class: "tile", "data-figure": name }, inner);
  }));
}
