// Which view is shown: the address says, `#/view/more?range=7d`.

import { get, hasKey, isPortal, onKeyNeeded, setKey, takeToken } from "./api.js";
import { announce, h, id, put } from "./dom.js";
import { parseRange, rangePicker } from "./range.js";
import { address, changed, place as whereTo } from "./route.js";
import * as content from "./content.js";
import * as engagement from "./engagement.js";
import * as item from "./item.js";
import * as live from "./live.js";
import * as overview from "./overview.js";
import * as quality from "./quality.js";
import * as query from "./query.js";
import * as retention from "./retention.js";

const views = [
  { name: "overview", label: "Overview", key: "o", module: overview, hasRange: true },
  { name: "content", label: "Content", key: "c", module: content, hasRange: true },
  { name: "engagement", label: "Engagement", key: "e", module: engagement, hasRange: true },
  { name: "quality", label: "Quality", key: "q", module: quality, hasRange: true },
  { name: "retention", label: "Retention", key: "r", module: retention },
  { name: "live", label: "Live", key: "l", module: live },
  { name: "query", label: "Query", key: "a", module: query },
];
const itemView = { name: "content", label: "Content", module: item, hasRange: true };

const title = document.getElementById("title");
const tools = document.getElementById("tools");
const place = document.getElementById("view");
let current = null;

function show(isFirst) {
  current?.abort();
  current = new AbortController();
  const { name, argument, parameters } = whereTo();
  const view = name === "content" && argument ? itemView : views.find((view) => view.name === name) ?? views[0];
  const hadTools = tools.contains(document.activeElement);
  const range = parseRange(parameters.get("range"));
  const heading = view === itemView ? argument : view.label;
  title.textContent = heading;
  document.title = `${heading} · EventLog`;
  put(document.getElementById("views"), views.map(({ name, label }) =>
    h("li", {},
      h("a", { href: address(name), "aria-current": name === view.name ? "page" : null, "data-view": name }, label),
    )));
  put(tools, view.hasRange && rangePicker(range, (name) => change({ range: name })));
  // Set anew, so that a view which is left finds its place gone and says nothing more.
  const root = h("div", { class: "view", "data-view": view.name });
  put(place, root);
  view.module.show({ root, range, argument, parameters, change, signal: current.signal });
  if (isFirst) return;
  // Whoever chose another time goes on there; whoever came to another view begins at its top.
  const chosen = hadTools && tools.querySelector("[aria-pressed=true], summary");
  if (chosen) chosen.focus();
  else if (document.activeElement === document.body) title.focus({ preventScroll: true });
  announce(`${heading} is shown.`);
}

/** Changes parameters of the address; null removes one. */
function change(values) {
  const next = changed(values);
  if (next === location.hash) show(false);
  else location.hash = next;
}

// The look

const looks = ["auto", "light", "dark"];
const themeButton = document.getElementById("theme");

function setTheme(look) {
  if (look === "auto") {
    localStorage.removeItem("eventlog.theme");
    document.documentElement.removeAttribute("data-theme");
  } else {
    localStorage.setItem("eventlog.theme", look);
    document.documentElement.setAttribute("data-theme", look);
  }
  themeButton.textContent = `Colours: ${{ auto: "as the system", light: "light", dark: "dark" }[look]}`;
}

const theme = () => localStorage.getItem("eventlog.theme") ?? "auto";
themeButton.addEventListener("click", () => setTheme(looks[(looks.indexOf(theme()) + 1) % looks.length]));

// The keyboard

function dialog(title, ...children) {
  const name = id("dialog");
  const element = h("dialog", { "aria-labelledby": name, close: () => element.remove() },
    h("h2", { id: name }, title), children);
  document.body.append(element);
  element.showModal();
  return element;
}

function showShortcuts() {
  const rows = [
    ...views.map(({ key, label }) => [`g ${key}`, label]),
    ["?", "These shortcuts"],
    ["← →", "Move along a chart that has the focus"],
    ["Ctrl Enter", "Run the query"],
  ];
  const close = h("button", { type: "button", class: "primary", autofocus: true, click: () => box.close() }, "Close");
  const box = dialog(
    "Shortcuts",
    h("dl", { class: "keys" },
      rows.map(([keys, what]) => [h("dt", {}, keys.split(" ").map((key) => h("kbd", {}, key))), h("dd", {}, what)]),
    ),
    close,
  );
}

document.getElementById("keys").addEventListener("click", showShortcuts);
let prefix = 0;
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  if (event.key === "?") return showShortcuts();
  if (event.key === "g") return void (prefix = Date.now());
  const view = Date.now() - prefix < 1500 && views.find(({ key }) => key === event.key);
  prefix = 0;
  if (view) location.hash = address(view.name);
});

document.getElementById("skip").addEventListener("click", (event) => {
  // The address belongs to the views.
  event.preventDefault();
  document.getElementById("main").focus();
});

// The key

onKeyNeeded((error) => new Promise((resolve, reject) => {
  const field = h(
    "input",
    { type: "password", id: id("key"), autocomplete: "off", spellcheck: "false", required: true, autofocus: true },
  );
  const form = h("form", { submit: (event) => {
    event.preventDefault();
    setKey(field.value.trim());
    box.close();
    resolve();
  } },
  h("p", {}, isPortal()
    ? "The portal does not know this page any more. Open the address that eventlog portal printed, or paste its token."
    : "The daemon asks for a key that may read (sk_…). It stays in this tab, until the tab is closed."),
  // Whoever has shown none yet has done nothing wrong.
  hasKey() && h("p", { class: "small bad", role: "alert" }, error.message),
  h("label", { for: field.id }, isPortal() ? "Token" : "Key"), field,
  h("button", { type: "submit", class: "primary" }, "Continue"));
  const box = dialog(isPortal() ? "A token is needed" : "A key is needed", form);
  box.addEventListener("close", () => reject(error));
}));

takeToken();
setTheme(theme());
window.addEventListener("hashchange", () => {
  takeToken();
  show(false);
});
show(true);
// Nothing waits for it: the figures come first.
get("/v1/status", {}).then(
  (status) => (document.getElementById("daemon").textContent = `eventlogd ${status.version}`),
  () => {},
);
