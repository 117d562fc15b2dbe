// The bot's commands as one types them: found by name, with options that are filled in one by one.

import { state } from "./store.js";
import { channels, members, roles } from "./select.js";

const SUB = 1;
const GROUP = 2;

/** All slash commands with their sub-commands: `{ path, description, options }`, by name. */
export function slashCommands() {
  const found = [];
  const walk = (command, path) => {
    const options = command.options ?? [];
    const inner = options.filter((option) => option.type === SUB || option.type === GROUP);
    if (inner.length) inner.forEach((option) => walk(option, `${path} ${option.name}`));
    else found.push({ path, description: command.description, options });
  };
  state.commands.filter((command) => command.type === 1).forEach((command) => walk(command, command.name));
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Commands for what was typed behind the slash: those that begin so first, then those that hold it. */
export function matching(typed) {
  const wanted = typed.trim().toLowerCase();
  const rank = (command) => {
    if (command.path.startsWith(wanted)) return 0;
    if (command.path.split(" ").some((word) => word.startsWith(wanted))) return 1;
    if (command.path.includes(wanted)) return 2;
    return command.description.toLowerCase().includes(wanted) ? 3 : 4;
  };
  return slashCommands()
    .map((command) => [rank(command), command])
    .filter(([place]) => place < 4)
    .sort(([a], [b]) => a - b)
    .map(([, command]) => command);
}

/** The command at the beginning of a text such as `/quiz start questions: 5`, and what stands behind it. */
export function commandIn(text) {
  if (!text.startsWith("/")) return null;
  const rest = text.slice(1);
  const fits = slashCommands().filter((command) => rest === command.path || rest.startsWith(`${command.path} `));
  const command = fits.sort((a, b) => b.path.length - a.path.length)[0];
  return command && { command, rest: rest.slice(command.path.length + 1) };
}

/** `name: value` pairs of a text, cut at the names of options. What stands before the first belongs to the first required option. */
export function splitOptions(command, text) {
  const cuts = [];
  for (const option of command.options) {
    const match = new RegExp(`(^|\\s)${option.name}:`).exec(text);
    if (match) cuts.push({ option, from: match.index, to: match.index + match[0].length });
  }
  cuts.sort((a, b) => a.from - b.from);
  const values = new Map();
  const leading = text.slice(0, cuts[0]?.from ?? text.length).trim();
  const first = command.options.find((option) => option.required && !cuts.some((cut) => cut.option === option));
  if (leading && first) values.set(first.name, leading);
  cuts.forEach((cut, place) =>
    values.set(cut.option.name, text.slice(cut.to, cuts[place + 1]?.from ?? text.length).trim()),
  );
  return values;
}

/** What an option offers without asking the bot: `{ value, label }`; `null` for free text and numbers. */
export function offered(option) {
  if (option.choices?.length)
    return option.choices.map((choice) => ({ value: String(choice.value), label: choice.name }));
  switch (option.type) {
    case 5:
      return [
        { value: "true", label: "True" },
        { value: "false", label: "False" },
      ];
    case 6:
      return members();
    case 7:
      return channels(option.channel_types);
    case 8:
      return roles();
    case 9:
      return [...members(), ...roles()];
    default:
      return null;
  }
}

/** Entries that fit what was typed, the ones that begin so first. */
export function narrowed(entries, typed) {
  const wanted = fold(typed.replace(/^[@#]/, ""));
  const rank = (entry) => {
    const label = fold(entry.label.replace(/^[@#]/, ""));
    if (label.startsWith(wanted)) return 0;
    return label.includes(wanted) || fold(entry.description ?? "").includes(wanted) ? 1 : 2;
  };
  return entries
    .map((entry) => [rank(entry), entry])
    .filter(([place]) => place < 2)
    .sort(([a], [b]) => a - b)
    .map(([, entry]) => entry);
}

function fold(text) {
  return text
    .trim()
    .toLowerCase()
    .normalize("NFD")
    .replace(/\p{Mn}/gu, "");
}

/** Why a text cannot be the value of an option, as Discord's client says it; `null` when it can. */
export function problemOf(option, text, chosen) {
  if (!text) return option.required ? "This option is required. Specify a value." : null;
  if (chosen !== null) return null;
  const entries = offered(option);
  if (entries) return exact(entries, text) ? null : "Choose one of the list.";
  const length = [...text].length;
  if (option.type === 3) {
    if (length < (option.min_length ?? 0)) return `Write at least ${option.min_length} characters.`;
    const most = option.max_length ?? 6000;
    return length > most ? `Write at most ${most} characters; that is ${length}.` : null;
  }
  if (option.type === 4 || option.type === 10) {
    const number = Number(text);
    if (!Number.isFinite(number) || (option.type === 4 && !Number.isInteger(number)))
      return option.type === 4 ? "Write a whole number." : "Write a number.";
    if (number < (option.min_value ?? -Infinity)) return `Write a number of at least ${option.min_value}.`;
    return number > (option.max_value ?? Infinity) ? `Write a number of at most ${option.max_value}.` : null;
  }
  return "This page cannot send files.";
}

/** The entry whose name or value the text is. */
export function exact(entries, text) {
  const wanted = text.replace(/^[@#]/, "").toLowerCase();
  return (
    entries.find((entry) => entry.label.replace(/^[@#]/, "").toLowerCase() === wanted || entry.value === text) ?? null
  );
}
