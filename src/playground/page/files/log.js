// The list of messages of the channel: drawn once, then changed where something changed.

import * as beginning from "./beginning.js";
import { compareIds, createdMs, h } from "./dom.js";
import { focusOr } from "./focus.js";
import { say } from "./live.js";
import {
  continues,
  dayText,
  isOwn,
  isPrivate,
  isThinking,
  isWritten,
  messageElement,
  preview,
  sameDay,
} from "./message.js";
import { showMessageMenu } from "./message-menu.js";
import * as pending from "./pending.js";
import { dismiss, markSeen, nameOf, now, on, state } from "./store.js";
import { tick } from "./time.js";

const log = document.getElementById("log");
const list = document.getElementById("messages");
const newest = document.getElementById("newest");

/** Letters of a message that are read out when it comes. */
const READ_OUT = 400;
/** How often one looks further back for a message to which one jumps. */
const MOST_PAGES = 40;

/** The ids of what is shown, in order. */
let order = [];
/** Whether the end is in sight, so that new messages scroll into it. */
let following = true;
/** Asks the playground for earlier messages. */
let askForEarlier = () => {};
/** The message that one jumps to as soon as it is there, and how many pages were asked for it. */
let jumping = null;

export function start({ askEarlier }) {
  askForEarlier = askEarlier;
  on("messages", (change) => {
    if (change.all) drawAll();
    else if (change.earlier) prepend(change.earlier);
    else apply(change);
  });
  on("message", redraw);
  on("pending", placePending);
  on("world", renamed);
  on("commands", () => {
    if (state.world) drawBeginning();
  });
  log.addEventListener("scroll", scrolled);
  log.addEventListener("keydown", pressed);
  newest.addEventListener("click", () => {
    toBottom();
    focusOr(null);
  });
  list.addEventListener("click", clicked);
  list.addEventListener("contextmenu", contextMenu);
  list.addEventListener("menu-closed", (event) => {
    const item = event.target.closest("li.message");
    if (item?.dataset.stale) redraw(item.dataset.id);
  });
  const keepEnd = new ResizeObserver(() => {
    if (following) toBottom();
  });
  keepEnd.observe(log);
  // Pictures that come late make the list longer.
  keepEnd.observe(list);
  setInterval(() => tick(list, now()), 1000);
}

const visible = (id) => state.messages.has(id) && !state.dismissed.has(id);
const elementOf = (id) => document.getElementById(`message-${id}`);

export const isFollowing = () => following;

/** The id of the newest message that is shown. */
export const newestId = () => order.at(-1) ?? null;

/** Our newest message here that can be edited. */
export function ownLatest() {
  const id = order.findLast((candidate) => {
    const message = state.messages.get(candidate);
    return isOwn(message) && isWritten(message);
  });
  return id ? state.messages.get(id) : null;
}

export function toBottom() {
  log.scrollTop = log.scrollHeight;
  following = true;
  newest.hidden = true;
}

function scrolled() {
  following = log.scrollHeight - log.scrollTop - log.clientHeight < 60;
  if (!following) return;
  newest.hidden = true;
  seen();
}

function seen() {
  if (following && document.hasFocus()) markSeen();
}

// Drawing

function drawAll() {
  cancelMenus(list);
  order = [...state.messages.keys()].filter(visible).sort(compareIds);
  look = lookOfNames();
  jumping = null;
  list.replaceChildren();
  order.forEach((id, place) => list.append(...elementsFor(place)));
  placePending();
  drawBeginning();
  toBottom();
  seen();
}

function drawBeginning() {
  beginning.draw(() => askForEarlier());
}

/** The element of a message, with the day above it when it is the first of one. */
function elementsFor(place) {
  const message = state.messages.get(order[place]);
  const before = place > 0 ? state.messages.get(order[place - 1]) : null;
  const element = messageElement(message, !continues(message, before));
  const ms = createdMs(message.id);
  if (before && sameDay(ms, createdMs(before.id))) return [element];
  return [h("li", { class: "day", "data-day": message.id }, h("span", {}, dayText(ms))), element];
}

/** Puts the elements of a message where they belong. */
function insert(place) {
  const next = order
    .slice(place + 1)
    .map(elementOf)
    .find(Boolean);
  const anchor = next && (dayOf(next.dataset.id) ?? next);
  for (const element of elementsFor(place)) list.insertBefore(element, anchor ?? null);
}

const dayOf = (id) => list.querySelector(`li.day[data-day="${id}"]`);

function apply({ changed: touched, gone = [] }) {
  touched.filter((id) => order.includes(id)).forEach(redraw);
  gone.filter((id) => order.includes(id)).forEach(remove);
  const fresh = touched.filter((id) => !order.includes(id) && visible(id)).sort(compareIds);
  const mine = fresh.map((id) => state.messages.get(id)).some((message) => isOwn(message) || isMine(message));
  for (const id of fresh) {
    order.push(id);
    order.sort(compareIds);
    insert(order.indexOf(id));
    announce(state.messages.get(id));
  }
  if (fresh.length) placePending();
  if (following || mine) toBottom();
  else if (fresh.length) newest.hidden = false;
  drawBeginning();
  seen();
}

/** Earlier messages came: what was in sight stays where it was. */
function prepend(ids) {
  const height = log.scrollHeight;
  // The browser must not correct what is corrected here.
  log.style.overflowAnchor = "none";
  const first = order[0];
  order = [...new Set([...ids.filter(visible), ...order])].sort(compareIds);
  for (const id of ids.filter((candidate) => !elementOf(candidate) && visible(candidate))) insert(order.indexOf(id));
  // What was first may now stand below the name and the day of the one before it.
  if (first) redraw(first);
  const hadFocus = document.activeElement?.closest("#beginning");
  drawBeginning();
  following = false;
  placePending();
  log.scrollTop += log.scrollHeight - height;
  requestAnimationFrame(() => (log.style.overflowAnchor = ""));
  if (hadFocus || document.activeElement === document.body) {
    elementOf(order[0])?.querySelector("article")?.focus({ preventScroll: true });
  }
  if (jumping) jump(jumping.id, jumping.pages + 1);
}

/** An answer to our own command or click. */
function isMine(message) {
  return message.interaction_metadata?.user.id === state.place.user;
}

function announce(message, verb = "") {
  if (isOwn(message) || isThinking(message) || !isWritten(message)) return;
  const whom = isPrivate(message) ? ", only to you" : "";
  say(`${nameOf(message.author.id)}${whom}${verb}: ${preview(message, READ_OUT)}`);
}

function remove(id) {
  const element = elementOf(id);
  const place = order.indexOf(id);
  cancelMenus(element);
  const focused = element?.contains(document.activeElement);
  dayOf(id)?.remove();
  element?.remove();
  order.splice(place, 1);
  const next = order[place];
  if (next) redraw(next);
  if (focused) focusOr(elementOf(next ?? order.at(-1))?.querySelector("article"));
}

/** Draws one message anew, with the focus and the revealed spoilers as they were. */
function redraw(id) {
  const old = elementOf(id);
  const place = order.indexOf(id);
  if (!old || place < 0) return;
  // An open menu would close below somebody's finger: the message waits.
  if (old.querySelector('[aria-expanded="true"][role="combobox"]')) {
    old.dataset.stale = "true";
    return;
  }
  const wasThinking = old.querySelector(".thinking");
  const revealed = new Set([...old.querySelectorAll(".spoiler.revealed")].map((spoiler) => spoiler.textContent));
  const opened = [...old.querySelectorAll("details")].map((details) => details.open);
  const key = old.contains(document.activeElement) ? (document.activeElement.dataset.key ?? "") : null;
  const elements = elementsFor(place);
  dayOf(id)?.remove();
  old.replaceWith(...elements);
  const fresh = elements.at(-1);
  for (const spoiler of fresh.querySelectorAll("button.spoiler")) {
    if (revealed.has(spoiler.textContent)) spoiler.click();
  }
  fresh.querySelectorAll("details").forEach((details, index) => (details.open = opened[index] ?? false));
  if (key !== null) {
    const same = key && [...fresh.querySelectorAll("[data-key]")].find((e) => e.dataset.key === key && !e.disabled);
    focusOr(same || fresh.querySelector("article"));
  }
  const message = state.messages.get(id);
  if (wasThinking) announce(message);
  else if (state.used?.id === id && state.used.edited !== message.edited_timestamp) {
    // What one pressed changed the message itself, which is an answer, too.
    state.used.edited = message.edited_timestamp;
    announce(message, " changed the message");
  }
  if (following) toBottom();
}

function cancelMenus(within) {
  within
    ?.querySelectorAll('[aria-expanded="true"]')
    .forEach((button) => button.dispatchEvent(new Event("cancel-menu")));
}

/** What of the world stands in messages: names and their colours. */
function lookOfNames() {
  const { users, guilds } = state.world;
  const names = guilds.map((known) => [known.members, known.roles, known.channels.map(({ id, name }) => [id, name])]);
  return JSON.stringify([users, names]);
}
let look = "";

function renamed() {
  const looks = lookOfNames();
  if (look !== looks) order.forEach(redraw);
  look = looks;
  drawBeginning();
}

/** Puts commands that are under way or failed among the messages, by their time. */
function placePending() {
  const entries = pending.here();
  const wanted = new Set(entries.map(pending.elementOf));
  list.querySelectorAll("li.pending").forEach((item) => {
    if (wanted.has(item)) return;
    const focused = item.contains(document.activeElement);
    item.remove();
    if (focused) focusOr(null);
  });
  // From the last to the first, so that what stands right is not moved.
  let anchor = null;
  for (const entry of entries.toReversed()) {
    const element = pending.elementOf(entry);
    const next = order.find((id) => compareIds(id, entry.id) > 0);
    const message = next ? (dayOf(next) ?? elementOf(next)) : null;
    const before = anchor && (!message || compareIds(anchor.dataset.id, next) < 0) ? anchor : message;
    if (!element.isConnected || element.nextElementSibling !== before) list.insertBefore(element, before);
    anchor = element;
  }
  if (following) toBottom();
}

// What one does in the list

function clicked(event) {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.dismiss) {
    dismiss(button.dataset.dismiss);
    focusOr(null);
  } else if (button.dataset.jump) {
    jump(button.dataset.jump, 0);
  } else if (button.dataset.menu) {
    showMessageMenu(button.dataset.menu, button);
  }
}

function contextMenu(event) {
  const item = event.target.closest("li.message");
  // A selected text or a link keeps the browser's own menu.
  if (!item || event.target.closest("a") || String(getSelection())) return;
  event.preventDefault();
  const byKey = !event.pointerType && event.button !== 2;
  const anchor = byKey ? (item.querySelector("[data-menu]") ?? item) : { x: event.clientX, y: event.clientY };
  showMessageMenu(item.dataset.id, anchor);
}

/** Goes to a message, which may have to be fetched first. */
function jump(id, pages) {
  jumping = null;
  const target = elementOf(id);
  if (target) {
    following = false;
    target.scrollIntoView({ block: "center" });
    target.querySelector("article")?.focus({ preventScroll: true });
    target.classList.add("found");
    setTimeout(() => target.classList.remove("found"), 2000);
  } else if (state.earlier && pages < MOST_PAGES) {
    jumping = { id, pages };
    askForEarlier();
  } else {
    say("The message was deleted.", "news");
  }
}

/** Arrow keys go from message to message, Escape back to the box. */
function pressed(event) {
  const article = event.target.closest("article");
  if (event.key === "Escape") {
    focusOr(null);
    toBottom();
    return;
  }
  if (event.target !== log && event.target !== article) return;
  const all = [...list.querySelectorAll("li.message > article")];
  const at = all.indexOf(article);
  const to = {
    ArrowUp: at < 0 ? all.length - 1 : at - 1,
    ArrowDown: at < 0 ? 0 : at + 1,
    Home: 0,
    End: all.length - 1,
  }[event.key];
  if (to === undefined || !all[to] || (event.target === log && !["ArrowUp", "End"].includes(event.key))) return;
  event.preventDefault();
  all[to].focus();
  all[to].scrollIntoView({ block: "nearest" });
}
