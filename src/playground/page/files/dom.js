// Small helpers to build elements. Text is always set as text, never as HTML.

/**
 * An element with attributes and children. Of the attributes, `on…` are listeners, `class` and `data-…` are as in HTML,
 * `true` is an empty attribute, and `null`, `undefined` and `false` are left out.
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  append(element, children);
  return element;
}

function append(element, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) append(element, child);
    else element.append(child);
  }
}

const ICONS = {
  hash: "M9 3 7 21M17 3l-2 18M4 8.5h17M3 15.5h17",
  thread: "M5 4v8a4 4 0 0 0 4 4h10M15 12l4 4-4 4",
  lock: "M6 11h12v9H6zM9 11V8a3 3 0 0 1 6 0v3",
  menu: "M4 6h16M4 12h16M4 18h16",
  people:
    "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M2.5 20a6.5 6.5 0 0 1 13 0M16 4.5a3.5 3.5 0 0 1 0 6M18 14a6.5 6.5 0 0 1 3.5 6",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  close: "M6 6l12 12M18 6 6 18",
  send: "M4 12l16-8-6 16-3-7z",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8M12 2v3M12 19v3M2 12h3M19 12h3M4.9 4.9 7 7M17 17l2.1 2.1M4.9 19.1 7 17M17 7l2.1-2.1",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5",
  reply: "M10 5 4 11l6 6M4 11h10a6 6 0 0 1 6 6v2",
  down: "M6 9l6 6 6-6",
  plus: "M12 5v14M5 12h14",
  eye: "M2 12s4-7 10-7 10 7 10 7-4 7-10 7-10-7-10-7M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6",
  warning: "M12 4 2.5 20h19zM12 10v4M12 17h.01",
  message: "M4 5h16v11H9l-5 4z",
  slash: "M15 4 9 20",
};

/** A picture that only decorates: what it means stands beside it or in a label. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [key, value] of Object.entries({
    viewBox: "0 0 24 24",
    class: "icon",
    "aria-hidden": "true",
    focusable: "false",
  })) {
    svg.setAttribute(key, value);
  }
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** A round picture with somebody's initial. Its colour follows from the name. */
export function avatar(name, bot = false, size = "") {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + letter.codePointAt(0)) >>> 0;
  const element = h("span", { class: `avatar hue${sum % 6} ${size}`, "aria-hidden": "true" });
  if (bot) element.append(h("img", { src: "/page/icon.svg", alt: "" }));
  else element.append([...name][0]?.toUpperCase() ?? "?");
  return element;
}

let lastId = 0;
/** An id that no other element has. */
export function uniqueId(prefix) {
  lastId += 1;
  return `${prefix}-${lastId}`;
}

/** Snowflakes by age: they are numbers too large for JavaScript's own. */
export function compareIds(a, b) {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}

const EPOCH_MS = 1420070400000;

/** When a snowflake was made, in Unix milliseconds. */
export function createdMs(id) {
  return Number(BigInt(id) >> 22n) + EPOCH_MS;
}

/** A snowflake of a moment. */
export function idAt(ms) {
  return String(BigInt(Math.floor(ms) - EPOCH_MS) << 22n);
}
