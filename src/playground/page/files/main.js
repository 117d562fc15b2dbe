// Ties the parts of the page together: one stream for who is where, whose events change what is known and drawn.

import { people, stream } from "./api.js";
import * as composer from "./composer.js";
import { say } from "./live.js";
import * as log from "./log.js";
import { closeMenu } from "./menu.js";
import { addressOf, fromAddress, onMove } from "./navigate.js";
import * as notices from "./notices.js";
import * as sidebar from "./sidebar.js";
import { changed, channel, markSeen, nameOf, setClock, state } from "./store.js";

/** The stream that is open. */
let source = null;
/** Where one wants to be: `as`, `guild` (`null` for direct messages) and `channel`, as far as it matters. */
let wanted = null;
/** Whether the address is to change with the next place, because one went there. */
let pushing = false;

const hear = {
  clock: ({ now_ms: nowMs }) => setClock(nowMs),
  place(place) {
    const before = state.place;
    state.place = place;
    const moved = !before || before.channel !== place.channel || before.as !== place.as;
    if (moved) {
      const address = addressOf(place);
      if (pushing && address !== location.search) history.pushState(null, "", address);
      else history.replaceState(null, "", address);
      if (before && !pushing) sayWhereOneIs();
      pushing = false;
      wanted = { as: place.as, guild: place.guild, channel: place.guild ? place.channel : "@" };
    }
    if (state.world) changed("place", { moved });
  },
  world(world) {
    const first = !state.world;
    state.world = world;
    if (first) {
      changed("place", { moved: true });
      document.body.classList.add("ready");
    } else changed("world");
  },
  latest(latest) {
    state.latest = latest;
    changed("latest");
  },
  commands(commands) {
    state.commands = commands;
    changed("commands");
  },
  notice: notices.hear,
  messages({ all, list, gone = [], earlier }) {
    const ids = list.map((message) => message.id);
    if (all) state.messages = new Map();
    for (const message of list) state.messages.set(message.id, message);
    for (const id of gone) state.messages.delete(id);
    if (earlier !== undefined) state.earlier = earlier;
    if (all) changed("messages", { all: true });
    else if (earlier !== undefined) changed("messages", { earlier: ids });
    else changed("messages", { changed: ids, gone });
  },
};

/** One was moved without having asked for it, for instance because the channel is gone. */
function sayWhereOneIs() {
  const here = channel(state.place.channel);
  say(here ? `You are in #${here.name} now.` : "You are in your direct messages now.", "news");
}

function open(where) {
  source?.close();
  closeMenu(false);
  wanted = where;
  source = stream(where, {
    tell: (name, data) => hear[name](data),
    lost(isLost) {
      if (state.connected === !isLost) return;
      state.connected = !isLost;
      notices.connection(isLost);
      say(isLost ? "The connection to the playground is lost." : "Connected again.");
    },
    async unknown() {
      const known = await people();
      const other = known.includes("ada") ? "ada" : known[0];
      say(`There is nobody called ${where.as} here${other ? `; you are ${other}` : ""}.`, "problem");
      if (other && other !== where.as) open({ as: other, guild: null, channel: null });
    },
  });
}

onMove((where) => {
  const next = { as: state.place.as, guild: state.place.guild, channel: state.place.channel, ...where };
  if (next.guild === null) next.channel = "@";
  else if (where.channel) {
    const holds = (known) => known.channels.some((candidate) => candidate.id === where.channel);
    next.guild = state.world.guilds.find(holds)?.id ?? next.guild;
  }
  if (next.as === wanted.as && next.guild === wanted.guild && next.channel === wanted.channel) return;
  pushing = true;
  if (where.as) say(`You are ${nameOf(state.world.people.find((person) => person.username === where.as)?.id)} now.`);
  open(next);
});

addEventListener("popstate", () => open(fromAddress()));
addEventListener("focus", () => {
  if (state.place && log.isFollowing()) markSeen();
});

sidebar.start();
log.start({ askEarlier: () => source.earlier() });
composer.start();
open(fromAddress());
