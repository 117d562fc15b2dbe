// What stands around the messages: servers, channels, members, who one is, and the line above the channel.

import { avatar, h, icon } from "./dom.js";
import { channel, guild, isUnread, nameOf, on, state } from "./store.js";
import { addressOf, go } from "./navigate.js";
import * as panels from "./panels.js";
import { showMenu } from "./menu.js";

const TEXT_KINDS = new Set([0, 5, 10, 11, 12]);

export function start() {
  on("place", drawAll);
  on("world", drawAll);
  on("commands", () => state.world && drawPeople());
  on("latest", () => {
    if (!state.world) return;
    drawGuilds();
    drawChannels();
    drawTitle();
  });
  on("panels", () => state.world && drawTop());
  document.getElementById("close-drawer").replaceWith(closeButton("Close servers and channels"));
  panels.start();
}

/** Closes a panel that lies over the messages. */
function closeButton(label) {
  const attributes = { type: "button", class: "plain panel-close", "data-key": "close", "aria-label": label };
  return h("button", { ...attributes, onclick: panels.close }, icon("close"));
}

function drawAll() {
  drawTitle();
  drawGuilds();
  drawChannels();
  drawMe();
  drawTop();
  drawPeople();
}

/** Draws anew, with the focus on the element that takes the place of the focused one. */
function replace(parent, ...children) {
  const key = parent.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  parent.replaceChildren(...children.filter(Boolean));
  if (key) [...parent.querySelectorAll("[data-key]")].find((element) => element.dataset.key === key)?.focus();
}

function drawTitle() {
  const here = channel(state.place.channel);
  const name = here ? (here.thread ? here.name : `#${here.name}`) : "Direct messages";
  document.title = `${Object.keys(state.latest).some(isUnread) ? "• " : ""}${name} – Backroad playground`;
}

function drawGuilds() {
  const here = state.place.guild;
  const initials = (name) =>
    name
      .split(/\s+/)
      .map((word) => word[0])
      .join("")
      .slice(0, 3);
  const unread = (known) => known.channels.some((candidate) => isUnread(candidate.id));
  replace(
    document.getElementById("guilds"),
    h(
      "ul",
      {},
      h(
        "li",
        {},
        h(
          "button",
          {
            type: "button",
            class: "guild",
            "data-key": "@",
            "aria-label": "Direct messages",
            title: "Direct messages",
            "aria-current": here ? null : "true",
            onclick: () => go({ guild: null, channel: "@" }),
          },
          icon("message"),
        ),
      ),
      state.world.guilds.map((known) =>
        h(
          "li",
          { class: unread(known) ? "unread" : "" },
          h(
            "button",
            {
              type: "button",
              class: "guild",
              "data-key": known.id,
              title: known.name,
              "aria-current": known.id === here ? "true" : null,
              onclick: () => go({ guild: known.id, channel: null }),
            },
            h("span", { "aria-hidden": "true" }, initials(known.name)),
            h("span", { class: "unseen" }, unread(known) ? `${known.name}, unread messages` : known.name),
          ),
        ),
      ),
    ),
  );
}

function drawChannels() {
  const here = guild();
  const title = h("h2", {}, here?.name ?? "Direct messages");
  if (!here) {
    const bot = nameOf(state.world.bot.id);
    replace(
      document.getElementById("channels"),
      title,
      h(
        "ul",
        {},
        h(
          "li",
          {},
          h(
            "button",
            {
              type: "button",
              class: "channel",
              "data-key": "@",
              "aria-current": "page",
              onclick: panels.close,
            },
            avatar(bot, true, "tiny"),
            bot,
          ),
        ),
      ),
    );
    return;
  }
  const rows = [];
  const categories = here.channels.filter((known) => known.type === 4);
  const plain = here.channels.filter((known) => TEXT_KINDS.has(known.type) && !known.thread);
  const add = (known) => {
    rows.push(row(known));
    here.channels
      .filter((thread) => thread.thread && thread.parent === known.id)
      .forEach((thread) => rows.push(row(thread)));
  };
  plain.filter((known) => !categories.some((category) => category.id === known.parent)).forEach(add);
  for (const category of categories) {
    rows.push(h("li", { class: "category" }, category.name));
    plain.filter((known) => known.parent === category.id).forEach(add);
  }
  replace(document.getElementById("channels"), title, h("ul", {}, rows));
}

function row(known) {
  const unread = isUnread(known.id);
  const kind = known.thread ? "thread" : "channel";
  const notes = [kind, unread ? "unread" : null, known.read_only ? "read only" : null].filter(Boolean).join(", ");
  return h(
    "li",
    { class: known.thread ? "in-channel" : "" },
    h(
      "button",
      {
        type: "button",
        class: `channel ${unread ? "unread" : ""}`,
        "data-key": known.id,
        "aria-label": `${known.name}, ${notes}`,
        "aria-current": known.id === state.place.channel ? "page" : null,
        onclick: () => {
          panels.close();
          go({ channel: known.id });
        },
      },
      icon(known.thread ? "thread" : "hash"),
      h("span", { class: "channel-name" }, known.name),
      known.read_only ? icon("lock") : null,
    ),
  );
}

function drawMe() {
  const me = state.world.people.find((person) => person.id === state.place.user);
  const button = h(
    "button",
    {
      type: "button",
      class: "me",
      "data-key": "me",
      "aria-haspopup": "menu",
      title: "Be somebody else",
      onclick: () =>
        showMenu(
          button,
          [
            {
              title: "Be somebody else",
              items: state.world.people.map((person) => ({
                label: h(
                  "span",
                  { class: "person-item" },
                  avatar(person.name, false, "small"),
                  h("span", {}, h("strong", {}, person.name), h("span", { class: "standing" }, person.standing)),
                  person.id === me.id ? "✓" : "",
                ),
                run: () => {
                  panels.close();
                  go({ as: person.username });
                },
              })),
            },
            {
              items: [
                {
                  label: "Open a second window",
                  run: () => window.open(secondWindow(me), "_blank", "noopener"),
                },
              ],
            },
          ],
          "Who you are",
        ),
    },
    avatar(me.name, false, "small"),
    h(
      "span",
      { class: "me-name" },
      h("span", { class: "unseen" }, "You are "),
      h("strong", {}, me.name),
      h("span", { class: "standing" }, me.standing),
    ),
    icon("down"),
  );
  replace(document.getElementById("me"), button);
}

/** The address of the same channel for somebody else. */
function secondWindow(me) {
  return addressOf({ ...state.place, as: me.username === "ada" ? "ben" : "ada" });
}

/** Why the bot does not answer here, if that can be told. */
function trouble() {
  if (!state.world.bot.online) return "The bot is offline";
  if (guild()?.outage) return "This server has an outage";
  return guild() && !guild().has_bot ? "The bot is not in this server" : null;
}

function drawTop() {
  const here = channel(state.place.channel);
  const parent = here?.thread ? channel(here.parent) : null;
  const theme = effectiveTheme();
  replace(
    document.getElementById("top"),
    h(
      "button",
      {
        type: "button",
        id: "drawer-button",
        class: "plain",
        "data-key": "drawer",
        "aria-label": "Servers and channels",
        "aria-expanded": String(panels.drawerIsOpen()),
        onclick: panels.openDrawer,
      },
      icon("menu"),
    ),
    h(
      "h1",
      {},
      parent
        ? [
            h(
              "button",
              { type: "button", class: "crumb", "data-key": "crumb", onclick: () => go({ channel: parent.id }) },
              `#${parent.name}`,
            ),
            h("span", { "aria-hidden": "true" }, " › "),
          ]
        : null,
      here ? icon(here.thread ? "thread" : "hash") : icon("message"),
      h("span", {}, here?.name ?? nameOf(state.world.bot.id)),
    ),
    h("p", { class: "topic" }, here?.topic ?? ""),
    trouble() && h("span", { class: "offline", role: "status" }, trouble()),
    h(
      "button",
      {
        type: "button",
        class: "plain",
        "data-key": "theme",
        "aria-label": theme === "dark" ? "Light theme" : "Dark theme",
        title: theme === "dark" ? "Light theme" : "Dark theme",
        onclick: () => {
          const next = effectiveTheme() === "dark" ? "light" : "dark";
          document.documentElement.dataset.theme = next;
          try {
            localStorage.setItem("theme", next);
          } catch {
            // Where the browser forbids it, the choice lasts until the page is left.
          }
          drawTop();
        },
      },
      icon(theme === "dark" ? "sun" : "moon"),
    ),
    h(
      "button",
      {
        type: "button",
        class: "plain people-button",
        "data-key": "people",
        "aria-label": "Members",
        title: "Members",
        "aria-pressed": String(panels.peopleAreShown()),
        onclick: panels.togglePeople,
      },
      icon("people"),
    ),
  );
}

function effectiveTheme() {
  return (
    document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark")
  );
}

/** Members by their highest role, as Discord lists them. */
function drawPeople() {
  const here = guild();
  const all = here?.members ?? [
    { id: state.place.user, roles: [] },
    { id: state.world.bot.id, roles: [] },
  ];
  const groups = new Map();
  for (const member of all) {
    const user = state.world.users[member.id];
    const highest = here?.roles
      .filter((role) => member.roles.includes(role.id))
      .sort((a, b) => b.position - a.position)[0];
    const group = user?.bot ? "Bots" : (highest?.name ?? "Members");
    groups.set(group, {
      rank: user?.bot ? -1 : (highest?.position ?? 0),
      ids: [...(groups.get(group)?.ids ?? []), member.id],
    });
  }
  const sorted = [...groups].sort(([, a], [, b]) => b.rank - a.rank);
  replace(
    document.getElementById("people"),
    closeButton("Close the members"),
    ...sorted.map(([name, { ids }]) =>
      h("section", {}, h("h2", {}, `${name} – ${ids.length}`), h("ul", {}, ids.map(person))),
    ),
  );
}

function person(id) {
  const user = state.world.users[id];
  const commands = state.commands.filter((command) => command.type === 2);
  const content = [
    avatar(nameOf(id), user?.bot, "small"),
    h("span", {}, nameOf(id)),
    user?.bot ? h("span", { class: "tag" }, "APP") : null,
  ];
  if (!commands.length) return h("li", { class: "person" }, content);
  const button = h(
    "button",
    {
      type: "button",
      class: "person",
      "data-key": id,
      "aria-haspopup": "menu",
      onclick: () =>
        showMenu(
          button,
          [
            {
              title: "Apps",
              items: commands.map((command) => ({
                label: command.name,
                run() {
                  panels.close();
                  const detail = { name: command.name, user: user.username };
                  document.dispatchEvent(new CustomEvent("use-on-member", { detail }));
                },
              })),
            },
          ],
          `Commands for ${nameOf(id)}`,
        ),
    },
    content,
  );
  return h("li", {}, button);
}
