// All content items with their figures, sorted by any of them.

import { get, query } from "./api.js";
import { sparkline } from "./charts.js";
import { announce, h, id, put } from "./dom.js";
import { figures } from "./format.js";
import { contentLink } from "./overview.js";
import { address, changed } from "./route.js";
import { empty, fillWith } from "./states.js";
import { table } from "./table.js";

const NAMES = [
  "views", "plays", "uniqueViewers", "completionRate", "engagementRate", "totalWatchTime", "avgWatchTime",
  "likes", "shares", "saves", "swipeVelocity", "rebufferRate", "errors",
];
const SORTABLE = new Set([
  "views", "plays", "uniqueViewers", "completions", "completionRate", "engagementRate", "totalWatchTime",
  "avgWatchTime", "likes", "shares", "saves", "rebufferRate", "swipeVelocity", "errors", "contentId",
]);
const LIMIT = 20;

export function show({ root, range, parameters, signal }) {
  const sort = {
    key: SORTABLE.has(parameters.get("sort")) ? parameters.get("sort") : "views",
    order: parameters.get("order") === "asc" ? "asc" : "desc",
  };
  // The way back: a cursor only leads forward.
  const cursors = [null];
  const place = h("div");
  const field = h(
    "input",
    { type: "search", id: id("content"), placeholder: "cnt_…", autocomplete: "off", spellcheck: "false" },
  );
  const form = h("form", { class: "line", submit: (event) => {
    event.preventDefault();
    if (field.value.trim()) location.hash = address("content", field.value.trim());
  } }, h("label", { for: field.id }, "Go to content"), field, h("button", { type: "submit" }, "Open"));
  put(root, form, h("section", { class: "card" }, h("h2", { class: "hidden" }, "Content performance"), place));

  const load = (focus) => fillWith(place, () => get(
    "/v1/analytics/content",
    { ...range.parameters, sort: sort.key, order: sort.order, limit: LIMIT, cursor: cursors.at(-1) },
    signal,
  ), (data) => {
    if (!data.content.length && cursors.length === 1) {
      return empty(
        "No content in this time.",
        "Views, plays and swipes of a content item bring it here.",
        h("a", { class: "button", href: address("content", null, { range: "all" }) }, "Show all that is stored"),
      );
    }
    const trends = new Map(data.content.map(({ contentId }) => [contentId, h("span", { class: "trend" })]));
    const first = (cursors.length - 1) * LIMIT;
    const shown = table({
      caption: "Content performance", rows: data.content, sort,
      columns: [
        { key: "contentId", label: "Content", sortable: true, cell: contentLink },
        { key: "trend", label: "Trend", cell: ({ contentId }) => trends.get(contentId) },
        ...NAMES.map((key) => ({
          key, label: figures[key].short ?? figures[key].label, numeric: true, sortable: SORTABLE.has(key),
          cell: (row) => (figures[key].cell ?? figures[key].format)(row[key]),
        })),
      ],
      onSort: (key, order) => {
        Object.assign(sort, { key, order });
        cursors.length = 1;
        history.replaceState(null, "", changed({ sort: key, order }));
        load(`[data-sort="${key}"]`);
        announce(`Sorted by ${key === "contentId" ? "content" : figures[key].label}, ${order === "asc" ? "rising" : "falling"}.`);
      },
    });
    const turn = (label, name, isPossible, step) => h("button", { type: "button", "data-turn": name, disabled: !isPossible, click: () => {
      step();
      load(`[data-turn="${name}"]`);
    } }, label);
    const pages = h("nav", { class: "pages", "aria-label": "Pages of content" },
      turn("← Back", "back", cursors.length > 1, () => cursors.pop()),
      h("span", { class: "muted" },
        `${data.content.length ? first + 1 : first} – ${first + data.content.length} of ${figures.views.format(data.total)}`,
      ),
      turn("Further →", "further", data.nextCursor, () => cursors.push(data.nextCursor)));
    if (data.content.length) drawTrends(data, trends, range, signal);
    const wanted = () => place.querySelector(`${focus}:enabled`) ?? place.querySelector("button:enabled");
    if (focus) queueMicrotask(() => wanted()?.focus());
    return [shown, pages];
  }, { lines: 12, signal });
  load();
}

/** The views of these rows over time: one question for all of them, after the table is there. */
async function drawTrends({ content, range: { from, to } }, places, range, signal) {
  const days = (Date.parse(to) - Date.parse(from)) / 864e5;
  const granularity = days <= 2 ? "hour" : days <= 100 ? "day" : "week";
  const parameters = { zone: range.timeZone, from, to };
  content.forEach(({ contentId }, n) => (parameters[`c${n}`] = contentId));
  // A day of the range's zone is not always one of UTC.
  const text = `FROM events
|> WHERE event = 'impression' AND timestamp >= CAST(@from AS TIMESTAMP) AND timestamp < CAST(@to AS TIMESTAMP)
     AND contentId IN (${content.map((_, n) => `@c${n}`).join(", ")})
|> AGGREGATE count(*) AS views GROUP BY contentId, date_trunc('${granularity}', timestamp, @zone) AS start
|> ORDER BY start`;
  try {
    const { rows } = await query(text, parameters, signal);
    const starts = [...new Set(rows.map(({ start }) => start))].sort();
    for (const [contentId, place] of places) {
      const values = new Map(rows.filter((row) => row.contentId === contentId).map((row) => [row.start, row.views]));
      if (starts.length > 1) put(
        place,
        sparkline(starts.map((start) => values.get(start) ?? 0), { width: 72, height: 20 }),
      );
    }
  } catch (error) {
    // The figures stand without them.
    if (error.name !== "AbortError") console.info("no trends:", error.message);
  }
}
