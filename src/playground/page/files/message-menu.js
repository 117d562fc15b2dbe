// What one can do with a message: react, answer, change, delete, copy, begin a thread, and the bot's commands for it.

import { act } from "./api.js";
import { say } from "./live.js";
import { showMenu } from "./menu.js";
import { isOwn, isPrivate, preview, react } from "./message.js";
import { confirm } from "./dialog.js";
import { channel, dismiss, guild, state } from "./store.js";

const REACTIONS = ["👍", "❤️", "🎉", "🤔"];

/** Shows the menu of a message at a point or below an element. */
export function showMessageMenu(id, anchor) {
  const message = state.messages.get(id);
  if (!message) return;
  const groups = isPrivate(message)
    ? [{ items: forPrivate(message) }]
    : [{ items: reactions(message) }, { items: forPublic(message) }, { title: "Apps", items: apps(message) }];
  showMenu(anchor, groups, "Actions for the message");
}

function reactions(message) {
  if (!state.place.may.react) return [];
  const mine = (emoji) => message.reactions?.some((known) => known.emoji.name === emoji && known.me);
  return REACTIONS.map((emoji) => ({ label: `React ${emoji}`, run: () => react(message, emoji, mine(emoji)) }));
}

function forPublic(message) {
  const { may } = state.place;
  const own = isOwn(message);
  const inThread = channel(state.place.channel)?.thread;
  const tell = (event) => () => document.dispatchEvent(new CustomEvent(event, { detail: message }));
  return [
    may.send && { label: "Reply", run: tell("reply-to") },
    own && { label: "Edit message", run: tell("edit") },
    may.start_threads &&
      guild() &&
      !inThread &&
      !message.thread && { label: "Create thread", run: tell("name-thread") },
    ...copies(message),
    (own || may.manage_messages) && { label: "Delete message", danger: true, run: () => askToDelete(message) },
  ].filter(Boolean);
}

function forPrivate(message) {
  return [...copies(message), { label: "Dismiss message", run: () => dismiss(message.id) }];
}

function copies(message) {
  return [
    { label: "Copy text", run: () => copy(message.content || preview(message, Infinity)) },
    { label: "Copy message ID", run: () => copy(message.id) },
  ];
}

function apps(message) {
  const commands = state.commands.filter((command) => command.type === 3);
  const use = (name) =>
    document.dispatchEvent(new CustomEvent("use-on-message", { detail: { name, message: message.id } }));
  return commands.map(({ name }) => ({ label: name, run: () => use(name) }));
}

/** Deletes a message if one means it. */
export function askToDelete(message) {
  confirm({
    title: "Delete this message?",
    text: preview(message),
    button: "Delete",
    send: () => act(state.place, "delete", { message: message.id }),
  });
}

async function copy(words) {
  try {
    await navigator.clipboard.writeText(words);
    say("Copied.", "news");
  } catch {
    say("The browser does not let the page copy; select the text instead.", "problem");
  }
}
