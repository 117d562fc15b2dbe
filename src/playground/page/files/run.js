// Running commands. What is under way and what failed stands in the channel of this window alone.

import { act } from "./api.js";
import { say } from "./live.js";
import { toBottom } from "./log.js";
import { openForm } from "./modal.js";
import { changed, now, state } from "./store.js";

/** The last command in a channel, for arrow-up: `{ at, path, texts }`. */
const last = new Map();

const here = () => `${state.place.as}/${state.place.channel}`;

export const lastCommand = () => last.get(here());

/** Runs a slash command; `texts` are its options as they were typed. */
export function run(path, values, texts = values) {
  last.set(here(), { at: now(), path, texts });
  const options = Object.fromEntries(values);
  return perform(`/${path}`, (place) => act(place, "command", { name: path, options }));
}

/** Uses a message command. */
export function runOnMessage(name, message) {
  return perform(name, (place) => act(place, "message_command", { name, message }));
}

async function perform(title, send) {
  const from = here();
  const pending = { title };
  const done = () => {
    state.pending = state.pending.filter((known) => known !== pending);
    changed("pending");
  };
  toBottom();
  state.pending.push(pending);
  changed("pending");
  try {
    const shown = await send(state.place);
    done();
    if (shown.form && here() === from) openForm(shown);
  } catch (error) {
    if (here() !== from) {
      done();
      return;
    }
    pending.error = error.late ? "The application did not respond" : error.message;
    changed("pending");
    say(pending.error);
  }
}
