// The list of messages of the channel: drawn once, then changed where something changed.

import { compareIds, createdMs, h, icon } from "./dom.js";
import {
  continues,
  dayText,
  isOwn,
  isPrivate,
  isThinking,
  isWritten,
  messageElement,
  preview,
  react,
  sameDay,
} from "./message.js";
import { changed, channel, dismiss, guild, markSeen, nameOf, now, on, state } from "./store.js";
import { act, earlier } from "./api.js";
import { say } from "./live.js";
import { showMenu } from "./menu.js";
import { tick } from "./time.js";

const log = document.getElementById("log");
const list = document.getElementById("messages");
const beginning = document.getElementById("beginning");
const newest = document.getElementById("newest");

/** The ids of what is shown, in order. */
let order = [];

export function start() {
  on("messages", (change) => {
    if (change.all) drawAll();
    else apply(change);
  });
  on("message", redraw);
  on("pending", drawPending);
  on("world", () => {
    if (order.length) drawAll(true);
  });
  log.addEventListener("scroll", scrolled);
  newest.addEventListener("click", () => {
    toBottom();
    document.getElementById("write")?.focus();
  });
  list.addEventListener("click", clicked);
  list.addEventListener("contextmenu", (event) => {
    const item = event.target.closest("li.message");
    // A selected text or a link keeps the browser's own menu.
    if (!item || event.target.closest("a") || String(getSelection())) return;
    event.preventDefault();
    showMessageMenu(
      item.dataset.id,
      event.detail === 0 ? (item.querySelector("[data-menu]") ?? item) : { x: event.clientX, y: event.clientY },
    );
  });
  list.addEventListener("menu-closed", (event) => {
    const item = event.target.closest("li.message");
    if (item?.dataset.stale) redraw(item.dataset.id);
  });
  new ResizeObserver(() => {
    if (following) toBottom();
  }).observe(log);
  setInterval(() => tick(list, now()), 1000);
}

const visible = (id) => state.messages.has(id) && !state.dismissed.has(id);

function ids() {
  return [...state.messages.keys()].filter(visible).sort(compareIds);
}

/** Whether the end is in sight, so that new messages scroll into it. */
let following = true;

function scrolled() {
  following = log.scrollHeight - log.scrollTop - log.clientHeight < 60;
  if (following) {
    newest.hidden = true;
    if (document.hasFocus()) markSeen();
  }
}

export function toBottom() {
  log.scrollTop = log.scrollHeight;
  following = true;
  newest.hidden = true;
}

function drawAll(keepPlace = false) {
  const top = log.scrollTop;
  order = ids();
  list.replaceChildren();
  order.forEach((id, place) => list.append(...elementsFor(place)));
  drawPending();
  drawBeginning();
  if (keepPlace && !following) log.scrollTop = top;
  else toBottom();
  markSeen();
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

function apply({ changed: touched, gone = [] }) {
  const known = new Set(order);
  const fresh = touched.filter((id) => !known.has(id) && visible(id));
  const appended = fresh.length && (!order.length || fresh.every((id) => compareIds(id, order[order.length - 1]) > 0));
  touched.filter((id) => known.has(id)).forEach(redraw);
  const removed = gone.filter((id) => known.has(id));
  if (removed.length || (fresh.length && !appended)) {
    keepFocus(() => drawAll(true));
  } else if (appended) {
    fresh.sort(compareIds);
    const pending = list.querySelector("li.pending");
    for (const id of fresh) {
      order.push(id);
      for (const element of elementsFor(order.length - 1)) list.insertBefore(element, pending);
    }
  }
  for (const id of fresh) announce(state.messages.get(id));
  if (
    fresh.length &&
    !following &&
    !fresh.some((id) => isOwn(state.messages.get(id)) || isMine(state.messages.get(id)))
  )
    newest.hidden = false;
  else if (following || fresh.length) toBottom();
  drawBeginning();
  if (following && document.hasFocus()) markSeen();
}

/** An answer to our own command or click. */
function isMine(message) {
  return message.interaction_metadata?.user.id === state.place.user;
}

function announce(message) {
  if (isOwn(message) || isThinking(message) || !isWritten(message)) return;
  say(`${nameOf(message.author.id)}${isPrivate(message) ? ", only to you" : ""}: ${preview(message)}`);
}

/** Draws one message anew, with the focus where it was. */
function redraw(id) {
  const old = document.getElementById(`message-${id}`);
  const place = order.indexOf(id);
  if (!old || place < 0) return;
  // An open menu would close below somebody's finger: the message waits.
  if (old.querySelector('[aria-expanded="true"]')) {
    old.dataset.stale = "true";
    return;
  }
  const wasThinking = old.querySelector(".thinking");
  keepFocus(() => {
    const message = state.messages.get(id);
    const before = place > 0 ? state.messages.get(order[place - 1]) : null;
    old.replaceWith(messageElement(message, !continues(message, before)));
  });
  if (wasThinking) announce(state.messages.get(id));
  if (following) toBottom();
}

/** Draws, and gives the focus back to what takes the place of the focused element. */
function keepFocus(draw) {
  const focused = document.activeElement;
  const item = focused?.closest("li.message");
  const key = focused?.dataset?.key;
  draw();
  if (!item || document.activeElement === focused) return;
  const again = document.getElementById(item.id);
  const same =
    key &&
    [...(again?.querySelectorAll("[data-key]") ?? [])].find(
      (element) => element.dataset.key === key && !element.disabled,
    );
  (same || again?.querySelector("article") || document.getElementById("write"))?.focus({ preventScroll: true });
}

/** What stands above the oldest message. */
function drawBeginning() {
  if (state.earlier) {
    beginning.replaceChildren(
      h("button", { type: "button", class: "button secondary", onclick: loadEarlier }, "Show earlier messages"),
    );
    return;
  }
  const here = channel(state.place.channel);
  const name = here ? (here.thread ? here.name : `#${here.name}`) : nameOf(state.world.bot.id);
  const about = !here
    ? `These are your direct messages with ${name}.`
    : `The ${here.thread ? "thread" : "channel"} ${name} begins here.`;
  const title = here && !here.thread ? `Welcome to ${name}` : name;
  beginning.replaceChildren(
    h("div", { class: "welcome" }, h("h2", {}, title), h("p", {}, about), here?.thread ? null : tryThis()),
  );
}

/** Commands for somebody who is new; one press runs one. */
function tryThis() {
  const offered = new Set(state.commands.map((command) => command.name));
  const points = state.world.try_this.filter((point) => offered.has(point.command.split(" ")[0]));
  if (!points.length) return null;
  return h(
    "section",
    { class: "try", "aria-labelledby": "try-title" },
    h("h3", { id: "try-title" }, "Try this"),
    h(
      "ul",
      {},
      points.map((point) =>
        h(
          "li",
          {},
          h(
            "button",
            { type: "button", onclick: () => document.dispatchEvent(new CustomEvent("run", { detail: point })) },
            h("strong", {}, point.title),
            h(
              "code",
              {},
              `/${point.command} ${point.options.map(([name, value]) => `${name}: ${value}`).join(" ")}`.trim(),
            ),
          ),
        ),
      ),
    ),
    h("p", {}, "Or press ", h("kbd", {}, "/"), " to see all commands."),
  );
}

async function loadEarlier() {
  const oldest = order[0];
  const height = log.scrollHeight;
  try {
    const page = await earlier(state.place, oldest);
    page.list.forEach((message) => state.messages.set(message.id, message));
    state.earlier = page.earlier;
    following = false;
    drawAll(true);
    log.scrollTop = log.scrollHeight - height;
    document.getElementById(`message-${order[0]}`)?.querySelector("article")?.focus({ preventScroll: true });
  } catch (error) {
    say(error.message, "problem");
  }
}

/** Commands that are under way, and those that failed. */
function drawPending() {
  list.querySelectorAll("li.pending").forEach((item) => item.remove());
  for (const command of state.pending) {
    const bot = nameOf(state.world.bot.id);
    list.append(
      h(
        "li",
        { class: `message headed pending ${command.error ? "private" : ""}` },
        h(
          "article",
          { "aria-label": command.title },
          h(
            "div",
            { class: "occasion" },
            icon("reply"),
            h("span", { class: "who" }, nameOf(state.place.user)),
            " used ",
            h("span", { class: "command" }, command.title),
          ),
          h(
            "div",
            { class: "body" },
            command.error
              ? [
                  h("p", { class: "failure" }, icon("warning"), command.error),
                  h(
                    "p",
                    { class: "only-you" },
                    icon("eye"),
                    "Only you can see this • ",
                    h("button", { type: "button", class: "link", onclick: () => forget(command) }, "Dismiss message"),
                  ),
                ]
              : h(
                  "p",
                  { class: "thinking" },
                  h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")),
                  `Sending the command to ${bot}…`,
                ),
          ),
        ),
      ),
    );
  }
  if (following) toBottom();
}

function forget(command) {
  state.pending = state.pending.filter((known) => known !== command);
  changed("pending");
  document.getElementById("write")?.focus();
}

function clicked(event) {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.dismiss) {
    dismiss(button.dataset.dismiss);
    document.getElementById("write")?.focus();
  } else if (button.dataset.jump) {
    const target = document.getElementById(`message-${button.dataset.jump}`);
    if (!target) say("The message is further up or was deleted.", "news");
    target?.scrollIntoView({ block: "center" });
    target?.querySelector("article")?.focus({ preventScroll: true });
    target?.classList.add("found");
    setTimeout(() => target?.classList.remove("found"), 2000);
  } else if (button.dataset.menu) {
    showMessageMenu(button.dataset.menu, button);
  }
}

const REACTIONS = ["👍", "❤️", "🎉", "🤔"];

function showMessageMenu(id, anchor) {
  const message = state.messages.get(id);
  if (!message) return;
  const { may } = state.place;
  const fail = (error) => say(error.message, "problem");
  const own = isOwn(message);
  const secret = isPrivate(message);
  const apps = state.commands.filter((command) => command.type === 3);
  const canThread = may.start_threads && guild() && !channel(state.place.channel)?.thread && !message.thread && !secret;
  showMenu(
    anchor,
    [
      {
        items:
          may.react && !secret
            ? REACTIONS.map((emoji) => ({
                label: `React ${emoji}`,
                run: () =>
                  react(
                    message,
                    emoji,
                    message.reactions?.some((known) => known.emoji.name === emoji && known.me),
                  ),
              }))
            : [],
      },
      {
        items: [
          may.send &&
            !secret && {
              label: "Reply",
              run: () => document.dispatchEvent(new CustomEvent("reply-to", { detail: message })),
            },
          own && {
            label: "Edit message",
            run: () => document.dispatchEvent(new CustomEvent("edit", { detail: message })),
          },
          canThread && {
            label: "Create thread",
            run: () => document.dispatchEvent(new CustomEvent("name-thread", { detail: message })),
          },
          { label: "Copy text", run: () => copy(message.content || preview(message)) },
          { label: "Copy message ID", run: () => copy(message.id) },
          secret && { label: "Dismiss message", run: () => dismiss(id) },
          (own || (may.manage_messages && !secret)) && {
            label: "Delete message",
            danger: true,
            run: () => act(state.place, "delete", { message: id }).catch(fail),
          },
        ].filter(Boolean),
      },
      {
        title: "Apps",
        items: secret
          ? []
          : apps.map((command) => ({
              label: command.name,
              run: () =>
                document.dispatchEvent(
                  new CustomEvent("use-on-message", { detail: { name: command.name, message: id } }),
                ),
            })),
      },
    ],
    "Actions for the message",
  );
}

async function copy(words) {
  try {
    await navigator.clipboard.writeText(words);
    say("Copied.", "news");
  } catch {
    say("The browser does not let the page copy; select the text instead.", "problem");
  }
}

/** Our newest message here that can be edited. */
export function ownLatest() {
  const id = order.findLast((candidate) => {
    const message = state.messages.get(candidate);
    return isOwn(message) && isWritten(message);
  });
  return id ? state.messages.get(id) : null;
}

export const isFollowing = () => following;
