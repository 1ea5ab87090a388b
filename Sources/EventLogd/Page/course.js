// Figures side by side, and one of them over time.

import { lineChart } from "./charts.js";
import { h, put } from "./dom.js";
import { figures } from "./format.js";
import { previousName } from "./range.js";
import { tiles } from "./states.js";

/**
 * @param data an answer with figures, a `timeseries` and its `range`.
 * @returns tiles that choose what a chart below them shows; the first one is chosen.
 */
export function course({ names, data, range }) {
  const series = data.timeseries ?? [];
  const granularity = data.range?.granularity ?? "day";
  const heading = h("h2"), place = h("div");
  const draw = (name) => {
    heading.textContent = `${figures[name].label} by ${granularity}`;
    put(place, lineChart({
      title: heading.textContent, format: figures[name].format,
      series: [{ label: figures[name].label, values: series.map((bucket) => bucket[name] ?? null) }],
      axis: { times: series.map((bucket) => bucket.start), zone: range.timeZone, granularity },
    }));
  };
  const choose = (chosen) => {
    for (const tile of shown.querySelectorAll("button")) tile.setAttribute(
      "aria-pressed",
      String(tile.dataset.figure === chosen),
    );
    draw(chosen);
  };
  const shown = tiles({ names, data, than: previousName(range), choose, chosen: names[0], series });
  if (series.length) draw(names[0]);
  return [shown, series.length > 0 && h("section", { class: "card" }, heading, place)];
}
