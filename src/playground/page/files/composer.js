// The message box: plain messages, and the way into commands. Made for the keyboard first.

import { act } from "./api.js";
import { commandIn, matching, narrowed, slashCommands, splitOptions } from "./commands.js";
import { createdMs, h, icon, uniqueId } from "./dom.js";
import { Filling } from "./filling.js";
import { say } from "./live.js";
import { ownLatest, toBottom } from "./log.js";
import { beingTyped, mentionable, readable, sendable } from "./mentions.js";
import { preview } from "./message.js";
import { ask } from "./modal.js";
import { go } from "./navigate.js";
import { Picker } from "./picker.js";
import { lastCommand, run, runOnMessage } from "./run.js";
import { channel, guild, nameOf, on, state } from "./store.js";

const MOST_LETTERS = 2000;

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
  onblur: () => picker.hide(),
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

/** The command that is being filled in. */
let filling = null;
/** The message that is answered, or edited. */
let answered = null;
let edited = null;
/** What was typed and not sent, by channel. */
const drafts = new Map();
let placeNow = null;

export function start() {
  form.append(picker.element, above, box, hint);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  on("place", moved);
  on("world", () => {
    // A channel may have got its name.
    if (!filling) write.placeholder = invitation();
  });
  on("commands", () => {
    if (picker.isOpen() && picker.box === write) typed();
  });
  document.addEventListener("compose", (event) => compose(event.detail));
  document.addEventListener("run", (event) => {
    const point = event.detail;
    run(point.command, new Map(point.options));
    write.focus();
  });
  document.addEventListener("use-on-message", (event) => runOnMessage(event.detail.name, event.detail.message));
  document.addEventListener("reply-to", (event) => reply(event.detail));
  document.addEventListener("edit", (event) => edit(event.detail));
  document.addEventListener("name-thread", (event) => nameThread(event.detail));
  document.addEventListener("keydown", typedElsewhere);
}

/** Typing anywhere goes into the box, as long as nothing else takes text. */
function typedElsewhere(event) {
  const { target, key } = event;
  if (key.length !== 1 || key === " " || event.ctrlKey || event.metaKey || event.altKey) return;
  if (target.closest("input, textarea, select, dialog, [role=menu], [aria-expanded=true]")) return;
  (filling?.end.input ?? write).focus();
}

function moved() {
  const focused = form.contains(document.activeElement) ? document.activeElement : null;
  const key = `${state.place.as}/${state.place.channel}`;
  if (placeNow !== key) {
    if (placeNow) drafts.set(placeNow, write.value);
    placeNow = key;
    leaveCommand();
    answered = null;
    edited = null;
    write.value = drafts.get(key) ?? "";
  }
  draw();
  // Who is typing goes on typing.
  if (focused && document.activeElement !== focused) (focused.isConnected ? focused : write).focus();
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
  box.classList.toggle("closed", !may.send && !may.commands);
  hint.textContent = "";
  above.replaceChildren();
  if (!may.send && !may.commands) {
    box.replaceChildren(h("p", { class: "no-send" }, "You do not have permission to send messages in this channel."));
    return;
  }
  if (answered) {
    above.append(
      bar(
        [
          "Replying to ",
          h("strong", {}, nameOf(answered.author.id)),
          h("span", { class: "preview" }, preview(answered)),
        ],
        "Do not reply",
        () => {
          answered = null;
          draw();
          write.focus();
        },
      ),
    );
  }
  if (edited) {
    above.append(
      bar(
        ["Editing your message. ", h("span", { class: "preview" }, "Enter saves, Escape cancels.")],
        "Do not edit",
        stopEditing,
      ),
    );
  }
  if (filling) {
    box.replaceChildren(filling.element, send);
    return;
  }
  write.placeholder = invitation();
  box.replaceChildren(slash, write, send);
  grow();
}

function bar(content, label, close) {
  return h(
    "div",
    { class: "bar" },
    h("p", {}, content),
    h("button", { type: "button", class: "plain", "aria-label": label, onclick: close }, icon("close")),
  );
}

function grow() {
  write.style.height = "auto";
  write.style.height = `${Math.min(write.scrollHeight, window.innerHeight * 0.4)}px`;
  const left = MOST_LETTERS - [...write.value].length;
  hint.textContent =
    left < 0 ? `The message is ${-left} characters too long.` : left < 200 ? `${left} characters left` : "";
  hint.classList.toggle("problem", left < 0);
}

// Plain text

function typed() {
  grow();
  const text = write.value;
  const found = !edited && commandIn(text);
  if (found && text.length > found.command.path.length + 1) {
    enterCommand(found.command, splitOptions(found.command, found.rest));
    return;
  }
  if (!edited && text.startsWith("/") && !text.includes("\n")) {
    const { commands: mayUse } = state.place.may;
    const none = !mayUse
      ? "You may not use commands here."
      : slashCommands().length
        ? "There is no such command."
        : "The bot has no commands here; is it running?";
    picker.show(write, {
      title: "Commands",
      status: none,
      entries: matching(text.slice(1)).map((command) => ({
        label: `/${command.path}`,
        description: command.description,
        command,
      })),
      pick: (entry) => enterCommand(entry.command, new Map()),
    });
    return;
  }
  offerMentions(text);
}

function offerMentions(text) {
  const mention = guild() && beingTyped(text.slice(0, write.selectionStart));
  const entries = mention ? narrowed(mentionable(mention.sign), mention.letters) : [];
  if (!entries.length) {
    picker.hide();
    return;
  }
  picker.show(write, {
    title: mention.sign === "#" ? "Channels" : "Members and roles",
    entries,
    pick: (entry) => {
      const end = write.selectionStart;
      const name = entry.label.replace(/^[@#]/, "");
      write.setRangeText(`${mention.sign}${name} `, end - mention.letters.length - 1, end, "end");
      picker.hide();
      grow();
    },
  });
}

function enterCommand(command, texts) {
  picker.hide();
  answered = null;
  edited = null;
  write.value = "";
  filling = new Filling(command, texts, {
    picker,
    hint,
    send: (path, values, typedTexts) => {
      leaveCommand();
      draw();
      write.focus();
      run(path, values, typedTexts);
    },
    leave: (text) => {
      leaveCommand();
      draw();
      write.value = text;
      write.focus();
      if (text) typed();
    },
  });
  draw();
  filling.focus();
}

function leaveCommand() {
  if (!filling) return;
  filling = null;
  picker.hide();
}

function pressed(event) {
  // Keys of an input method are not ours.
  if (event.isComposing) return;
  if (picker.key(event)) {
    event.preventDefault();
    return;
  }
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    submit();
  } else if (event.key === "ArrowUp" && !write.value) {
    event.preventDefault();
    recall();
  } else if (event.key === "Escape") {
    if (edited) stopEditing();
    else if (answered) {
      answered = null;
      draw();
      write.focus();
    } else if (write.value.startsWith("/")) {
      write.value = "";
      grow();
    }
  }
}

/** Arrow-up in an empty box: the last message to edit, or the last command again, whichever is newer. */
function recall() {
  const message = ownLatest();
  const command = lastCommand();
  if (command && (!message || createdMs(message.id) < command.at)) {
    const known = slashCommands().find((candidate) => candidate.path === command.path);
    if (known) enterCommand(known, command.texts);
  } else if (message) edit(message);
}

function edit(message) {
  leaveCommand();
  answered = null;
  edited = message;
  write.value = readable(message.content);
  draw();
  write.focus();
  write.setSelectionRange(write.value.length, write.value.length);
}

function stopEditing() {
  edited = null;
  write.value = "";
  draw();
  write.focus();
}

function reply(message) {
  leaveCommand();
  edited = null;
  answered = message;
  draw();
  write.focus();
}

function compose(text) {
  leaveCommand();
  draw();
  write.value = text;
  write.focus();
  write.setSelectionRange(text.length, text.length);
  typed();
}

async function submit() {
  if (filling) {
    filling.submit();
    return;
  }
  const text = write.value.trim();
  if (!text) return;
  if (write.value.startsWith("/") && !edited) {
    const found = commandIn(text);
    if (found) enterCommand(found.command, splitOptions(found.command, found.rest));
    else
      hint.textContent = `There is no command ${text.split(/\s/)[0]}; choose one of the list, or begin with a space to write it as text.`;
    return;
  }
  if ([...text].length > MOST_LETTERS) return;
  const what = edited
    ? ["edit", { message: edited.id, text: sendable(text) }]
    : ["message", { text: sendable(text), ...(answered ? { message: answered.id } : {}) }];
  const before = write.value;
  write.value = "";
  answered = null;
  edited = null;
  picker.hide();
  draw();
  write.focus();
  try {
    await act(state.place, ...what);
    toBottom();
  } catch (error) {
    // Nothing of what was typed is lost.
    write.value = write.value || before;
    grow();
    say(error.message, "problem");
  }
}

function nameThread(message) {
  ask({
    title: "Create a thread",
    label: "Thread name",
    most: 100,
    value: preview(message).slice(0, 40).trim(),
    button: "Create thread",
    send: async (name) => {
      const made = await act(state.place, "start_thread", { message: message.id, name });
      go({ channel: made.thread });
    },
  });
}
