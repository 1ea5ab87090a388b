// How it goes: the figures, one of them over time, what is watched most, what happens now.

import { get } from "./api.js";
import { sparkline } from "./charts.js";
import { course } from "./course.js";
import { h, put } from "./dom.js";
import { compact, count, rate } from "./format.js";
import { address } from "./route.js";
import { card, empty, fillWith } from "./states.js";

const NAMES = [
  "views", "plays", "uniqueViewers", "completionRate", "avgWatchTime", "totalWatchTime", "engagementRate",
  "startupP95", "rebufferRate", "errors",
];
/** ms between two looks at what happens now. */
const PAUSE = 5000;

export function show({ root, range, signal }) {
  const figuresPlace = h("div"), topPlace = h("div"), nowPlace = h("div", { class: "now" });
  put(
    root,
    figuresPlace,
    h("div", { class: "columns" }, card("Most viewed", topPlace), card("In the last minute", nowPlace)),
  );

  fillWith(figuresPlace, () => get(
    "/v1/analytics/overview",
    { ...range.parameters, compare: range.name !== "all" },
    signal,
  ), (data) => {
    const isEmpty = !NAMES.some((name) => data[name]);
    return isEmpty
      ? empty(
        "Nothing happened in this time.",
        "Choose another time, or send the first events.",
        h("a", { class: "button", href: address("overview", null, { range: "all" }) }, "Show all that is stored"),
      )
      : course({ names: NAMES, data, range });
  }, { lines: 8, signal });

  fillWith(topPlace, () => get(
    "/v1/analytics/content",
    { ...range.parameters, sort: "views", order: "desc", limit: 8 },
    signal,
  ), (data) =>
    data.content.length ? [
      mostViewed(data.content),
      h("p", { class: "under" }, h("a", { href: address("content") }, `All ${count(data.total)} contents`)),
    ] : empty("No content in this time."),
  { lines: 8, signal });

  watchNow(nowPlace, signal);
}

function mostViewed(rows) {
  const top = Math.max(1, ...rows.map(({ views }) => views));
  return h("table", {}, h("caption", { class: "hidden" }, "Most viewed content"),
    h("thead", {},
      h("tr", {},
        h("th", { scope: "col" }, "Content"),
        h("th", { scope: "col", class: "number" }, "Views"),
        h("th", { scope: "col", class: "number" }, "Completed"),
      ),
    ),
    h("tbody", {}, rows.map((row) => {
      const bar = h("span", { class: "fill", "aria-hidden": "true" });
      bar.style.width = `${(row.views / top) * 100}%`;
      return h("tr", {}, h("th", { scope: "row", class: "barred" }, bar, contentLink(row)),
        h("td", { class: "number" }, count(row.views)), h("td", { class: "number" }, rate(row.completionRate)));
    })));
}

/** The title of a content item, else its id, as a link to its own view. */
export function contentLink({ contentId, title }) {
  return h("a", { href: address("content", contentId), class: "clip", title: title ? contentId : null },
    title || contentId,
  );
}

/** Shows the last hour by minutes, again and again while the page is looked at. */
function watchNow(place, signal) {
  let timer;
  const look = async () => {
    const data = await get("/v1/analytics/realtime", {}, signal);
    timer = setTimeout(again, PAUSE);
    return data;
  };
  const again = async () => {
    if (signal.aborted) return;
    // A failure keeps what was there; the next look may succeed.
    if (document.visibilityState === "visible") {
      try {
        return put(place, draw(await look()));
      } catch {}
    }
    timer = setTimeout(again, PAUSE);
  };
  const draw = (data) => [
    h("div", { class: "tiles small" }, [
      ["Viewers", data.activeViewers],
      ["Plays", data.plays],
      ["Events", data.events],
      ["Errors", data.errors],
    ].map(([label, value]) =>
      h("div", { class: "tile" }, h("span", { class: "label" }, label), h("span", { class: "big" }, compact(value))))),
    h("h3", {}, "Events by minute, last hour"),
    sparkline((data.minutes ?? []).map(({ events }) => events), { width: 320, height: 48 }),
    h("p", { class: "under" }, h("a", { href: address("live") }, "Watch events come in")),
  ];
  signal.addEventListener("abort", () => clearTimeout(timer));
  fillWith(place, look, draw, { lines: 5, signal });
}
