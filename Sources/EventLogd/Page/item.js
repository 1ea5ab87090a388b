// One content item: its figures over time, and how far it is watched.

import { get, query } from "./api.js";
import { lineChart, sparkline } from "./charts.js";
import { h, put } from "./dom.js";
import { count, duration, figures, percent } from "./format.js";
import { previousName } from "./range.js";
import { address } from "./route.js";
import { card, empty, fillWith, note, tiles } from "./states.js";

const NAMES = ["views", "plays", "uniqueViewers", "completionRate", "avgWatchTime", "totalWatchTime", "likes", "shares", "saves", "rebufferRate"];
const STEP = 5;

export function show({ root, range, argument: contentId, signal }) {
  const place = h("div"), dropPlace = h("div");
  put(root, h("p", {}, h("a", { href: address("content") }, "← All content")), place, card("How far it is watched", dropPlace));
  let chosen = "views";

  fillWith(place, () => get(`/v1/analytics/content/${encodeURIComponent(contentId)}`, { granularity: "day", ...range.parameters, compare: range.name !== "all" }, signal), (data) => {
    const series = data.timeseries ?? [];
    const granularity = data.range?.granularity ?? "day";
    const chartPlace = h("div");
    const heading = h("h2");
    const draw = () => put(chartPlace, lineChart({
      title: (heading.textContent = `${figures[chosen].label} by ${granularity}`), format: figures[chosen].format,
      series: [{ label: figures[chosen].label, values: series.map((bucket) => bucket[chosen] ?? null) }],
      axis: { times: series.map((bucket) => bucket.start), zone: range.timeZone, granularity },
    }));
    const choose = (name) => {
      chosen = name;
      for (const tile of shown.querySelectorAll("[data-figure]")) tile.setAttribute("aria-pressed", String(tile.dataset.figure === name));
      draw();
    };
    const shown = tiles({ names: NAMES, data, than: previousName(range), choose, chosen,
      sparks: (name) => series.length > 1 && sparkline(series.map((bucket) => bucket[name] ?? null)) });
    draw();
    return [about(data), shown, h("section", { class: "card" }, heading, chartPlace)];
  }, { lines: 8, signal });

  fillWith(dropPlace, () => dropOff(contentId, range, signal), (curve) => {
    if (!curve) return empty("No plays in this time.");
    return [lineChart({
      title: "Plays that are still watching", format: percent, height: 220,
      series: [{ label: "Still watching", values: curve.shares }],
      axis: { labels: curve.shares.map((_, n) => `${n * STEP}\u202f%`), name: "Of the content" },
    }), note(`Of ${count(curve.plays)} visits that played it: the share that reached each part of it. A completion counts as all of it.`)];
  }, { signal });
}

function about({ title, topics, duration: length }) {
  const parts = [
    title && h("strong", {}, title),
    typeof length === "number" && h("span", { class: "muted" }, duration(length)),
    ...(topics ?? []).map((topic) => h("span", { class: "chip" }, topic)),
  ].filter(Boolean);
  return parts.length ? h("p", { class: "about" }, parts) : null;
}

/** The share of visits that reached each twentieth of the content. */
async function dropOff(contentId, range, signal) {
  // Days of the range begin and end in its zone, which the API has worked out already.
  const { from, to } = (await get(`/v1/analytics/content/${encodeURIComponent(contentId)}`, range.parameters, signal)).range;
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
