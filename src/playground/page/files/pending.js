// Commands of ours that are under way or failed: they stand among the messages of this window alone.

import { compareIds, h, icon, idAt } from "./dom.js";
import { focusOr } from "./focus.js";
import { changed, nameOf, now, placeKey, state } from "./store.js";

/** Most that are kept, over all channels. */
const MOST = 50;

/** Adds a command; `after` is the newest message that is there. Gives back the entry. */
export function add(title, after) {
  // Behind what is there, also when the clocks are not the same.
  const moment = idAt(now());
  const id = after && compareIds(after, moment) >= 0 ? String(BigInt(after) + 1n) : moment;
  const entry = { place: placeKey(), id, title, error: null };
  state.pending = [...state.pending, entry].slice(-MOST);
  changed("pending");
  return entry;
}

export function fail(entry, error) {
  entry.error = error;
  changed("pending");
}

export function remove(entry) {
  state.pending = state.pending.filter((known) => known !== entry);
  changed("pending");
}

/** Those of this channel, oldest first. */
export const here = () => state.pending.filter((entry) => entry.place === placeKey());

const drawn = new WeakMap();

/** The element of an entry, made anew when it failed. */
export function elementOf(entry) {
  const known = drawn.get(entry);
  if (known && known.error === entry.error) return known.element;
  const element = draw(entry);
  drawn.set(entry, { error: entry.error, element });
  return element;
}

function draw(entry) {
  const occasion = h(
    "div",
    { class: "occasion" },
    icon("reply"),
    h("span", { class: "who" }, nameOf(state.place.user)),
    " used ",
    h("span", { class: "command" }, entry.title),
  );
  return h(
    "li",
    { class: `message headed pending ${entry.error ? "private" : ""}`, "data-id": entry.id },
    h(
      "article",
      { "aria-label": entry.title, tabindex: "-1" },
      occasion,
      h("div", { class: "body" }, entry.error ? failed(entry) : waiting()),
    ),
  );
}

function waiting() {
  const dots = h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i"));
  return h("p", { class: "thinking" }, dots, `Sending the command to ${nameOf(state.world.bot.id)}…`);
}

function failed(entry) {
  const dismiss = {
    type: "button",
    class: "link",
    onclick: () => {
      remove(entry);
      focusOr(null);
    },
  };
  return [
    h("p", { class: "failure" }, icon("warning"), entry.error),
    h("p", { class: "only-you" }, icon("eye"), "Only you can see this • ", h("button", dismiss, "Dismiss message")),
  ];
}
