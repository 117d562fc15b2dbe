// Running commands: what is under way and what failed is told among the messages.

import { act } from "./api.js";
import { say } from "./live.js";
import { newestId, toBottom } from "./log.js";
import { openForm } from "./modal.js";
import * as pending from "./pending.js";
import { now, placeKey, state } from "./store.js";

/** The last command in a channel, for arrow-up: `{ at, path, given }`. */
const last = new Map();

export const lastCommand = () => last.get(placeKey());

/** Runs a slash command. `given` has a `{ text, value }` for each option: as it was typed, and as it is sent. */
export function run(path, given) {
  last.set(placeKey(), { at: now(), path, given });
  const options = Object.fromEntries([...given].map(([name, { value }]) => [name, value]));
  return perform(`/${path}`, (place) => act(place, "command", { name: path, options }));
}

/** Uses a message command. */
export function runOnMessage(name, message) {
  return perform(name, (place) => act(place, "message_command", { name, message }));
}

/** Uses a user command. */
export function runOnMember(name, user) {
  return perform(name, (place) => act(place, "user_command", { name, user }));
}

async function perform(title, send) {
  const { place } = state;
  const entry = pending.add(title, newestId());
  toBottom();
  try {
    const shown = await send(place);
    pending.remove(entry);
    // A form belongs to who opened it, where they opened it.
    if (!shown.form) return;
    if (entry.place === placeKey()) openForm(shown, place);
    else say(`${title} opened a form where you were before; use it there again.`, "news");
  } catch (error) {
    const sentence = error.late ? "The application did not respond" : error.message;
    pending.fail(entry, sentence);
    say(sentence);
  }
}
