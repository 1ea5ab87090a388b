// Questions in words of the query language.

import { get, isPortal, query } from "./api.js";
import { barList, heatMap, lineChart } from "./charts.js";
import { announce, h, id, put } from "./dom.js";
import { count, number } from "./format.js";
import { zone } from "./range.js";
import { changed } from "./route.js";
import { empty, problem, skeleton } from "./states.js";

const HISTORY = "eventlog.queries";
const HISTORY_MAX = 30;
/** Rows that are drawn; the answer may have more. */
const ROWS_MAX = 1000;
/** Bars, and rows and columns of a heat map: more are better read as rows. */
const GRID_MAX = 50;
const EXAMPLES = [
  ["Events by type", `FROM events
|> AGGREGATE count(*) AS events GROUP BY event
|> ORDER BY events DESC`],
  ["Plays by hour", `FROM events
|> WHERE event = 'playStart' AND timestamp >= now() - INTERVAL 24 HOUR
|> AGGREGATE count(*) AS plays, avg(data.startupTime) AS startup
   GROUP BY date_trunc('hour', timestamp) AS hour
|> ORDER BY hour`],
  ["Most viewed", `FROM events
|> WHERE event = 'impression'
|> AGGREGATE count(*) AS views GROUP BY contentId
|> ORDER BY views DESC
|> LIMIT 20`],
  ["The latest errors", `FROM events
|> WHERE event = 'error'
|> SELECT timestamp, contentId, data.errorType, data.errorCode, data.errorMessage
|> ORDER BY timestamp DESC
|> LIMIT 20`],
];

export function show({ root, parameters, signal }) {
  const place = h("div", { class: "answer" });
  const area = h("textarea", { id: id("query"), rows: 7, spellcheck: "false", autocomplete: "off", autocapitalize: "off", "aria-describedby": "query-hint",
    value: parameters.get("q") ?? history()[0] ?? EXAMPLES[0][1],
    keydown: (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        run();
      }
      if (event.key === "Escape") running?.abort();
    } });
  const past = h("select", { "aria-label": "Earlier queries", change: () => {
    if (past.value) area.value = past.value;
    past.value = "";
    area.focus();
  } });
  const runButton = h("button", { type: "button", class: "primary", click: () => run() }, "Run");
  const stopButton = h("button", { type: "button", disabled: true, click: () => running?.abort() }, "Stop");
  let running = null;

  const listHistory = () => put(
    past,
    h("option", { value: "" }, "Earlier queries"),
    history().map((text) => h("option", { value: text }, text.replace(/\s+/g, " ").slice(0, 80))),
  );
  listHistory();

  async function run() {
    const text = area.value.trim();
    if (!text || running) return;
    running = new AbortController();
    const stop = () => running?.abort();
    signal.addEventListener("abort", stop, { once: true });
    stopButton.disabled = false;
    runButton.disabled = true;
    put(place, skeleton(6));
    place.setAttribute("aria-busy", "true");
    window.history.replaceState(null, "", changed({ q: text }));
    const start = performance.now();
    try {
      const answer = await query(text, {}, running.signal);
      remember(text);
      listHistory();
      put(place, result(answer, (performance.now() - start) / 1000));
      announce(`${answer.rows.length} rows.`);
    } catch (error) {
      if (error.name !== "AbortError") put(place, problem(error));
      else put(place, empty("Stopped."));
    } finally {
      running = null;
      stopButton.disabled = true;
      runButton.disabled = false;
      place.removeAttribute("aria-busy");
    }
  }

  put(root, h("section", { class: "card" }, h("h2", { class: "hidden" }, "Question"),
    h("label", { for: area.id, class: "hidden" }, "Query"), area,
    h("div", { class: "line" }, runButton, stopButton, h("span", { class: "muted small", id: "query-hint" },
      h("kbd", {}, "Ctrl"),
      " ",
      h("kbd", {}, "Enter"),
      " runs, ",
      h("kbd", {}, "Esc"),
      " stops",
    ),
      h("span", { class: "space" }), past,
      h("button", { type: "button", click: () => {
        localStorage.removeItem(HISTORY);
        listHistory();
      } }, "Forget"),
      copyButton("Copy link", async () => location.href.split("#")[0] + changed({ q: area.value.trim() })),
      copyButton("Copy as curl", () => curl(area.value.trim()))),
    h("div", { class: "line chips" }, EXAMPLES.map(([name, text]) => h("button", { type: "button", class: "chip", click: () => {
      area.value = text;
      area.focus();
    } }, name))), tables(area, signal)), place);
  if (parameters.get("q")) run();
}

/** What can be asked about, looked up when it is opened; a name goes into the text by a click. */
function tables(area, signal) {
  const details = h("details", { toggle: async () => {
    if (!details.open || details.children.length > 1) return;
    const place = details.appendChild(h("div", {}, skeleton(3)));
    const insert = (name) => () => {
      area.setRangeText(name, area.selectionStart, area.selectionEnd, "end");
      area.focus();
    };
    try {
      const data = await get("/v1/tables", {}, signal);
      put(place, data.tables.map((table) => h("details", { class: "table" }, h("summary", {},
        h("code", {}, table.name),
        " ",
        h("span", { class: "muted" }, table.summary),
      ),
        h("ul", { class: "names" },
          table.columns.map((column) => h("li", {},
            h(
              "button",
              {
                type: "button",
                class: "chip",
                title: [column.type, column.unit, column.summary].filter(Boolean).join(" · "),
                click: insert(column.name),
              },
              column.name,
            ),
          )),
        ))));
    } catch (error) {
      put(place, problem(error));
    }
  } }, h("summary", {}, "Tables and columns"));
  return details;
}

function history() {
  try {
    const list = JSON.parse(localStorage.getItem(HISTORY));
    return Array.isArray(list) ? list.filter((text) => typeof text === "string") : [];
  } catch {
    return [];
  }
}

const remember = (text) => localStorage.setItem(
  HISTORY,
  JSON.stringify([text, ...history().filter((other) => other !== text)].slice(0, HISTORY_MAX)),
);

function copyButton(label, text) {
  const button = h("button", { type: "button", click: async () => {
    try {
      await navigator.clipboard.writeText(await text());
      button.textContent = "Copied";
    } catch {
      button.textContent = "Not allowed";
    }
    setTimeout(() => (button.textContent = label), 1500);
  } }, label);
  return button;
}

/** The same question for a shell. A key is read from a file: arguments can be seen by other users. */
async function curl(text) {
  const quoted = `'${text.replaceAll("'", `'\\''`)}'`;
  if (!isPortal()) return `curl -H @authorization.txt ${location.origin}/v1/query --data-binary ${quoted}`;
  const { socket } = await get("/v1/status");
  return `curl --unix-socket '${socket.replaceAll("'", `'\\''`)}' http://localhost/v1/query --data-binary ${quoted}`;
}

function result({ rows, columns, meta }, seconds) {
  const facts = [`${count(rows.length)} rows`, `${count(meta.rowsScanned)} rows looked at`, `${number(seconds)} s`];
  const foot = h("p", { class: "muted small" }, facts.join(" · "));
  const notices = [meta.partial && h("p", { class: "bad", role: "alert" },
    "Damaged parts of the store were left out: the answer is not complete.",
  ),
    ...(meta.notices ?? []).map((text) => h("p", { class: "muted" }, text))];
  if (!rows.length) return [notices, empty("No rows."), foot];
  const isNumber = Object.fromEntries(columns.map((name) => [
    name,
    rows.some((row) => typeof row[name] === "number") && rows.every((row) => row[name] === null || typeof row[name] === "number"),
  ]));
  const formats = Object.fromEntries(columns.filter((name) => isNumber[name]).map((name) =>
    [name, columnFormat(rows.map((row) => row[name] ?? null))]));
  const chart = chartOf(rows, columns, isNumber);
  return [notices,
    chart && h("section", { class: "card" }, h("h2", {}, "Chart"), chart),
    h("section", { class: "card" }, h("h2", {}, "Rows"),
      h("div", { class: "scroll tall", tabindex: "0", role: "region", "aria-label": "Rows of the answer" },
        h("table", {}, h("caption", { class: "hidden" }, "Rows of the answer"),
          h("thead", {},
            h("tr", {}, columns.map((name) => h("th", { scope: "col", class: isNumber[name] && "number" }, name))),
          ),
          h("tbody", {},
            rows.slice(0, ROWS_MAX).map((row) => h("tr", {}, columns.map((name) => cell(row[name], formats[name])))),
          ))),
      rows.length > ROWS_MAX && h("p", { class: "muted small" },
        `The first ${count(ROWS_MAX)} rows are shown.`,
      ), foot)];
}

/** How the numbers of a column are written: with as many digits in each row. The title has all of them. */
function columnFormat(values) {
  const known = values.filter((value) => value !== null);
  if (known.every(Number.isInteger)) return String;
  const top = Math.max(...known.map(Math.abs));
  return (value) => value.toFixed(top < 1 ? 4 : 2);
}

function cell(value, format) {
  if (value === null || value === undefined) return h("td", { class: format ? "number none" : "none" }, "null");
  if (format) return h("td", { class: "number", title: String(value) }, format(value));
  return h("td", {}, typeof value === "object" ? JSON.stringify(value) : String(value));
}

const TIME = /^\d{4}-\d\d-\d\d(T[\d:.]+Z)?$/;

/** The chart that the columns suggest, by the rules of the terminal's charts; null where none does. */
function chartOf(rows, columns, isNumber) {
  const numbers = columns.filter((name) => isNumber[name]);
  const isTime = (name) => rows.every((row) => typeof row[name] === "string" && TIME.test(row[name]));
  const [first, second] = columns;
  if (rows.length < 2 || !numbers.length) return null;
  if (isTime(first) && numbers.length === columns.length - 1) {
    const axis = timeAxis(rows.map((row) => row[first]));
    const series = numbers.slice(0, 4).map((label) => ({ label, values: rows.map((row) => row[label]) }));
    const tops = series.map(({ values }) => Math.max(...values.map((value) => value ?? 0)));
    // Counts beside milliseconds would be a line at the bottom.
    if (Math.max(...tops) <= 5 * Math.min(...tops)) return lineChart({
      title: numbers.join(", "),
      format: number,
      axis,
      series,
    });
    return h("div", { class: "panels" },
      series.map((one) => h("div", {},
        h("h3", {}, one.label),
        lineChart({ title: one.label, format: number, height: 180, axis, series: [one] }),
      )),
    );
  }
  if (columns.length === 3 && isNumber[columns[2]]) {
    const rowNames = [...new Set(rows.map((row) => row[second]))], places = [...new Set(rows.map((row) => row[first]))];
    const values = new Map(rows.map((row) => [JSON.stringify([row[first], row[second]]), row[columns[2]]]));
    const at = (a, b) => values.get(JSON.stringify([a, b])) ?? null;
    if (isTime(first) && rowNames.length <= 4) {
      return lineChart({
        title: columns[2],
        format: number,
        axis: timeAxis(places),
        series: rowNames.map((name) => ({ label: String(name), values: places.map((time) => at(time, name)) })),
      });
    }
    const sides = [rowNames.length, places.length];
    const isGrid = values.size === rows.length && sides.every((side) => side > 1 && side <= GRID_MAX);
    if (isGrid && rows.length > Math.max(...sides)) {
      return heatMap({
        title: columns[2],
        corner: first,
        rows: places.map(String),
        columns: rowNames.map(String),
        values: places.map((a) => rowNames.map((b) => at(a, b))),
        format: number,
      });
    }
  }
  if (!isNumber[first] && numbers.length === columns.length - 1 && rows.length <= GRID_MAX) {
    return h("div", { class: "panels" }, numbers.slice(0, 3).map((name) => h("div", {}, h("h3", {}, name),
      barList({
        title: name,
        format: number,
        items: rows.map((row) => ({ label: String(row[first]), missing: row[first] === null, value: row[name] })),
      }))));
  }
  return null;
}

function timeAxis(times) {
  const granularity = times.every((time) => /T00:00:00(\.0+)?Z$/.test(time) || !time.includes("T")) ? "day" : "hour";
  return { times, zone: granularity === "day" ? "UTC" : zone(), granularity };
}
