// What people do with what they see, and when.

import { get } from "./api.js";
import { barList, heatMap, lineChart } from "./charts.js";
import { h, put } from "./dom.js";
import { count } from "./format.js";
import { previousName } from "./range.js";
import { card, empty, fillWith, note, tiles } from "./states.js";

const NAMES = [
  "engagementRate", "likeRate", "shareRate", "saveRate", "swipeVelocity", "avgSwipeTime", "feedDepth",
  "avgSessionDuration",
];
const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

export function show({ root, range, signal }) {
  const place = h("div");
  put(root, place);
  fillWith(place, () => get(
    "/v1/analytics/engagement",
    { ...range.parameters, compare: range.name !== "all" },
    signal,
  ), (data) => {
    const series = data.timeseries ?? [];
    const hours = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, "0"));
    return [
      tiles({ names: NAMES, data, than: previousName(range) }),
      card("Plays by time of day",
        heatMap({
          title: "Plays by weekday and hour",
          corner: "Weekday",
          rows: DAYS,
          columns: hours,
          values: data.timeOfDay.plays,
          format: (value) => `${count(value)} plays`,
        }),
        note(`Hours of ${data.timeOfDay.timeZone}.`)),
      h("div", { class: "columns" },
        card("Likes, shares, saves", series.length ? lineChart({
          title: `Likes, shares and saves by ${data.range.granularity}`, format: count,
          series: [
            ["likes", "Likes"],
            ["shares", "Shares"],
            ["saves", "Saves"],
          ].map(([name, label]) => ({ label, values: series.map((bucket) => bucket[name] ?? null) })),
          axis: {
            times: series.map((bucket) => bucket.start),
            zone: range.timeZone,
            granularity: data.range.granularity,
          },
        }) : empty("Nothing in this time.")),
        card(
          "Actions",
          data.actions.length ? barList({
            title: "Events by action",
            items: data.actions.slice(0, 12).map(({ action, events }) => ({ label: action, value: events })),
            format: count,
          }) : empty("No actions in this time."),
        )),
    ];
  }, { lines: 12, signal });
}
