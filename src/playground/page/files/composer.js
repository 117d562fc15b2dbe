// The message box: plain messages, and commands whose options are filled in one after another. Made for the keyboard first.

import { createdMs, h, icon, uniqueId } from "./dom.js";
import { act } from "./api.js";
import { commandIn, exact, matching, narrowed, offered, problemOf, slashCommands, splitOptions } from "./commands.js";
import { ask, openForm } from "./modal.js";
import { channels, members, roles } from "./select.js";
import { changed, channel, guild, nameOf, now, on, state } from "./store.js";
import { go } from "./navigate.js";
import { ownLatest, toBottom } from "./log.js";
import { preview } from "./message.js";
import { Picker } from "./picker.js";
import { say } from "./live.js";

const MOST_LETTERS = 2000;
/** How long typing must pause before the bot is asked for proposals, in ms. */
const PAUSE_MS = 80;

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

/** The command that is being filled in: `{ command, fields, end }`. */
let filling = null;
/** The message that is answered, or edited. */
let answered = null;
let edited = null;
/** The last command in a channel, for arrow-up: `{ at, path, texts }`. */
const lastCommands = new Map();
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
    toBottom();
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
    filling.end.input.placeholder = left().length ? `+${left().length} optional` : "";
    box.replaceChildren(
      h(
        "div",
        {
          class: "filling",
          role: "group",
          "aria-label": `The command /${filling.command.path}: ${filling.command.description}`,
        },
        h("span", { class: "chip", title: filling.command.description }, `/${filling.command.path}`),
        filling.fields.map((field) => field.element),
        filling.end.element,
      ),
      send,
    );
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
  const mention = /(?:^|\s)([@#])([\p{L}\p{N}_-]*)$/u.exec(text.slice(0, write.selectionStart));
  const entries =
    mention && guild()
      ? narrowed(
          mention[1] === "#" ? channels() : [...members(), ...roles().filter((role) => role.label !== "@everyone")],
          mention[2],
        )
      : [];
  if (!entries.length) {
    picker.hide();
    return;
  }
  picker.show(write, {
    title: mention[1] === "#" ? "Channels" : "Members and roles",
    entries,
    pick: (entry) => {
      const end = write.selectionStart;
      const name = entry.label.replace(/^[@#]/, "");
      write.setRangeText(`${mention[1]}${name} `, end - mention[2].length - 1, end, "end");
      picker.hide();
      grow();
    },
  });
}

function pressed(event) {
  if (picker.key(event)) {
    event.preventDefault();
    return;
  }
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
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
  const command = lastCommands.get(placeNow);
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

/** Mentions as people write them into those of Discord. */
function sendable(text) {
  const names = [
    ...members().map((member) => [`@${member.label}`, `<@${member.value}>`]),
    ...members().map((member) => [`@${member.description}`, `<@${member.value}>`]),
    ...roles()
      .filter((role) => role.label !== "@everyone")
      .map((role) => [role.label, `<@&${role.value}>`]),
    ...channels().map((known) => [known.label, `<#${known.value}>`]),
  ].sort(([a], [b]) => b.length - a.length);
  return names.reduce(
    (result, [name, mention]) =>
      result.replace(
        new RegExp(`(^|\\s)${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\p{L}\\p{N}_])`, "gu"),
        `$1${mention}`,
      ),
    text,
  );
}

function readable(text) {
  return text
    .replace(/<@!?(\d+)>/g, (_, id) => `@${nameOf(id)}`)
    .replace(/<#(\d+)>/g, (_, id) => `#${channel(id)?.name ?? id}`);
}

async function submit() {
  if (filling) {
    submitCommand();
    return;
  }
  const text = write.value.trim();
  if (!text) return;
  if (text.startsWith("/") && !edited) {
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

// Commands

function enterCommand(command, texts) {
  picker.hide();
  answered = null;
  edited = null;
  write.value = "";
  filling = { command, fields: [], end: null };
  filling.end = endField();
  for (const option of command.options) {
    if (option.required || texts.has(option.name)) addField(option, texts.get(option.name) ?? "");
  }
  draw();
  focusNext();
}

function leaveCommand() {
  if (!filling) return;
  filling = null;
  picker.hide();
}

/** Back to plain text, with the command as it was typed. */
function unmake(text) {
  leaveCommand();
  draw();
  write.value = text;
  write.focus();
  typed();
}

function focusNext() {
  const empty = filling.fields.find((field) => field.option.required && !field.input.value);
  (empty ?? filling.end).input.focus();
}

function addField(option, text) {
  const known = offered(option);
  const entry = known && text ? exact(known, text) : null;
  const field = { option, chosen: entry?.value ?? null };
  const id = uniqueId("option");
  const listed = Boolean(known) || option.autocomplete;
  field.input = h("input", {
    type: "text",
    id,
    value: entry?.label ?? text,
    autocapitalize: "off",
    spellcheck: "false",
    enterkeyhint: "send",
    inputmode: option.type === 4 ? "numeric" : option.type === 10 ? "decimal" : null,
    role: listed ? "combobox" : null,
    "aria-expanded": listed ? "false" : null,
    "aria-autocomplete": listed ? "list" : null,
    "aria-required": option.required ? "true" : null,
    "aria-describedby": hint.id,
    oninput: () => {
      field.chosen = null;
      widen(field.input);
      mark(field, null);
      offer(field);
    },
    onfocus: () => offer(field),
    onblur: () => picker.hide(),
    onkeydown: (event) => fieldKey(event, field),
  });
  widen(field.input);
  field.element = h("div", { class: "option-field" }, h("label", { for: id }, option.name), field.input);
  filling.fields.push(field);
  return field;
}

/** The box behind the last option, in which one looks for more options. */
function endField() {
  const input = h("input", {
    type: "text",
    class: "end",
    role: "combobox",
    "aria-expanded": "false",
    "aria-autocomplete": "list",
    "aria-label": "Add an option, or press Enter to send",
    "aria-describedby": hint.id,
    autocapitalize: "off",
    spellcheck: "false",
    enterkeyhint: "send",
    oninput: () => offerOptions(),
    onfocus: () => offerOptions(),
    onblur: () => picker.hide(),
    onkeydown: endKey,
  });
  return { input, element: h("div", { class: "end-field" }, input) };
}

const left = () => filling.command.options.filter((option) => !filling.fields.some((field) => field.option === option));

function offerOptions() {
  const { input } = filling.end;
  const typedText = input.value.trim().replace(/:$/, "");
  const more = left();
  const exactly = input.value.endsWith(":") && more.find((option) => option.name === typedText);
  hint.classList.remove("problem");
  hint.textContent = more.length ? "Enter sends. Type or press the arrow keys to add an option." : "Enter sends.";
  const take = (option) => {
    input.value = "";
    const field = addField(option, "");
    draw();
    field.input.focus();
  };
  if (exactly) {
    take(exactly);
    return;
  }
  const entries = narrowed(
    more.map((option) => ({ label: option.name, description: option.description, option })),
    typedText,
  );
  if (!entries.length && !typedText) {
    picker.hide();
    return;
  }
  picker.show(input, {
    title: "Optional",
    entries,
    active: typedText ? 0 : -1,
    status: "The command has no such option.",
    pick: (entry) => take(entry.option),
  });
}

function endKey(event) {
  if (event.key === "Backspace" && !event.target.value) {
    event.preventDefault();
    removeField(filling.fields.at(-1));
  } else commonKey(event, filling.end);
}

function fieldKey(event, field) {
  if (event.key === "Backspace" && !field.input.value) {
    event.preventDefault();
    removeField(field);
  } else commonKey(event, field);
}

/** Backspace in an empty field: an optional one goes, the others lead back to plain text. */
function removeField(field) {
  if (field && field.input.value) {
    field.input.focus();
    return;
  }
  if (!field || field.option.required) {
    const before = field && filling.fields[filling.fields.indexOf(field) - 1];
    if (before) before.input.focus();
    else unmake(`/${filling.command.path}`);
    return;
  }
  const place = filling.fields.indexOf(field);
  filling.fields.splice(place, 1);
  draw();
  (filling.fields[place - 1] ?? filling.end).input.focus();
}

function commonKey(event, field) {
  if (event.isComposing) return;
  // Enter sends a value that was chosen already.
  const done = event.key === "Enter" && field.option && (field.chosen !== null || picker.active < 0);
  if (!done && picker.key(event)) {
    event.preventDefault();
    return;
  }
  if (event.key === "Enter") {
    event.preventDefault();
    submit();
  } else if (event.key === "Escape") {
    event.preventDefault();
    leaveCommand();
    draw();
    write.focus();
  } else if (event.key === "ArrowLeft" && field.input.selectionStart === 0 && field.input.selectionEnd === 0) {
    const at = field === filling.end ? filling.fields.length : filling.fields.indexOf(field);
    filling.fields[at - 1]?.input.focus();
  } else if (
    event.key === "ArrowRight" &&
    field.input.selectionStart === field.input.value.length &&
    field !== filling.end
  ) {
    (filling.fields[filling.fields.indexOf(field) + 1] ?? filling.end).input.focus();
  }
}

function widen(input) {
  input.style.width = `calc(${Math.max(input.value.length, 3)}ch + 1.5em)`;
}

function mark(field, problem) {
  field.input.setAttribute("aria-invalid", String(Boolean(problem)));
  field.element.classList.toggle("wrong", Boolean(problem));
  hint.classList.toggle("problem", Boolean(problem));
  hint.textContent = problem ?? field.option.description;
}

/** Shows what can be chosen for a field. */
function offer(field) {
  const { option, input } = field;
  if (input.getAttribute("aria-invalid") !== "true") mark(field, null);
  const pick = (entry) => {
    field.chosen = entry.value;
    input.value = entry.label;
    widen(input);
    mark(field, null);
    picker.hide();
    focusNext();
  };
  if (option.autocomplete) {
    propose(field, pick);
    return;
  }
  const entries = offered(option);
  if (!entries) {
    picker.hide();
    return;
  }
  const shown = field.chosen === null ? narrowed(entries, input.value) : entries;
  picker.show(input, {
    title: `${option.name}: ${option.description}`,
    entries: shown,
    status: "No choice fits what you typed.",
    pick,
    active: field.chosen === null ? 0 : -1,
  });
}

let proposing = 0;

/** Asks the bot for proposals, and shows those that answer to the newest text. */
async function propose(field, pick) {
  const { option, input } = field;
  proposing += 1;
  const number = proposing;
  const { command } = filling;
  await new Promise((resume) => setTimeout(resume, PAUSE_MS));
  const stale = () => number !== proposing || filling?.command !== command || document.activeElement !== input;
  if (stale()) return;
  const title = `${option.name}: ${option.description}`;
  const options = Object.fromEntries(
    filling.fields
      .filter((other) => other === field || other.input.value)
      .map((other) => [other.option.name, other === field ? input.value : valueOf(other)]),
  );
  const slow = setTimeout(() => {
    if (!stale()) picker.show(input, { title, entries: [], status: "Loading…", pick });
  }, 400);
  try {
    const choices = await act(state.place, "complete", { name: command.path, options, focused: option.name });
    if (stale()) return;
    const entries = choices.map((choice) => ({ label: choice.name, value: String(choice.value) }));
    picker.show(input, {
      title,
      entries,
      status: "Nothing fits what you typed.",
      pick,
      active: field.chosen === null && (input.value || option.required) ? 0 : -1,
    });
  } catch {
    if (!stale()) picker.show(input, { title, entries: [], status: "Loading options failed.", pick });
  } finally {
    clearTimeout(slow);
  }
}

function valueOf(field) {
  const text = field.input.value.trim();
  if (field.chosen !== null) return field.chosen;
  const entries = offered(field.option);
  return (entries && exact(entries, text)?.value) || text;
}

function submitCommand() {
  const { command, fields } = filling;
  const looked = filling.end.input.value.trim();
  if (looked) {
    hint.textContent = `/${command.path} has no option "${looked}"; choose one of the list or delete it.`;
    hint.classList.add("problem");
    return;
  }
  for (const field of fields) {
    const problem = problemOf(field.option, field.input.value.trim(), field.chosen);
    if (problem) {
      field.input.focus();
      mark(field, problem);
      say(problem);
      return;
    }
  }
  const values = new Map(
    fields.filter((field) => field.input.value.trim()).map((field) => [field.option.name, valueOf(field)]),
  );
  const texts = new Map(
    fields.filter((field) => field.input.value.trim()).map((field) => [field.option.name, field.input.value]),
  );
  leaveCommand();
  draw();
  write.focus();
  toBottom();
  run(command.path, values, texts);
}

/** Runs a command. What is under way and what failed is shown in the channel. */
function run(path, values, texts = values) {
  lastCommands.set(placeNow, { at: now(), path, texts });
  perform({ name: path, title: `/${path}` }, () =>
    act(state.place, "command", { name: path, options: Object.fromEntries(values) }),
  );
}

function runOnMessage(name, message) {
  toBottom();
  perform({ name, title: name }, () => act(state.place, "message_command", { name, message }));
}

async function perform(pending, sendIt) {
  const at = placeNow;
  state.pending.push(pending);
  changed("pending");
  const done = () => {
    state.pending = state.pending.filter((known) => known !== pending);
    changed("pending");
  };
  try {
    const shown = await sendIt();
    done();
    if (shown.form) openForm(shown);
  } catch (error) {
    if (placeNow !== at) {
      done();
      return;
    }
    pending.error = error.late ? "The application did not respond" : error.message;
    changed("pending");
    say(pending.error);
  }
}

function nameThread(message) {
  ask({
    title: "Create a thread",
    label: "Thread name",
    most: 100,
    value: preview(message).slice(0, 40),
    button: "Create thread",
    send: async (name) => {
      const made = await act(state.place, "start_thread", { message: message.id, name });
      go({ channel: made.thread });
    },
  });
}
