// Whether it plays: startup, rebuffering, errors.

import { get } from "./api.js";
import { barList, lineChart } from "./charts.js";
import { h, put } from "./dom.js";
import { count, milliseconds, percent, rate } from "./format.js";
import { contentLink } from "./overview.js";
import { previousName } from "./range.js";
import { card, empty, fillWith, tiles } from "./states.js";
import { table } from "./table.js";

const NAMES = ["startupP50", "startupP95", "rebufferRate", "avgRebufferDuration", "errorRate", "errors"];

export function show({ root, range, signal }) {
  const place = h("div");
  put(root, place);
  fillWith(place, () => get(
    "/v1/analytics/quality",
    { ...range.parameters, compare: range.name !== "all" },
    signal,
  ), (data) => {
    const series = data.timeseries ?? [];
    const axis = {
      times: series.map((bucket) => bucket.start),
      zone: range.timeZone,
      granularity: data.range.granularity,
    };
    const values = (name) => series.map((bucket) => bucket[name] ?? null);
    return [
      tiles({ names: NAMES, data, than: previousName(range), notes: {
        startupP50: target(data.startupP50, data.startupTargets.p50),
        startupP95: target(data.startupP95, data.startupTargets.p95),
      } }),
      h("div", { class: "columns" },
        card("Time to the first frame", lineChart({ title: "Startup time", format: milliseconds, axis,
          series: [
            { label: "Median", values: values("startupP50") },
            { label: "95th percentile", values: values("startupP95") },
          ],
          targets: [
            { label: "target, median", value: data.startupTargets.p50 },
            { label: "target, 95th percentile", value: data.startupTargets.p95 },
          ] })),
        card("Rebuffers and errors", lineChart({ title: "Share of viewings that rebuffer, errors per play", format: percent, axis,
          series: [
            { label: "Rebuffer rate", values: values("rebufferRate") },
            { label: "Error rate", values: values("errorRate") },
          ] }))),
      h("div", { class: "columns" },
        card("Errors by type", data.errorsByType.length ? barList({ title: "Errors by type", format: count,
          items: data.errorsByType.map(({ errorType, errors, share }) => ({
            label: errorType ?? "no type given", missing: errorType === null, value: errors, note: rate(share),
          })) }) : empty("No errors in this time.")),
        card("Most frequent errors", data.topErrors.length ? barList({ title: "Errors by code", format: count,
          items: data.topErrors.map(({ errorCode, errors }) => ({
            label: errorCode ?? "no code given", missing: errorCode === null, value: errors,
          })) }) : empty("No errors in this time."))),
      card("Affected content", data.affectedContent.length ? table({ caption: "Content with errors", rows: data.affectedContent, columns: [
        { key: "contentId", label: "Content", cell: contentLink },
        { key: "plays", label: "Plays", numeric: true, cell: ({ plays }) => count(plays) },
        { key: "errors", label: "Errors", numeric: true, cell: ({ errors }) => count(errors) },
        { key: "errorRate", label: "Errors per play", numeric: true, cell: ({ errorRate }) => rate(errorRate) },
      ] }) : empty("No content had errors.")),
    ];
  }, { lines: 12, signal });
}

/** Whether a startup time is what it should be; in words, not by colour alone. */
function target(value, limit) {
  if (value === null || value === undefined) return null;
  return value <= limit
    ? h("span", { class: "delta good" }, `✓ within ${milliseconds(limit)}`)
    : h("span", { class: "delta bad" }, `✗ over ${milliseconds(limit)}`);
}
