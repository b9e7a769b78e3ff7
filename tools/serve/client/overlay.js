// The faults of a failed build, laid over the last good page.
//
// Everything is set as text, never as markup. The look comes from a stylesheet of this server inside
// a shadow root, so that neither the page's styles nor its Content-Security-Policy
// (style-src 'self') are in the way.

const DISMISSED = "serve-dismissed";

let host = null;
let parts = null;
let current = "";
let before = null;

export function show(failure, alone) {
  if (current === failure.id) return;
  current = failure.id;
  if (!alone && stored() === failure.id) {
    remove();
    return;
  }
  if (!host) build(alone);
  fill(failure, alone);
  if (!host.isConnected) open(alone);
}

export function hide() {
  current = "";
  remove();
}

export function building(active) {
  if (!parts) return;
  parts.sheet.setAttribute("aria-busy", String(active));
  parts.foot.textContent = active
    ? "Building again…"
    : "Mend it and save: this goes away by itself.";
}

function build(alone) {
  host = document.createElement("serve-failure");
  const root = host.attachShadow({ mode: "open" });
  const look = make("link", { rel: "stylesheet", href: "/__serve__/overlay.css" });
  const sheet = make("section", { class: alone ? "sheet alone" : "sheet", tabindex: "-1", hidden: "" });
  sheet.setAttribute("role", alone ? "alert" : "alertdialog");
  sheet.setAttribute("aria-labelledby", "title");
  sheet.setAttribute("aria-describedby", "note");
  const title = make("h2", { id: "title" });
  const note = make("p", { id: "note" });
  const head = make("div", { class: "head" }, make("div", {}, title, note));
  const faults = make("ol", { class: "faults" });
  const rest = make("pre", { tabindex: "0" });
  const said = make("details", {}, make("summary", {}, "What else the build said"), rest);
  const foot = make("p", { class: "foot", role: "status" });
  if (!alone) {
    const button = make("button", { type: "button" }, "Dismiss", make("kbd", {}, "Esc"));
    button.addEventListener("click", dismiss);
    head.append(button);
  }
  sheet.append(head, faults, said, foot);
  root.append(look, sheet);
  parts = { look, sheet, title, note, faults, said, rest, foot };
}

function fill(failure, alone) {
  const count = failure.faults.length + failure.more;
  parts.title.textContent = count > 1 ? `${count} faults stop the build` : "A fault stops the build";
  parts.note.textContent = alone
    ? "There is no good version yet. This page becomes the site as soon as one is built."
    : "The last good version is shown below.";
  parts.faults.replaceChildren(...failure.faults.map(item));
  if (failure.more) parts.faults.append(make("li", {}, `… and ${failure.more} more, in the terminal.`));
  parts.faults.hidden = !count;
  parts.rest.textContent = failure.rest;
  parts.said.hidden = !failure.rest;
  parts.said.open = !count;
}

function item(fault) {
  const where = make("p", { class: "where" }, make("strong", {}, ...breakable(fault.file)));
  if (fault.line) where.append(" ", make("span", {}, `line ${fault.line}`));
  const entry = make("li", {}, where, make("p", { class: "text" }, fault.text));
  if (fault.excerpt.length) {
    const lines = fault.excerpt.map(([number, text]) => {
      const line = make("span", { class: number === fault.line ? "line here" : "line" });
      line.append(make("span", { class: "number" }, String(number)), make("code", {}, text || " "));
      return line;
    });
    const label = `Lines around line ${fault.line}`;
    entry.append(make("pre", { tabindex: "0", role: "group", "aria-label": label }, ...lines));
  }
  return entry;
}

// A long path may break after each slash, and nowhere else while that is enough.
function breakable(file) {
  return file.split(/(?<=\/)/).flatMap((part) => [part, document.createElement("wbr")]);
}

function open(alone) {
  before = document.activeElement;
  document.body.append(host);
  const reveal = () => {
    parts.sheet.hidden = false;
    if (alone) return;
    parts.sheet.focus({ preventScroll: true });
  };
  if (parts.look.sheet) reveal();
  else {
    parts.look.addEventListener("load", reveal, { once: true });
    parts.look.addEventListener("error", reveal, { once: true });
  }
  if (!alone) {
    // In the top layer, above whatever the page has stacked; where that is missing, z-index does it.
    host.popover = "manual";
    host.showPopover?.();
    document.addEventListener("keydown", onKey, true);
  }
}

function remove() {
  if (!host?.isConnected) return;
  const inside = document.activeElement === host;
  document.removeEventListener("keydown", onKey, true);
  host.remove();
  if (inside && before?.isConnected) before.focus({ preventScroll: true });
  before = null;
}

function dismiss() {
  try {
    sessionStorage.setItem(DISMISSED, current);
  } catch {
    // Without storage it comes back on the next page; no harm.
  }
  remove();
}

function onKey(event) {
  if (event.key !== "Escape" || event.isComposing) return;
  event.preventDefault();
  event.stopPropagation();
  dismiss();
}

function stored() {
  try {
    return sessionStorage.getItem(DISMISSED);
  } catch {
    return null;
  }
}

function make(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}
