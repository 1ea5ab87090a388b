// Events as they come.

import { get, stream } from "./api.js";
import { lineChart } from "./charts.js";
import { announce, h, id, put } from "./dom.js";
import { compact, moment } from "./format.js";
import { zone } from "./range.js";
import { address } from "./route.js";
import { card, empty, fillWith, problem } from "./states.js";

/** Lines that stay on the page; older ones go. */
const SHOWN_MAX = 200;
/** Events of before that the list begins with. */
const FIRST = 20;
/** Events that wait while the list is paused; older ones go. */
const WAITING_MAX = 1000;
/** ms between two looks at the figures. */
const PAUSE = 5000;
/** ms before a broken stream is tried again: from the first number, doubled, to the second. */
const BACK_OFF = [1000, 15000];

export function show({ root, parameters, signal }) {
  const now = h("div");
  put(root, card("In the last minute", now), tail(parameters, signal));
  figuresNow(now, signal);
}

function figuresNow(place, signal) {
  let timer;
  const draw = (data) => [
    h("div", { class: "tiles small" }, [
      ["Viewers", data.activeViewers],
      ["Plays", data.plays],
      ["Completions", data.completions],
      ["Events", data.events],
      ["Errors", data.errors],
    ].map(([label, value]) =>
      h("div", { class: "tile" }, h("span", { class: "label" }, label), h("span", { class: "big" }, compact(value))))),
    h("div", { class: "columns wide" },
      h("div", {}, h("h3", {}, "Events by minute"), lineChart({ title: "Events by minute", format: compact, height: 160, bars: true,
        series: [{ label: "Events", values: data.minutes.map(({ events }) => events) }], axis: {
          times: data.minutes.map(({ start }) => start),
          zone: zone(),
          granularity: "minute",
        } })),
      h("div", {}, h("h3", {}, "Watched in the last 5 minutes"), data.topContent.length
        ? h("ol", { class: "ranks" },
          data.topContent.slice(0, 6).map(({ contentId, viewers }) => h("li", {},
            h("a", { class: "clip", href: address("content", contentId) }, contentId),
            h("span", { class: "muted" }, `${compact(viewers)} viewers`),
          )),
        )
        : empty("Nobody, at the moment."))),
  ];
  const look = async () => {
    const data = await get("/v1/analytics/realtime", {}, signal);
    timer = setTimeout(again, PAUSE);
    return data;
  };
  const again = async () => {
    const isBusy = place.contains(document.activeElement) || place.matches(":hover");
    // What is pointed at or read by keyboard is not replaced under the hand.
    if (document.visibilityState === "visible" && !isBusy) {
      try {
        return put(place, draw(await look()));
      } catch {}
    }
    if (!signal.aborted) timer = setTimeout(again, PAUSE);
  };
  signal.addEventListener("abort", () => clearTimeout(timer));
  fillWith(place, look, draw, { lines: 6, signal });
}

function tail(parameters, signal) {
  const list = h("ol", { class: "tail", tabindex: "0", "aria-label": "Events, newest first" });
  const state = h("span", { class: "muted", role: "status" }, "Connecting …");
  const trouble = h("div");
  const filter = h(
    "input",
    {
      id: id("where"),
      type: "text",
      spellcheck: "false",
      autocomplete: "off",
      placeholder: "event = 'like' AND userId = 'user_1'",
      value: parameters.get("where") ?? "",
    },
  );
  let isPaused = false, waiting = [], last = null, connection = null, seen = 0;

  const pause = h("button", { type: "button", "aria-pressed": "false", click: () => {
    isPaused = !isPaused;
    pause.setAttribute("aria-pressed", String(isPaused));
    pause.textContent = isPaused ? "Go on" : "Pause";
    if (!isPaused) add(waiting.splice(0));
    tell();
    announce(isPaused ? "Paused." : "Going on.");
  } }, "Pause");
  const clear = h("button", { type: "button", click: () => {
    put(list);
    waiting = [];
    tell();
  } }, "Clear");
  const usual = () => (seen ? `${seen} events` : "Connected; waiting for events");
  const tell = (text) => (state.textContent = text ?? (isPaused ? `Paused, ${waiting.length} waiting` : usual()));

  function add(events) {
    // The newest on top, without moving what is being read.
    const top = list.scrollTop;
    const height = list.scrollHeight;
    for (const event of events.slice(-SHOWN_MAX)) list.prepend(line(event));
    while (list.children.length > SHOWN_MAX) list.lastElementChild.remove();
    if (top > 0) list.scrollTop = top + list.scrollHeight - height;
  }

  /** What the daemon says besides events. */
  function noticed(kind, { events, reason, file, message }) {
    const text = {
      missed: `${events} events were missed (${reason}).`,
      damage: `Damage in ${file}: ${message}`,
      end: message,
    }[kind];
    if (text) list.prepend(h("li", { class: "note" }, text));
  }

  async function connect() {
    connection?.abort();
    const mine = (connection = new AbortController());
    const stop = () => mine.abort();
    signal.addEventListener("abort", stop, { once: true });
    let delay = BACK_OFF[0];
    while (!mine.signal.aborted) {
      try {
        await stream("/v1/events/tail", { where: filter.value.trim(), last: last ? null : FIRST }, {
          signal: mine.signal, last,
          open: () => {
            put(trouble);
            tell();
            delay = BACK_OFF[0];
          },
          seen: (id) => (last = id),
          take: ({ event, data }) => {
            const value = JSON.parse(data);
            if (event !== "message") return noticed(event, value[event] ?? {});
            seen++;
            if (isPaused) {
              waiting.push(value.event);
              if (waiting.length > WAITING_MAX) waiting.shift();
            } else add([value.event]);
            tell();
          },
        });
        tell("The stream has ended; connecting again …");
      } catch (error) {
        if (error.name === "AbortError" || mine.signal.aborted) return;
        if (error.status >= 400 && error.status < 500) {
          tell("Not connected");
          put(trouble, problem(error, connect));
          return;
        }
        tell("The connection is broken; trying again …");
      }
      await new Promise((resolve) => setTimeout(resolve, delay));
      delay = Math.min(delay * 2, BACK_OFF[1]);
    }
  }

  const form = h("form", { class: "line", submit: (event) => {
    event.preventDefault();
    put(list);
    waiting = [];
    last = null;
    seen = 0;
    tell("Connecting …");
    connect();
  } }, h("label", { for: filter.id }, "Only where"), filter, h("button", { type: "submit" }, "Filter"), pause, clear);
  connect();
  return h("section", { class: "card" },
    h("div", { class: "card-head" }, h("h2", {}, "Events"), state),
    form,
    trouble,
    list,
  );
}

/** One event: what matters in a line, all of it when opened. */
function line(event) {
  const who = event.userId ?? event.deviceId ?? "";
  const detail = h("pre", {});
  const box = h("details", { toggle: () => {
    if (box.open && !detail.textContent) detail.textContent = JSON.stringify(event, null, 2);
  } }, h("summary", {},
    h("time", { datetime: event.timestamp, class: "muted" }, clock(event.timestamp)),
    h("span", { class: "name" }, event.event ?? ""),
    h("span", { class: "clip" }, event.contentId ?? ""),
    h("span", { class: "clip muted" }, who)), detail);
  return h("li", {}, box);
}

const clock = (text) => (Number.isNaN(Date.parse(text)) ? String(text) : moment(text, zone(), "second"));
