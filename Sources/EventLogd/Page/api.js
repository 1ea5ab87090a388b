// Asks the daemon. A key, or the token of `eventlog portal`, goes into a header and nowhere else.

// The session's storage belongs to this tab and this origin and ends with the tab. Unlike a cookie it is
// never sent by itself, so no other page can make a request with it; and no other script runs here.
const KEY = "eventlog.key";

export class ApiError extends Error {
  constructor(status, error = {}, requestId = null) {
    super(error.message || `The daemon answered with status ${status}.`);
    this.status = status;
    this.code = error.code || null;
    this.caret = error.caret || null;
    this.requestId = requestId;
  }
}

/** The portal's address ends with `#token=…`; it is taken out of the address bar at once. */
export function takeToken() {
  const match = /^#token=([0-9a-f]{64})$/.exec(location.hash);
  if (!match) return;
  sessionStorage.setItem(KEY, match[1]);
  sessionStorage.setItem(`${KEY}.portal`, "1");
  history.replaceState(null, "", location.pathname);
}

export const isPortal = () => sessionStorage.getItem(`${KEY}.portal`) === "1";
export const hasKey = () => sessionStorage.getItem(KEY) !== null;
export const setKey = (key) => {
  sessionStorage.setItem(KEY, key);
  sessionStorage.removeItem(`${KEY}.portal`);
};

let askForKey = null;
let asking = null;

/** `ask(error)` gives a promise that is kept once there is another key. */
export function onKeyNeeded(ask) {
  askForKey = ask;
}

async function send(method, target, { body, accept = "application/json", signal, headers = {} } = {}) {
  for (;;) {
    const key = sessionStorage.getItem(KEY);
    const answer = await fetch(target, {
      method,
      signal,
      body,
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
      headers: {
        Accept: accept,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...(key ? { Authorization: `Bearer ${key}` } : {}),
        ...headers,
      },
    }).catch((error) => {
      if (error.name === "AbortError") throw error;
      throw new ApiError(0, { code: "UNREACHABLE", message: "The daemon cannot be reached. Is it running?" });
    });
    if (answer.ok) return answer;
    const error = await failure(answer);
    if ((answer.status !== 401 && answer.status !== 403) || !askForKey) throw error;
    // One question, however many requests wait for its answer.
    if (key === sessionStorage.getItem(KEY)) {
      asking ??= askForKey(error).finally(() => (asking = null));
      await asking;
    }
    signal?.throwIfAborted();
  }
}

async function failure(answer) {
  const document = await answer.json().catch(() => ({}));
  return new ApiError(answer.status, document.error, document.meta?.requestId);
}

function target(path, parameters = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== null && value !== undefined && value !== "") query.set(name, value);
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

/** The `data` of an answer. */
export async function get(path, parameters, signal) {
  return (await (await send("GET", target(path, parameters), { signal })).json()).data;
}

/** Asks a question: `{rows, columns, meta}`. Integers that a number cannot hold stay text. */
export async function query(text, parameters, signal) {
  const body = JSON.stringify({ query: text, parameters: parameters ?? {} });
  const answer = await send("POST", "/v1/query", { body, signal });
  const document = JSON.parse(await answer.text(), function (name, value, context) {
    return typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value) && context?.source
      ? context.source
      : value;
  });
  const rows = document.data;
  return { rows, columns: rows.length ? Object.keys(rows[0]) : [], meta: document.meta };
}

/**
 * Server-sent events, read by hand because an EventSource cannot carry a key. Ends when the daemon does.
 * @param take called with `{event, data}` for each; `seen` with each id, where to go on from.
 */
export async function stream(path, parameters, { take, open, seen, signal, last }) {
  const answer = await send("GET", target(path, parameters), {
    accept: "text/event-stream",
    signal,
    headers: last ? { "Last-Event-ID": last } : {},
  });
  open?.();
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  let message = { event: "message", data: [] };
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const lines = (rest + value).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop();
    for (const line of lines) {
      if (line === "") {
        if (message.data.length) take({ ...message, data: message.data.join("\n") });
        message = { event: "message", data: [] };
        continue;
      }
      const colon = line.indexOf(":");
      if (colon === 0) continue;
      const name = colon < 0 ? line : line.slice(0, colon);
      const text = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
      if (name === "data") message.data.push(text);
      else if (name === "event") message.event = text;
      // A sign of life has one too: it says how far all is told.
      else if (name === "id") seen?.(text);
    }
  }
}
