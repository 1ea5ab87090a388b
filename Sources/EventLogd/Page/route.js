// The address: `#/view/argument?range=7d`. What stands behind the # is never sent to a server.

/** What the address says: `{name, argument, parameters}`. */
export function place() {
  const [path, search] = location.hash.replace(/^#\/?/, "").split(/\?(.*)/s);
  const [name, ...rest] = path.split("/");
  return { name, argument: rest.length ? decode(rest.join("/")) : null, parameters: new URLSearchParams(search ?? "") };
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    // Somebody's own text with a percent sign.
    return text;
  }
}

/** The address of a view, with the time that is looked at now. */
export function address(name, argument = null, more = {}) {
  const parameters = new URLSearchParams(more);
  const range = place().parameters.get("range");
  if (range && !parameters.has("range")) parameters.set("range", range);
  return join(argument === null ? name : `${name}/${encodeURIComponent(argument)}`, parameters);
}

/** The address of here with other parameters; null removes one. */
export function changed(values) {
  const { name, argument, parameters } = place();
  for (const [key, value] of Object.entries(values)) {
    if (value === null) parameters.delete(key);
    else parameters.set(key, value);
  }
  return join(argument === null ? name || "overview" : `${name}/${encodeURIComponent(argument)}`, parameters);
}

const join = (path, parameters) => `#/${path}${parameters.size ? `?${parameters}` : ""}`;
