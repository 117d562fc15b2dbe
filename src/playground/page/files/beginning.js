// What stands above the oldest message: the way to earlier ones, or how the channel begins and what to try.

import { h } from "./dom.js";
import { channel, nameOf, state } from "./store.js";

const beginning = document.getElementById("beginning");

/** Draws it; `loadEarlier` is for the button. */
export function draw(loadEarlier) {
  // The same content keeps its elements, and with them the focus.
  const look = JSON.stringify([state.place, state.earlier, state.commands.length, channel(state.place.channel)]);
  if (beginning.dataset.look === look) return;
  beginning.dataset.look = look;
  if (state.earlier) {
    const attributes = { type: "button", class: "button secondary", onclick: loadEarlier };
    beginning.replaceChildren(
      h("h2", { class: "unseen" }, "Messages"),
      h("button", attributes, "Show earlier messages"),
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
      points.map((point) => h("li", {}, startingPoint(point))),
    ),
    h("p", {}, "Or press ", h("kbd", {}, "/"), " to see all commands."),
  );
}

function startingPoint(point) {
  const options = point.options.map(([name, value]) => `${name}: ${value}`);
  const run = () => document.dispatchEvent(new CustomEvent("run", { detail: point }));
  return h(
    "button",
    { type: "button", onclick: run },
    h("strong", {}, point.title),
    h("code", {}, [`/${point.command}`, ...options].join(" ")),
  );
}
