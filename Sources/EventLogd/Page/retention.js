// Who comes back, by the day they first came.

import { get } from "./api.js";
import { lineChart, triangle } from "./charts.js";
import { h, id, put } from "./dom.js";
import { count, moment, percent, rate as share } from "./format.js";
import { card, empty, fillWith, note } from "./states.js";

const CHOICES = [7, 14, 30, 60, 90];

export function show({ root, parameters, change, signal }) {
  const days = CHOICES.includes(Number(parameters.get("days"))) ? Number(parameters.get("days")) : 30;
  const place = h("div");
  const choice = h("select", { id: id("days"), change: () => change({ days: choice.value }) },
    CHOICES.map((n) => h("option", { value: n }, `${n} days`)),
  );
  choice.value = String(days);
  put(
    root,
    h("div", { class: "line" }, h("label", { for: choice.id }, "Viewers who first came in the last"), choice),
    place,
  );
  fillWith(place, () => get("/v1/analytics/retention", { days }, signal), (data) => {
    const cohorts = data.cohorts.filter(({ viewers }) => viewers > 0);
    if (!cohorts.length) return empty("Nobody came for the first time in these days.");
    const rate = (cohort, day) => cohort.retained.find((entry) => entry.day === day)?.rate ?? null;
    const sizes = (day) => cohorts.map((cohort) => ({ rate: rate(cohort, day), size: cohort.viewers }));
    const all = data.days.map((day) => mean(sizes(day)));
    const columns = data.days.map((day) => `Day ${day}`);
    return [
      card("Share that came back", lineChart({ title: "Share of viewers who came back", format: percent, height: 200,
        series: [{ label: "All cohorts", values: all }], axis: { labels: columns, name: "After" } })),
      card("By first day", triangle({
        title: "Retention by cohort", first: "First day", second: "Viewers", columns, format: share,
        rows: [{
          label: "All",
          size: count(cohorts.reduce((sum, { viewers }) => sum + viewers, 0)),
          values: all,
          strong: true,
        },
          ...cohorts.map((cohort) => ({ label: moment(`${cohort.cohort}T00:00:00Z`, "UTC", "day"), size: count(cohort.viewers), values: data.days.map((day) => rate(cohort, day)) }))],
      }), note("A field is empty where the day has not come yet.")),
    ];
  }, { lines: 12, signal });
}

/** The rate of all cohorts that have one, by their sizes. */
function mean(parts) {
  const known = parts.filter(({ rate }) => rate !== null);
  const size = known.reduce((sum, part) => sum + part.size, 0);
  return size ? known.reduce((sum, part) => sum + part.rate * part.size, 0) / size : null;
}
