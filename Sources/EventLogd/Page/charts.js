// Charts as plain SVG and tables, drawn by this script alone. Each says in words what it shows, can be read
// with the arrow keys, and gives its figures as a table on demand.

import { announce, h, hidden, put, s } from "./dom.js";
import { moment } from "./format.js";

const RIGHT = 12, TOP = 12, BOTTOM = 26;
/** Pixels of a digit of an axis, rounded up, so that labels find room beside it. */
const DIGIT = 7.2;

/** Round numbers from 0 to at least `max`, about `count` of them. */
export function ticks(max, count = 4) {
  if (!(max > 0)) return [0, 1];
  const rough = max / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((step) => step >= rough);
  const all = [];
  for (let n = 0; n === 0 || all.at(-1) < max; n++) all.push(n * step);
  return all;
}

const extent = (values) => Math.max(0, ...values.filter((value) => value !== null && Number.isFinite(value)));

/** A path through the points; where there is no value the line is interrupted. */
function path(points) {
  let text = "", pen = false;
  for (const [x, y] of points) {
    if (y === null) pen = false;
    else {
      text += `${pen ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
      pen = true;
    }
  }
  return text;
}

/** A small line without axes, beside a figure that says the rest. */
export function sparkline(values, { width = 96, height = 28 } = {}) {
  const top = extent(values) || 1;
  const step = values.length > 1 ? (width - 2) / (values.length - 1) : 0;
  const points = values.map((value, n) => [
    1 + n * step,
    value === null ? null : height - 2 - (value / top) * (height - 4),
  ]);
  const solid = points.filter(([, y]) => y !== null);
  return s("svg", {
    class: "spark",
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    "aria-hidden": "true",
    preserveAspectRatio: "none",
  },
    solid.length > 1 && s(
      "path",
      { class: "area", d: `${path(solid)}L${solid.at(-1)[0]} ${height}L${solid[0][0]} ${height}Z` },
    ),
    s("path", { class: "line", d: path(points) }),
    solid.length === 1 && s("circle", { class: "dot", cx: solid[0][0], cy: solid[0][1], r: 2 }));
}

/** Says in words what a line does. */
function words(series, labels, format) {
  return series.map(({ label, values }) => {
    const known = values.map((value, n) => ({ value, n })).filter(({ value }) => value !== null && value !== undefined);
    if (!known.length) return `${label}: no values.`;
    const high = known.reduce((a, b) => (b.value > a.value ? b : a));
    const low = known.reduce((a, b) => (b.value < a.value ? b : a));
    const at = ({ value, n }) => `${format(value)} (${labels[n]})`;
    return `${label}: ${known.length} values from ${labels[0]} to ${labels.at(-1)}; `
      + `highest ${at(high)}, lowest ${at(low)}, last ${format(known.at(-1).value)}.`;
  }).join(" ");
}

/** The figures of a chart as a table, built when it is opened. */
function dataTable(caption, first, series, labels, format) {
  const details = h("details", { class: "data", toggle: () => {
    if (!details.open || details.children.length > 1) return;
    details.append(h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `${caption}, figures` },
      h("table", {}, h("caption", { class: "hidden" }, caption),
        h("thead", {},
          h("tr", {},
            h("th", { scope: "col" }, first),
            series.map(({ label }) => h("th", { scope: "col", class: "number" }, label)),
          ),
        ),
        h("tbody", {}, labels.map((label, n) => h("tr", {}, h("th", { scope: "row" }, label),
          series.map(({ values }) => h("td", { class: "number" }, format(values[n] ?? null)))))))));
  } }, h("summary", {}, "Figures as a table"));
  return details;
}

/**
 * Lines over time or over steps, on one scale that begins at zero.
 * @param series `[{label, values}]`, at most four; null is no value.
 * @param axis `{times, zone, granularity}` or `{labels, name}`.
 * @param targets `[{label, value}]`: lines to stay under.
 */
export function lineChart({ title, series, axis, format, height = 240, targets = [], bars = false }) {
  const labels = axis.labels ?? axis.times.map((time) => moment(time, axis.zone, axis.granularity));
  const marks = axis.labels ?? axis.times.map((time) => moment(
    time,
    axis.zone,
    axis.granularity === "hour" || axis.granularity === "minute" ? "minute" : "tick",
  ));
  const summary = `${title}. ${words(series, labels, format)}`;
  const tip = h("div", { class: "tip", hidden: true });
  const holder = h("div", { class: "plot" });
  let width = 0, chosen = -1, place = () => {};

  function draw() {
    const scale = ticks(Math.max(extent(series.flatMap(({ values }) => values)), ...targets.map(({ value }) => value)));
    const left = 16 + DIGIT * Math.max(3, ...scale.map((value) => format(value).length));
    const top = scale.at(-1), innerWidth = width - left - RIGHT, innerHeight = height - TOP - BOTTOM;
    const y = (value) => (value === null || value === undefined ? null : TOP + innerHeight * (1 - value / top));
    const slot = innerWidth / Math.max(1, labels.length);
    const x = (n) => {
      if (bars) return left + slot * (n + 0.5);
      return labels.length === 1 ? left + innerWidth / 2 : left + (innerWidth * n) / (labels.length - 1);
    };
    const every = Math.max(1, Math.ceil(labels.length / Math.max(2, Math.floor(innerWidth / 72))));
    const cursor = s("g", { class: "cursor" });
    const svg = s("svg", {
      viewBox: `0 0 ${width} ${height}`, width, height, role: "img", tabindex: "0", "aria-label": summary,
      pointermove: (event) => {
        const at = event.clientX - svg.getBoundingClientRect().left;
        place(Math.round(bars ? (at - left) / slot - 0.5 : ((at - left) / innerWidth) * (labels.length - 1)), false);
      },
      pointerleave: () => place(-1, false),
      blur: () => place(-1, false),
      keydown: (event) => {
        const next = {
          ArrowLeft: chosen < 0 ? labels.length - 1 : chosen - 1, ArrowRight: chosen + 1, Home: 0,
          End: labels.length - 1, Escape: -1,
        }[event.key];
        if (next === undefined) return;
        event.preventDefault();
        place(event.key === "Escape" ? -1 : Math.max(0, next), true);
      },
    },
    scale.map((value) => [
      s("line", { class: value === 0 ? "base" : "grid", x1: left, x2: width - RIGHT, y1: y(value), y2: y(value) }),
      s("text", { class: "axis", x: left - 8, y: y(value) + 4, "text-anchor": "end" }, format(value)),
    ]),
    marks.map((mark, n) => n % every === 0 && s(
      "text",
      {
        class: "axis",
        x: x(n),
        y: height - 6,
        "text-anchor": n === 0 && !bars ? "start" : n === labels.length - 1 && !bars ? "end" : "middle",
      },
      mark,
    )),
    targets.map(({ label, value }, n) => [
      s("line", { class: `target line${n + 1}`, x1: left, x2: width - RIGHT, y1: y(value), y2: y(value) }),
      // Over the line, but for one at the very top.
      s("text", { class: "axis", x: width - RIGHT, y: y(value) + (y(value) < TOP + 12 ? 13 : -4), "text-anchor": "end" },
        label),
    ]),
    series.map(({ values }, n) => {
      if (bars) {
        const thickness = Math.max(1, Math.min(28, slot * 0.72));
        return values.map((value, m) => value > 0 && s(
          "rect",
          {
            class: `bar line${n + 1}`,
            x: x(m) - thickness / 2,
            y: y(value),
            width: thickness,
            height: TOP + innerHeight - y(value),
            rx: Math.min(2, thickness / 3),
          },
        ));
      }
      const points = values.map((value, m) => [x(m), y(value ?? null)]);
      const solid = points.filter(([, at]) => at !== null);
      return [
        series.length === 1 && solid.length > 1 && solid.length === points.length && s(
          "path",
          {
            class: "area",
            d: `${path(points)}L${points.at(-1)[0]} ${TOP + innerHeight}L${points[0][0]} ${TOP + innerHeight}Z`,
          },
        ),
        s("path", { class: `line line${n + 1}`, d: path(points) }),
        // A value between two gaps has no line to be seen by.
        points.map(([at, value], m) => {
          const isAlone = [points[m - 1], points[m + 1]].every((next) => (next?.[1] ?? null) === null);
          return value !== null && isAlone && s("circle", { class: `dot line${n + 1}`, cx: at, cy: value, r: 3 });
        }),
      ];
    }),
    cursor);
    place = (n, speaks) => {
      chosen = n < 0 || !labels.length ? -1 : Math.min(n, labels.length - 1);
      tip.hidden = chosen < 0;
      if (chosen < 0) return cursor.replaceChildren();
      const values = series.map(({ label, values }) => ({ label, value: values[chosen] ?? null }));
      put(cursor, s("line", { x1: x(chosen), x2: x(chosen), y1: TOP, y2: TOP + innerHeight }),
        values.map(({ value }, n) => value !== null && s(
          "circle",
          { class: `dot line${n + 1}`, cx: x(chosen), cy: y(value), r: 4 },
        )));
      put(tip, h("strong", {}, labels[chosen]), values.map(({ label, value }, n) =>
        h("span", { class: "row" },
          h("i", { class: `key line${n + 1}` }),
          h("span", {}, label),
          h("b", {}, format(value)),
        )));
      const isRight = x(chosen) + 12 + tip.offsetWidth > width;
      const beside = isRight ? x(chosen) - tip.offsetWidth - 12 : x(chosen) + 12;
      tip.style.transform = `translate(${Math.max(0, beside)}px, ${TOP}px)`;
      const said = values.map(({ label, value }) => `${label} ${format(value)}`).join(", ");
      if (speaks) announce(`${labels[chosen]}: ${said}`);
    };
    put(holder, svg, tip);
  }

  new ResizeObserver(() => {
    const next = Math.round(holder.clientWidth);
    if (next < 80 || next === width) return;
    width = next;
    const focused = holder.contains(document.activeElement);
    draw();
    if (focused) holder.querySelector("svg").focus();
  }).observe(holder);
  holder.style.minHeight = `${height}px`;
  return h("figure", { class: "chart" },
    series.length > 1 && h("ul", { class: "legend", "aria-hidden": "true" },
      series.map(({ label }, n) => h("li", {}, h("i", { class: `key line${n + 1}` }), label)),
    ),
    holder, dataTable(title, axis.name ?? "Time", series, labels, format));
}

/** A bar for each of `items` (`{label, value, note}`): a list, so that it is read as one. */
export function barList({ title, items, format }) {
  const top = extent(items.map(({ value }) => value)) || 1;
  return h("ul", { class: "bars", "aria-label": title }, items.map(({ label, value, note, missing }) => {
    const bar = h("span", { class: "fill", "aria-hidden": "true" });
    bar.style.width = `${Math.max(0, ((value ?? 0) / top) * 100)}%`;
    const name = h("span", { class: missing && "muted" }, label);
    return h("li", {},
      bar,
      name,
      h("span", { class: "value" }, format(value), note && h("span", { class: "muted" }, ` ${note}`)),
    );
  }));
}

/** Which of nine shades a value has; 0 is none. */
const shade = (value, top) => (value > 0 && top > 0 ? Math.max(1, Math.min(8, Math.ceil((value / top) * 8))) : 0);

/** A heat map that is a table: rows of numbers, told apart by shade and readable as they are. */
export function heatMap({ title, corner, rows, columns, values, format, shown = () => "" }) {
  const top = extent(values.flat());
  const tip = h("p", { class: "muted small under", "aria-hidden": "true" }, "Point at a field for its figure.");
  return h("figure", { class: "chart" },
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": title },
      h("table", { class: "heat" }, h("caption", { class: "hidden" }, title),
        h("thead", {},
          h("tr", {},
            h("th", { scope: "col" }, hidden(corner)),
            columns.map((column) => h("th", { scope: "col" }, column)),
          ),
        ),
        h("tbody", {}, rows.map((row, r) => h("tr", {}, h("th", { scope: "row" }, row),
          columns.map((column, c) => {
            const value = values[r]?.[c] ?? null;
            const show = () => (tip.textContent = `${row}, ${column}: ${format(value)}`);
            return h("td", { class: `shade${shade(value, top)}`, pointerenter: show },
              shown(value) || hidden(format(value)),
            );
          })))))),
    h("div", { class: "heat-foot" }, tip,
      h("div", { class: "scale", "aria-hidden": "true" },
        "less",
        [0, 2, 4, 6, 8].map((n) => h("i", { class: `shade${n}` })),
        "more",
      )));
}

/** Rows of shares that get shorter: who came back after so many days. */
export function triangle({ title, first, second, columns, rows, format }) {
  const most = extent(rows.flatMap(({ values }) => values));
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": title },
    h("table", { class: "heat triangle" }, h("caption", { class: "hidden" }, title),
      h("thead", {},
        h("tr", {},
          h("th", { scope: "col" }, first),
          h("th", { scope: "col", class: "number" }, second),
          columns.map((column) => h("th", { scope: "col", class: "number" }, column)),
        ),
      ),
      h("tbody", {}, rows.map(({ label, size, values, strong }) => h("tr", { class: strong && "sum" },
        h("th", { scope: "row" }, label),
        h("td", { class: "number" }, size),
        values.map((value) => value === null
          ? h("td", { class: "number none" }, hidden("not yet known"))
          : h("td", { class: `number shade${shade(value, most)}` }, format(value))))))));
}

