// The message box: plain messages, and the way into commands. Made for the keyboard first.

import { act } from "./api.js";
import { commandIn, matching, narrowed, slashCommands, splitOptions } from "./commands.js";
import { ask } from "./dialog.js";
import { createdMs, h, icon, uniqueId } from "./dom.js";
import { Filling } from "./filling.js";
import { say } from "./live.js";
import { ownLatest, toBottom } from "./log.js";
import { beingTyped, mentionable, readable, sendable } from "./mentions.js";
import { preview } from "./message.js";
import { askToDelete } from "./message-menu.js";
import { go } from "./navigate.js";
import { Picker } from "./picker.js";
import { lastCommand, run, runOnMember, runOnMessage } from "./run.js";
import { recall as recallKept, remember } from "./storage.js";
import { channel, guild, nameOf, on, placeKey, state } from "./store.js";

const MOST_LETTERS = 2000;
const CLOSED = "You do not have permission to send messages in this channel.";

const form = document.getElementById("composer");
const picker = new Picker();
const above = h("div", { class: "above" });
const hint = h("p", { class: "hint", id: uniqueId("hint"), role: "status" });
const write = h("textarea", {
  id: "write",
  rows: "1",
  "aria-label": "Message",
  "aria-autocomplete": "list",
  "aria-describedby": hint.id,
  spellcheck: "true",
  oninput: typed,
  onkeydown: pressed,
  onblur: (event) => picker.left(event),
  // The cursor may have left the mention that is being typed.
  onclick: () => offerMentions(write.value),
  onkeyup: (event) => ["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key) && offerMentions(write.value),
});
const box = h("div", { class: "box" });
const send = h(
  "button",
  { type: "submit", class: "plain send", "aria-label": "Send", title: "Send (Enter)" },
  icon("send"),
);
const slash = h(
  "button",
  {
    type: "button",
    class: "plain slash",
    "aria-label": "Commands",
    title: "Commands (/)",
    onclick: () => compose("/"),
  },
  icon("slash"),
);

/**
 * What is being written in a place: the text in the box, what was in it before an edit or a command took its place, the
 * message that is answered or edited, the command that is filled in.
 */
const nothing = () => ({ text: "", kept: "", answered: null, edited: null, filling: null });
let now = nothing();
/** The same in the places where one was before. */
const drafts = new Map();
/** The place that the box is for. */
let placeNow = null;

/** Where texts are kept that were not sent, so that a reload of the page does not lose them. */
const KEPT = "drafts";

export function start() {
  const texts = Object.entries(recallKept(KEPT, {}));
  for (const [place, text] of texts) drafts.set(place, { ...nothing(), text });
  addEventListener("pagehide", keepDrafts);
  form.append(picker.element, above, box, hint);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  on("place", moved);
  on("world", () => {
    // A channel may have got its name.
    write.placeholder = invitation();
  });
  on("messages", messagesWent);
  on("commands", () => {
    if (picker.isOpen() && picker.box === write) typed();
  });
  const events = {
    compose,
    run: (point) => {
      run(point.command, new Map(point.options.map(([name, value]) => [name, { text: value, value }])));
      focus();
    },
    "use-on-message": ({ name, message }) => runOnMessage(name, message),
    "use-on-member": ({ name, user }) => runOnMember(name, user),
    "reply-to": reply,
    edit,
    "name-thread": nameThread,
  };
  for (const [name, hear] of Object.entries(events)) document.addEventListener(name, (event) => hear(event.detail));
  document.addEventListener("keydown", typedElsewhere);
}

function keepDrafts() {
  if (placeNow) drafts.set(placeNow, { ...now, text: write.value });
  const texts = [...drafts].map(([place, draft]) => {
    // An edit is not kept, but what was being written before it.
    const text = draft.edited ? draft.kept : (draft.filling?.text() ?? draft.text);
    return [place, text || draft.kept];
  });
  remember(KEPT, Object.fromEntries(texts.filter(([, text]) => text)));
}

function focus() {
  if (now.filling) now.filling.focus();
  else write.focus();
}

/** Typing anywhere goes into the box, as long as nothing else takes text. */
function typedElsewhere(event) {
  const { target, key } = event;
  const shortcut = (event.ctrlKey || event.metaKey || event.altKey) && !event.getModifierState("AltGraph");
  if (key.length !== 1 || key === " " || shortcut) return;
  if (target.closest("input, textarea, select, dialog, [role=menu], [aria-expanded=true]")) return;
  focus();
}

function moved({ moved: elsewhere }) {
  if (!elsewhere && placeNow === placeKey()) {
    permissionsChanged();
    return;
  }
  const first = placeNow === null;
  if (!first) drafts.set(placeNow, { ...now, text: write.value });
  placeNow = placeKey();
  now = drafts.get(placeNow) ?? nothing();
  write.value = now.text;
  picker.hide();
  draw();
  // Where there is a keyboard one goes on typing; a phone would open its own.
  if (!first && matchMedia("(hover: hover)").matches && !document.querySelector("dialog")) focus();
}

/** What one may do here changed: what is being written stays. */
function permissionsChanged() {
  const { may } = state.place;
  const closed = box.classList.contains("closed");
  if (now.filling && !may.commands) putBack(now.filling.text());
  const had = form.contains(document.activeElement);
  if (closed !== (!may.send && !may.commands)) {
    draw();
    say(closed ? "You can write here again." : CLOSED);
    if (had) (closed ? write : document.getElementById("log")).focus();
  }
  write.placeholder = invitation();
}

/** What stands in the empty box. */
function invitation() {
  const here = channel(state.place.channel);
  const where = here ? (here.thread ? here.name : `#${here.name}`) : `@${nameOf(state.world?.bot.id)}`;
  return state.place.may.send ? `Message ${where}` : `Commands only in ${where}: press /`;
}

/** Draws the box for what is being done. */
function draw() {
  const { may } = state.place;
  const focused = box.contains(document.activeElement) ? document.activeElement : null;
  const closed = !may.send && !may.commands;
  box.classList.toggle("closed", closed);
  hint.textContent = "";
  above.replaceChildren();
  if (closed) {
    box.replaceChildren(h("p", { class: "no-send" }, CLOSED));
    return;
  }
  const { answered, edited } = now;
  if (answered) {
    const whom = h("strong", {}, nameOf(answered.author.id));
    above.append(bar(["Replying to ", whom, small(preview(answered))], "Do not reply", stopReplying));
  }
  if (edited) {
    above.append(bar(["Editing your message. ", small("Enter saves, Escape cancels.")], "Do not edit", stopEditing));
  }
  if (now.filling) {
    box.replaceChildren(now.filling.element, send);
    return;
  }
  write.placeholder = invitation();
  box.replaceChildren(slash, write, send);
  grow();
  // What is put in place anew loses the focus.
  if (focused?.isConnected && document.activeElement !== focused) focused.focus();
}

const small = (text) => h("span", { class: "preview" }, text);

function bar(content, label, close) {
  const button = { type: "button", class: "plain", "aria-label": label, onclick: close };
  return h("div", { class: "bar" }, h("p", {}, content), h("button", button, icon("close")));
}

function grow() {
  write.style.height = "auto";
  write.style.height = `${Math.min(write.scrollHeight, window.innerHeight * 0.4)}px`;
  const left = MOST_LETTERS - [...write.value].length;
  hint.classList.toggle("problem", left < 0);
  hint.textContent =
    left < 0 ? `The message is ${-left} characters too long.` : left < 200 ? `${left} characters left` : "";
}

function warn(sentence) {
  hint.textContent = sentence;
  hint.classList.add("problem");
}

// Plain text

function typed() {
  grow();
  const text = write.value;
  if (!now.edited && text.startsWith("/") && !text.includes("\n")) {
    const found = commandIn(text);
    if (found && text.length > found.command.path.length + 1) {
      enterCommand(found.command, asTyped(splitOptions(found.command, found.rest)));
    } else offerCommands(text.slice(1));
    return;
  }
  offerMentions(text);
}

const asTyped = (texts) => new Map([...texts].map(([name, text]) => [name, { text }]));

function offerCommands(letters) {
  const none = !state.place.may.commands
    ? "You may not use commands here."
    : slashCommands().length
      ? "There is no such command."
      : "The bot has no commands here; is it running?";
  picker.show(write, {
    title: "Commands",
    status: none,
    entries: matching(letters).map((command) => ({
      label: `/${command.path}`,
      description: command.description,
      command,
    })),
    pick: (entry) => enterCommand(entry.command, new Map()),
  });
}

function offerMentions(text) {
  if (text.startsWith("/") && !now.edited) return;
  const end = write.selectionStart;
  const mention = guild() && end === write.selectionEnd && beingTyped(text.slice(0, end));
  const entries = mention ? narrowed(mentionable(mention.sign), mention.letters) : [];
  if (!entries.length) {
    picker.hide();
    return;
  }
  picker.show(write, {
    title: mention.sign === "#" ? "Channels" : "Members and roles",
    entries,
    pick: (entry) => {
      const name = entry.label.replace(/^[@#]/, "");
      write.setRangeText(`${mention.sign}${name} `, end - mention.letters.length - 1, end, "end");
      picker.hide();
      grow();
    },
  });
}

function pressed(event) {
  // Keys of an input method are not ours; 229 is what some browsers say instead.
  if (event.isComposing || event.keyCode === 229) return;
  if (picker.key(event)) {
    event.preventDefault();
    return;
  }
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    submit();
  } else if (event.key === "ArrowUp" && !write.value && !now.edited) {
    event.preventDefault();
    recall();
  } else if (event.key === "Escape") {
    if (now.edited) stopEditing();
    else if (now.answered) stopReplying();
    else if (write.value.startsWith("/")) {
      restore();
      grow();
    } else toBottom();
  }
}

/** Arrow-up in an empty box: the last message to edit, or the last command again, whichever is newer. */
function recall() {
  const message = ownLatest();
  const command = lastCommand();
  if (command && (!message || createdMs(message.id) < command.at)) {
    const known = slashCommands().find((candidate) => candidate.path === command.path);
    if (known) enterCommand(known, command.given);
  } else if (message) edit(message);
}

function edit(message) {
  // What was being written comes back afterwards.
  const kept = now.edited ? now.kept : inTheBox();
  leaveCommand();
  now = { ...now, kept, edited: message };
  write.value = readable(message.content);
  draw();
  write.focus();
  write.setSelectionRange(write.value.length, write.value.length);
}

function stopEditing() {
  now.edited = null;
  restore();
  draw();
  write.focus();
}

function reply(message) {
  if (now.filling) putBack(now.filling.text());
  if (now.edited) stopEditing();
  now.answered = message;
  draw();
  write.focus();
}

function stopReplying() {
  now.answered = null;
  draw();
  write.focus();
}

/** Begins a command, or anything else, in the place of what is being written, which comes back afterwards. */
function compose(text) {
  if (now.edited) stopEditing();
  const before = inTheBox();
  leaveCommand();
  draw();
  now.kept = before.startsWith("/") ? now.kept : before;
  write.value = text;
  write.focus();
  write.setSelectionRange(text.length, text.length);
  typed();
}

const inTheBox = () => now.filling?.text() ?? write.value;

/** What was kept is in the box again. */
function restore() {
  write.value = now.kept;
  now.kept = "";
}

/** Plain text instead of the command that is filled in. */
function putBack(text) {
  leaveCommand();
  draw();
  write.value = text;
  grow();
}

async function submit() {
  if (now.filling) {
    now.filling.submit();
    return;
  }
  const raw = write.value;
  const text = raw.trim();
  if (now.edited && !text) {
    const { edited } = now;
    stopEditing();
    askToDelete(edited);
    return;
  }
  if (!text || [...text].length > MOST_LETTERS) return;
  if (raw.startsWith("/") && !now.edited) {
    const found = commandIn(text);
    if (found) enterCommand(found.command, asTyped(splitOptions(found.command, found.rest)));
    else {
      picker.hide();
      warn(`There is no command ${text.split(/\s/)[0]}. Begin with a space to send it as text.`);
    }
    return;
  }
  if (!state.place.may.send) {
    warn("You may use commands here, but not write.");
    return;
  }
  const [from, before, { place }] = [placeNow, { ...now }, state];
  const [what, values] = before.edited
    ? ["edit", { message: before.edited.id, text: sendable(text) }]
    : ["message", { text: sendable(text), ...(before.answered ? { message: before.answered.id } : {}) }];
  picker.hide();
  if (!before.edited) now.answered = null;
  now.edited = null;
  restore();
  draw();
  write.focus();
  try {
    await act(place, what, values);
    if (placeNow === from) toBottom();
  } catch (error) {
    giveBack(from, raw, before);
    say(error.message, "problem");
  }
}

/** What could not be sent is in the box again where it was written, in front of what was written there since. */
function giveBack(place, text, before) {
  const isHere = place === placeNow;
  const there = isHere ? now : (drafts.get(place) ?? nothing());
  const since = isHere ? write.value : there.text;
  if (there.filling || there.edited) {
    // It comes when that is done.
    there.kept = joined(text, there.kept);
    if (!isHere) drafts.set(place, there);
    return;
  }
  if (before.edited && state.messages.has(before.edited.id) && since === before.kept) {
    Object.assign(there, { kept: before.kept, edited: before.edited, text });
  } else {
    Object.assign(there, { answered: there.answered ?? before.answered, text: joined(text, since) });
  }
  if (!isHere) {
    drafts.set(place, there);
    return;
  }
  write.value = there.text;
  draw();
}

const joined = (first, second) => [first, second].filter(Boolean).join("\n");

/** The message that one answers or edits may go meanwhile. */
function messagesWent({ all, gone = [] }) {
  const isGone = (message) => message && (all ? !state.messages.has(message.id) : gone.includes(message.id));
  if (isGone(now.edited)) {
    const text = write.value;
    stopEditing();
    write.value = joined(text, write.value);
    grow();
    warn("The message that you edited was deleted. What you wrote is here.");
  } else if (isGone(now.answered) && !all) {
    stopReplying();
    warn("The message that you answered was deleted.");
  }
}

// Commands

function enterCommand(command, given) {
  picker.hide();
  now = { ...nothing(), kept: now.kept };
  write.value = "";
  const leave = (text) => {
    putBack(text);
    if (!text) restore();
    grow();
    write.focus();
  };
  now.filling = new Filling(command, given, {
    picker,
    hint,
    leave,
    send: (path, values) => {
      leave("");
      run(path, values);
    },
  });
  draw();
  now.filling.focus();
}

function leaveCommand() {
  if (!now.filling) return;
  now.filling = null;
  picker.hide();
}

function nameThread(message) {
  ask({
    title: "Create a thread",
    label: "Thread name",
    most: 100,
    value: preview(message, 40).replace(/…$/, "").trim(),
    button: "Create thread",
    send: async (name) => {
      const made = await act(state.place, "start_thread", { message: message.id, name });
      return () => go({ channel: made.thread });
    },
  });
}
