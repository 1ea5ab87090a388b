// Which time the figures are of. It stands in the address, so that a link shows the same.

import { h, id } from "./dom.js";

const PRESETS = [["24h", "24 h"], ["7d", "7 days"], ["30d", "30 days"], ["all", "All"]];
const USUAL = "7d";
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const HOUR = 3600e3;

/** `local` or `utc`: kept for the next visit. */
const zoneChoice = () => localStorage.getItem("eventlog.zone") ?? "local";
export const zone = () => (zoneChoice() === "utc" ? "UTC" : Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC");

/** A day of `zone` as the API writes it. */
const day = (time, timeZone) =>
  new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" }).format(time);

/** What `text` (`7d`, `2026-11-01..2026-11-20`) means now. */
export function parseRange(text, now = Date.now()) {
  const timeZone = zone();
  const [from, to] = (text ?? "").split("..");
  if (DATE.test(from) && DATE.test(to ?? "") && from <= to) {
    return { name: text, parameters: { startDate: from, endDate: to, timeZone }, custom: { from, to }, timeZone };
  }
  const name = PRESETS.some(([preset]) => preset === text) ? text : USUAL;
  if (name === "all") return { name, parameters: { timeZone }, timeZone };
  if (name === "24h") {
    // To the minute, so that a second look a moment later is the same question.
    const end = Math.ceil(now / 60e3) * 60e3;
    const iso = (time) => new Date(time).toISOString().slice(0, 19) + "Z";
    return {
      name,
      parameters: { startDate: iso(end - 24 * HOUR), endDate: iso(end), timeZone, granularity: "hour" },
      timeZone,
    };
  }
  const days = name === "7d" ? 7 : 30;
  return {
    name,
    parameters: { startDate: day(now - (days - 1) * 24 * HOUR, timeZone), endDate: day(now, timeZone), timeZone },
    timeZone,
  };
}

/** What a comparison is with, in words; empty where there is none. */
export function previousName(range) {
  if (range.name === "all") return "";
  return {
    "24h": "the 24 hours before",
    "7d": "the 7 days before",
    "30d": "the 30 days before",
  }[range.name] ?? "the time before";
}

/** A control that shows and changes the range. `choose` is called with the new name. */
export function rangePicker(range, choose) {
  const buttons = PRESETS.map(([name, label]) =>
    h("button", { type: "button", "aria-pressed": String(range.name === name), click: () => choose(name) }, label));
  const from = h("input", { type: "date", id: id("from"), value: range.custom?.from ?? "", required: true });
  const to = h("input", { type: "date", id: id("to"), value: range.custom?.to ?? "", required: true });
  const form = h("form", {
    class: "popover",
    submit: (event) => {
      event.preventDefault();
      to.setCustomValidity(from.value <= to.value ? "" : "The last day is before the first.");
      if (form.reportValidity()) choose(`${from.value}..${to.value}`);
    },
  },
  h("label", { for: from.id }, "First day"), from,
  h("label", { for: to.id }, "Last day"), to,
  h("button", { type: "submit", class: "primary" }, "Show"));
  to.addEventListener("input", () => to.setCustomValidity(""));
  const details = h("details", {
    class: "menu",
    keydown: (event) => {
      if (event.key !== "Escape" || !details.open) return;
      details.open = false;
      details.querySelector("summary").focus();
    },
  }, h("summary", { class: range.custom ? "button pressed" : "button" },
    range.custom ? `${range.custom.from} – ${range.custom.to}` : "Custom",
  ), form);
  const zones = h("select", {
    "aria-label": "Time zone",
    change: () => {
      localStorage.setItem("eventlog.zone", zones.value);
      choose(range.name);
    },
  }, h("option", { value: "local" },
    `Local (${Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC"})`,
  ), h("option", { value: "utc" }, "UTC"));
  zones.value = zoneChoice();
  return h("div", { class: "range", role: "group", "aria-label": "Time range" },
    h("div", { class: "segmented" }, buttons), details, zones);
}
