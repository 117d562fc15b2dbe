// What the page knows, and who wants to hear when a part of it changes.

import { recall, remember } from "./storage.js";

export const state = {
  /** Where we are and what we may do here; see the control API's stream. */
  place: null,
  world: null,
  latest: {},
  commands: [],
  notice: null,
  /** The messages of this channel by id. */
  messages: new Map(),
  earlier: false,
  /** Commands that are under way or failed, which only this window knows: `{ place, id, title, error }`. */
  pending: [],
  /** The custom_id of the button or menu that is under way, by the message's id. */
  busy: new Map(),
  /** The message whose button or menu was used last: `{ id, edited }`. */
  used: null,
  /** The sentence below a message whose button or menu failed, by the message's id. */
  failures: new Map(),
  /** Private messages that were closed here. */
  dismissed: new Set(recall("dismissed", [])),
  /** The newest message that was seen, by member and channel. */
  seen: recall("seen", {}),
  connected: true,
};

const listeners = new Map();

/** Calls `listener` whenever the part changes. */
export function on(part, listener) {
  listeners.set(part, [...(listeners.get(part) ?? []), listener]);
}

/** Tells that a part changed. */
export function changed(part, detail) {
  for (const listener of listeners.get(part) ?? []) listener(detail);
}

let clockOffset = 0;

/** Sets the playground's time, which may be ahead of ours. */
export function setClock(nowMs) {
  clockOffset = nowMs - Date.now();
}

/** The playground's time, Unix milliseconds. */
export function now() {
  return Date.now() + clockOffset;
}

export function guild() {
  return state.world?.guilds.find((known) => known.id === state.place?.guild) ?? null;
}

/** A channel of one of our guilds, or `null`. */
export function channel(id) {
  for (const known of state.world?.guilds ?? []) {
    const found = known.channels.find((candidate) => candidate.id === id);
    if (found) return found;
  }
  return null;
}

/** How somebody is called here. */
export function nameOf(userId) {
  const user = state.world?.users[userId];
  const member = guild()?.members.find((known) => known.id === userId);
  return member?.nick ?? user?.name ?? "Deleted User";
}

export function role(id) {
  return guild()?.roles.find((known) => known.id === id) ?? null;
}

/** Closes a private message in this window. */
export function dismiss(id) {
  state.dismissed.add(id);
  remember("dismissed", [...state.dismissed].slice(-200));
  changed("messages", { changed: [], gone: [id] });
}

/** Who is where, as one word. */
export const placeKey = () => `${state.place.as}/${state.place.channel}`;

const seenKey = (channelId) => `${state.place.as}/${channelId}`;

/** Whether there is something in a channel that was not seen. */
export function isUnread(channelId) {
  const newest = state.latest[channelId];
  return Boolean(newest) && state.seen[seenKey(channelId)] !== newest && channelId !== state.place.channel;
}

/** Everything in this channel was seen. */
export function markSeen() {
  const here = state.place.channel;
  if (state.latest[here] && state.seen[seenKey(here)] !== state.latest[here]) {
    state.seen[seenKey(here)] = state.latest[here];
    remember("seen", state.seen);
    changed("latest");
  }
}
