// Ties the parts of the page together: one stream for who is where, whose events change what is known and drawn.

import { h, icon } from "./dom.js";
import { stream } from "./api.js";
import { addressOf, fromAddress, onMove } from "./navigate.js";
import { changed, isUnread, markSeen, nameOf, setClock, state } from "./store.js";
import * as composer from "./composer.js";
import * as log from "./log.js";
import * as sidebar from "./sidebar.js";
import { closeMenu } from "./menu.js";
import { say } from "./live.js";

/** Closes the stream. */
let close = () => {};
/** The number of the newest notice that came; `null` before the first look. */
let noticesHeard = null;
/** Whether the address is to change with the next place. */
let pushing = false;

const hear = {
  clock: ({ now_ms: nowMs }) => setClock(nowMs),
  place(place) {
    const before = state.place;
    state.place = place;
    if (!before || before.channel !== place.channel || before.as !== place.as) {
      const address = addressOf(place);
      if (pushing && address !== location.search) history.pushState(null, "", address);
      else history.replaceState(null, "", address);
      pushing = false;
      state.pending = [];
      state.failures.clear();
    }
    if (state.world) changed("place");
  },
  world(world) {
    const first = !state.world;
    state.world = world;
    changed(first ? "place" : "world");
    if (first) document.body.classList.add("ready");
  },
  latest(latest) {
    state.latest = latest;
    changed("latest");
    document.title = `${Object.keys(latest).some(isUnread) ? "• " : ""}${document.title.replace(/^• /, "")}`;
  },
  commands(commands) {
    state.commands = commands;
    changed("commands");
    changed("world");
  },
  notice(notice) {
    // Good news passes by, unless it is old; problems stay until they are mended or closed.
    const isNew = noticesHeard !== null && (notice?.number ?? 0) > noticesHeard;
    if (notice?.kind === "news" && isNew) say(notice.title, "news");
    noticesHeard = Math.max(noticesHeard ?? 0, notice?.number ?? 0);
    state.notice = notice?.kind === "problem" ? notice : null;
    drawNotices();
  },
  messages({ all, list, gone = [], earlier = false }) {
    if (all) {
      state.messages = new Map(list.map((message) => [message.id, message]));
      state.earlier = earlier;
      changed("messages", { all: true });
      return;
    }
    for (const message of list) state.messages.set(message.id, message);
    for (const id of gone) state.messages.delete(id);
    changed("messages", { changed: list.map((message) => message.id), gone });
  },
};

function open(where) {
  close();
  closeMenu(false);
  close = stream(
    where,
    (name, data) => hear[name](data),
    (lost) => {
      if (state.connected === !lost) return;
      state.connected = !lost;
      drawNotices();
      say(lost ? "The connection to the playground is lost." : "Connected again.");
    },
  );
}

/** What the page says above everything: the connection, and the content's problems. */
function drawNotices() {
  const rows = [];
  if (!state.connected)
    rows.push(
      h(
        "div",
        { class: "notice problem", role: "alert" },
        icon("warning"),
        h(
          "p",
          {},
          "The playground does not answer. Start it again with ",
          h("code", {}, "backroad playground"),
          "; this page then goes on by itself.",
        ),
      ),
    );
  const { notice } = state;
  if (notice && sessionStorage.getItem("notice") !== JSON.stringify(notice)) {
    rows.push(
      h(
        "div",
        { class: `notice ${notice.kind}`, role: notice.kind === "problem" ? "alert" : "status" },
        notice.kind === "problem" ? icon("warning") : null,
        h(
          "div",
          {},
          h("p", {}, notice.title),
          notice.lines.length
            ? h(
                "ul",
                {},
                notice.lines.map((line) => h("li", {}, h("code", {}, line))),
              )
            : null,
        ),
        h(
          "button",
          {
            type: "button",
            class: "plain",
            "aria-label": "Close this notice",
            onclick: () => {
              sessionStorage.setItem("notice", JSON.stringify(notice));
              drawNotices();
            },
          },
          icon("close"),
        ),
      ),
    );
  }
  document.getElementById("notices").replaceChildren(...rows);
}

onMove((where) => {
  const next = { as: state.place.as, guild: state.place.guild, channel: state.place.channel, ...where };
  if (next.guild === null) next.channel = "@";
  else if (where.channel && where.channel !== "@") {
    const holder = state.world.guilds.find((known) =>
      known.channels.some((candidate) => candidate.id === where.channel),
    );
    next.guild = holder?.id ?? next.guild;
  }
  pushing = true;
  if (where.as) say(`You are ${nameOf(state.world.people.find((person) => person.username === where.as)?.id)} now.`);
  open(next);
});

addEventListener("popstate", () => open(fromAddress()));
addEventListener("focus", () => {
  if (state.place && log.isFollowing()) markSeen();
});

sidebar.start();
log.start();
composer.start();
open(fromAddress());
