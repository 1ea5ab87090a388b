// One content item: its figures over time, and how far it is watched.

import { get, query } from "./api.js";
import { lineChart } from "./charts.js";
import { course } from "./course.js";
import { h, put } from "./dom.js";
import { count, duration, percent } from "./format.js";
import { address } from "./route.js";
import { card, empty, fillWith, note } from "./states.js";

const NAMES = [
  "views", "plays", "uniqueViewers", "completionRate", "avgWatchTime", "totalWatchTime", "likes", "shares",
  "saves", "rebufferRate",
];
const STEP = 5;

export function show({ root, range, argument: contentId, signal }) {
  const place = h("div"), dropPlace = h("div");
  const dropCard = card("How far it is watched", dropPlace);
  dropCard.hidden = true;
  const path = `/v1/analytics/content/${encodeURIComponent(contentId)}`;
  const parameters = { granularity: "day", ...range.parameters, compare: range.name !== "all" };
  // Years of days are too many points, weeks are not.
  const load = () => get(path, parameters, signal).catch((error) => {
    if (error.status !== 400 || range.name !== "all") throw error;
    return get(path, { ...parameters, granularity: "week" }, signal);
  });
  put(root, h("p", {}, h("a", { href: address("content") }, "← All content")), place, dropCard);

  fillWith(place, load, (data) => {
    // Days of the range begin and end in its zone: the daemon has worked out when.
    dropCard.hidden = false;
    fillWith(dropPlace, () => dropOff(contentId, data.range, signal), drawDropOff, { signal });
    return [about(data), course({ names: NAMES, data, range })];
  }, { lines: 8, signal });
}

function drawDropOff(curve) {
  if (!curve) return empty("No plays in this time.");
  return [lineChart({
    title: "Plays that are still watching", format: percent, height: 220,
    series: [{ label: "Still watching", values: curve.shares }],
    axis: { labels: curve.shares.map((_, n) => `${n * STEP}\u202f%`), name: "Of the content" },
  }), note(`Of ${count(curve.plays)} visits that played it: the share that reached each part of it. A completion counts as all of it.`)];
}

function about({ title, topics, duration: length }) {
  const parts = [
    title && h("strong", {}, title),
    typeof length === "number" && h("span", { class: "muted" }, duration(length)),
    ...(topics ?? []).map((topic) => h("span", { class: "chip" }, topic)),
  ].filter(Boolean);
  return parts.length ? h("p", { class: "about" }, parts) : null;
}

/** The share of visits that reached each twentieth of the content; null without any. */
async function dropOff(contentId, range, signal) {
  if (!range?.from) return null;
  const { from, to } = range;
  const { rows } = await query(`FROM events
|> WHERE timestamp >= CAST(@from AS TIMESTAMP) AND timestamp < CAST(@to AS TIMESTAMP) AND contentId = @content
|> EXTEND coalesce(viewSessionId, sessionId) AS visit,
     coalesce(concat('user ', userId), concat('device ', deviceId)) AS viewer
|> AGGREGATE count(*) FILTER (WHERE event = 'playStart') AS plays,
     count(*) FILTER (WHERE event = 'completion') AS ends,
     max(data.percentComplete) FILTER (WHERE event = 'watchProgress') AS reached
   GROUP BY visit, viewer
|> WHERE plays > 0
|> AGGREGATE count(*) AS visits
   GROUP BY CASE WHEN ends > 0 THEN 100
     ELSE CAST(floor(least(coalesce(reached, 0.0), 100.0) / ${STEP}) AS BIGINT) * ${STEP} END AS reached
|> ORDER BY reached`, { content: contentId, from, to }, signal);
  const plays = rows.reduce((sum, { visits }) => sum + visits, 0);
  if (!plays) return null;
  const shares = Array.from({ length: 100 / STEP + 1 }, (_, n) =>
    rows.filter(({ reached }) => reached >= n * STEP).reduce((sum, { visits }) => sum + visits, 0) / plays);
  return { plays, shares };
}
