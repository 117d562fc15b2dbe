// Marked-up text with the names of this world.

import { render as markdown } from "./markdown.js";
import { go } from "./navigate.js";
import { channel, nameOf, now, role, state } from "./store.js";

/** How markdown finds names and what its mentions do. */
const context = {
  user: (id) => (state.world.users[id] ? { name: nameOf(id) } : null),
  role: (id) => {
    const found = role(id);
    return found && { name: found.name.replace(/^@/, ""), color: found.color };
  },
  channel: (id) => channel(id),
  nowMs: now,
  onChannel: (id) => go({ channel: id }),
  onCommand: (name) => document.dispatchEvent(new CustomEvent("compose", { detail: `/${name} ` })),
};

export const text = (source, options = {}) => markdown(source ?? "", context, options);
