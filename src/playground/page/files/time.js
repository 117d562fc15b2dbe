// Discord's timestamps (<t:SECONDS:STYLE>) as text in the viewer's language and time zone.

/** @typedef {"t"|"T"|"d"|"D"|"f"|"F"|"s"|"S"|"R"} TimeStyle */

const DAY = { day: "2-digit", month: "2-digit", year: "numeric" };
const SHORT = { hour: "numeric", minute: "2-digit" };

const OPTIONS = new Map([
  ["t", { timeStyle: "short" }],
  ["T", { timeStyle: "medium" }],
  ["d", DAY],
  ["D", { dateStyle: "long" }],
  ["f", { dateStyle: "long", timeStyle: "short" }],
  ["F", { dateStyle: "full", timeStyle: "short" }],
  ["s", { ...DAY, ...SHORT }],
  ["S", { ...DAY, ...SHORT, second: "2-digit" }],
]);

/** The largest distance from 1970 that a Date can hold. */
export const MAX_SECONDS = 8_640_000_000_000;

/** Nearer than this it is "a few seconds". */
const FEW_SECONDS = 10;

/** Units of relative time: how many seconds one lasts, and from how many on the next unit is used. */
const UNITS = [
  ["second", 1, 60],
  ["minute", 60, 60],
  ["hour", 3600, 24],
  ["day", 86_400, 30],
  ["month", 2_629_746, 12],
  ["year", 31_556_952, Infinity],
];

// Making a formatter is slow, so each is made once.
const formatters = new Map();
let relative;

/**
 * The text of a timestamp. An unknown style is "f"; a moment that no date can hold is given as its number.
 * @param {number} seconds since 1970, UTC
 * @param {TimeStyle|string} [style]
 * @param {number} [nowMs] what "R" is relative to, in milliseconds since 1970
 * @returns {string}
 */
export function formatTime(seconds, style = "f", nowMs = Date.now()) {
  if (!isMoment(seconds)) return String(seconds);
  if (style === "R") return formatRelative(seconds - nowMs / 1000);
  const known = OPTIONS.has(style) ? style : "f";
  if (!formatters.has(known)) formatters.set(known, new Intl.DateTimeFormat(undefined, OPTIONS.get(known)));
  return formatters.get(known).format(new Date(seconds * 1000));
}

/**
 * A `<time>` with the text, and the full date as its tooltip.
 * @param {number} seconds since 1970, UTC
 * @param {TimeStyle|string} [style]
 * @param {number} [nowMs]
 * @returns {HTMLTimeElement}
 */
export function timeElement(seconds, style = "f", nowMs = Date.now()) {
  const element = document.createElement("time");
  element.setAttribute("class", "timestamp");
  if (isMoment(seconds)) element.setAttribute("datetime", new Date(seconds * 1000).toISOString());
  element.setAttribute("data-seconds", String(seconds));
  element.setAttribute("data-style", style);
  element.setAttribute("title", formatTime(seconds, "F", nowMs));
  element.append(document.createTextNode(formatTime(seconds, style, nowMs)));
  return element;
}

/**
 * Brings all relative times below `root` up to date. Only texts that differ are written, so nothing else is disturbed.
 * @param {ParentNode} root
 * @param {number} [nowMs]
 */
export function tick(root, nowMs = Date.now()) {
  for (const element of root.querySelectorAll('time[data-style="R"]')) {
    const text = formatTime(Number(element.getAttribute("data-seconds")), "R", nowMs);
    if (element.textContent !== text) element.textContent = text;
  }
}

function isMoment(seconds) {
  return Number.isFinite(seconds) && Math.abs(seconds) <= MAX_SECONDS;
}

function formatRelative(distance) {
  relative ??= new Intl.RelativeTimeFormat(undefined, { numeric: "always" });
  const english = relative.resolvedOptions().locale.startsWith("en");
  const past = distance < 0;
  if (english && Math.abs(distance) < FEW_SECONDS) return past ? "a few seconds ago" : "in a few seconds";
  const [unit, count] = inUnits(Math.abs(distance));
  const text = relative.format(past ? -count : count, unit);
  // Discord says "an hour ago", where browsers say "1 hour ago".
  return english ? text.replace(/\b1 (?=[a-z])/, unit === "hour" ? "an " : "a ") : text;
}

function inUnits(distance) {
  for (const [unit, length, limit] of UNITS) {
    const count = Math.round(distance / length);
    if (count < limit) return [unit, Math.max(count, unit === "second" ? 0 : 1)];
  }
  return ["year", 0];
}
