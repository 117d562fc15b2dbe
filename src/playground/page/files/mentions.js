// Mentions as people write them, such as @Ada and #quiz, and as Discord keeps them, such as <@1>.

import { channels, members, roles } from "./select.js";
import { channel, nameOf, role } from "./store.js";

/** Whom and what one can mention: entries for a list. Not everyone at once, as that needs a permission. */
export function mentionable(sign) {
  return sign === "#" ? channels() : [...members(), ...roles().filter((known) => known.label !== "@everyone")];
}

/** The mention that is being typed at the end of a text: its sign and the letters behind it. */
export function beingTyped(text) {
  const found = /(?:^|\s)([@#])([\p{L}\p{N}_-]*)$/u.exec(text);
  return found && { sign: found[1], letters: found[2] };
}

/** Code, in which nothing is a mention. */
const CODE = /(```[\s\S]*?```|`[^`\n]+`)/;

/** People's mentions into Discord's. */
export function sendable(text) {
  const names = [
    ...members().map((member) => [`@${member.label}`, `<@${member.value}>`]),
    ...members().map((member) => [`@${member.description}`, `<@${member.value}>`]),
    ...mentionable("@")
      .filter((known) => known.role)
      .map((known) => [known.label, `<@&${known.value}>`]),
    ...channels().map((known) => [known.label, `<#${known.value}>`]),
  ].sort(([a], [b]) => b.length - a.length);
  const replaced = (part, [name, mention]) => {
    const literal = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    return part.replace(new RegExp(`(^|\\s)${literal}(?![\\p{L}\\p{N}_])`, "gu"), (_, before) => before + mention);
  };
  // Of the parts every second one is code.
  const parts = text.split(CODE);
  return parts.map((part, place) => (place % 2 ? part : names.reduce(replaced, part))).join("");
}

/** Discord's mentions into people's. */
export function readable(text) {
  return text
    .replace(/<@!?(\d+)>/g, (_, id) => `@${nameOf(id)}`)
    .replace(/<@&(\d+)>/g, (_, id) => `@${role(id)?.name ?? id}`)
    .replace(/<#(\d+)>/g, (_, id) => `#${channel(id)?.name ?? id}`);
}
