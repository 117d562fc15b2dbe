// Marked-up text with the names of this world: drawn, or in plain words.

import { parse, render } from "./markdown.js";
import { go } from "./navigate.js";
import { channel, nameOf, now, role, state } from "./store.js";
import { formatTime } from "./time.js";

/** How marked-up text finds names, and what its mentions do. */
const context = {
  user: (id) => (state.world.users[id] ? { name: nameOf(id) } : null),
  role: (id) => role(id) && { name: roleName(id), color: role(id).color },
  channel: (id) => channel(id),
  nowMs: now,
  onChannel: (id) => go({ channel: id }),
  onCommand: (name) => document.dispatchEvent(new CustomEvent("compose", { detail: `/${name} ` })),
};

const roleName = (id) => role(id)?.name.replace(/^@/, "") ?? "unknown-role";

export const text = (source, options = {}) => render(source ?? "", context, options);

/** The same in plain words, on one line. What is hidden stays hidden. */
export function plain(source) {
  return words(parse(source ?? ""))
    .replace(/\s+/g, " ")
    .trim();
}

function words(nodes) {
  return nodes.map(word).join("");
}

function word(node) {
  switch (node.type) {
    case "text":
    case "code":
    case "everyone":
      return node.text;
    case "codeblock":
      return ` ${node.text} `;
    case "spoiler":
      return "(spoiler)";
    case "heading":
    case "quote":
    case "subtext":
      return ` ${words(node.children)} `;
    case "list":
      return node.items.map((item) => ` ${words(item)} `).join("");
    case "user":
      return `@${state.world.users[node.id] ? nameOf(node.id) : "unknown-user"}`;
    case "role":
      return `@${roleName(node.id)}`;
    case "channel":
      return `#${channel(node.id)?.name ?? "unknown"}`;
    case "command":
      return `/${node.name}`;
    case "emoji":
      return `:${node.name}:`;
    case "time":
      return formatTime(node.seconds, node.style, now());
    default:
      return words(node.children ?? []);
  }
}
