// A command that is being filled in: a field for each option, with what can be chosen for it, and a box for more options.

import { act } from "./api.js";
import { exact, narrowed, offered, problemOf } from "./commands.js";
import { h, uniqueId } from "./dom.js";
import { say } from "./live.js";
import { state } from "./store.js";

/** How long typing must pause before the bot is asked for proposals, in ms. */
const PAUSE_MS = 80;

export class Filling {
  /**
   * `given` is what options begin with, by name: `{ text, value }`, without a value as somebody typed it. `hint` is where
   * the description of an option and problems stand. `send` gets the command's path and what is given then; `leave` a text
   * to go on with instead.
   */
  constructor(command, given, { picker, hint, send, leave }) {
    Object.assign(this, { command, picker, hint, send, leave });
    this.fields = [];
    /** How often the bot was asked for proposals: an answer to an older question is not shown. */
    this.asked = 0;
    this.end = this.endField();
    this.element = h("div", {
      class: "filling",
      role: "group",
      "aria-label": `The command /${command.path}: ${command.description}`,
    });
    for (const option of command.options) {
      if (option.required || given.has(option.name)) this.addField(option, given.get(option.name));
    }
    this.draw();
  }

  draw() {
    const left = this.left().length;
    this.end.input.placeholder = left ? `+${left} optional` : "";
    this.element.replaceChildren(
      h("span", { class: "chip", title: this.command.description }, `/${this.command.path}`),
      ...this.fields.map((field) => field.element),
      this.end.element,
    );
  }

  /** The focus goes to the first required option that is empty, or to the end. */
  focus() {
    const empty = this.fields.find((field) => field.option.required && !field.input.value);
    (empty ?? this.end).input.focus();
  }

  addField(option, { text = "", value = null } = {}) {
    const known = offered(option);
    const entry = known && text ? exact(known, text) : null;
    // What was proposed and chosen differs from its text.
    const chosen = option.autocomplete && value !== text ? value : null;
    const field = { option, chosen: entry?.value ?? chosen };
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
      "aria-describedby": this.hint.id,
      oninput: () => {
        field.chosen = null;
        // Who types `query: jwt` as it is written elsewhere has named the field that they are in.
        if (field.input.value.trimStart() === `${option.name}: `) field.input.value = "";
        widen(field.input);
        this.mark(field, null);
        this.offer(field);
      },
      onfocus: () => this.offer(field),
      onblur: (event) => this.picker.left(event),
      onkeydown: (event) => this.key(event, field),
    });
    widen(field.input);
    field.element = h("div", { class: "option-field" }, h("label", { for: id }, option.name), field.input);
    this.fields.push(field);
    return field;
  }

  /** The box behind the last option, in which one looks for more options. */
  endField() {
    const input = h("input", {
      type: "text",
      role: "combobox",
      "aria-expanded": "false",
      "aria-autocomplete": "list",
      "aria-label": "Add an option, or press Enter to send",
      "aria-describedby": this.hint.id,
      autocapitalize: "off",
      spellcheck: "false",
      enterkeyhint: "send",
      oninput: () => this.offerOptions(),
      onfocus: () => this.offerOptions(),
      onblur: (event) => this.picker.left(event),
      onkeydown: (event) => this.key(event, this.end),
    });
    return { input, element: h("div", { class: "end-field" }, input) };
  }

  /** The options that have no field yet. */
  left() {
    return this.command.options.filter((option) => !this.fields.some((field) => field.option === option));
  }

  /** Shows the options that can be added. */
  offerOptions() {
    const { input } = this.end;
    const typed = input.value.trim().replace(/:$/, "");
    const more = this.left();
    const take = (option) => {
      input.value = "";
      const field = this.addField(option);
      this.draw();
      field.input.focus();
    };
    const named = input.value.trimEnd().endsWith(":") && more.find((option) => option.name === typed);
    if (named) {
      take(named);
      return;
    }
    this.say(more.length ? "Enter sends. Type or press the arrow keys to add an option." : "Enter sends.");
    const entries = narrowed(
      more.map((option) => ({ label: option.name, description: option.description, option })),
      typed,
    );
    if (!entries.length && !typed) {
      this.picker.hide();
      return;
    }
    this.picker.show(input, {
      title: "Optional",
      entries,
      active: typed ? 0 : -1,
      status: "The command has no such option.",
      pick: (entry) => take(entry.option),
    });
  }

  key(event, field) {
    // Keys of an input method are not ours.
    if (event.isComposing || event.keyCode === 229) return;
    const { input } = field;
    if (event.key === "Backspace" && !input.value) {
      event.preventDefault();
      this.goBack(field);
      return;
    }
    if (event.key === "Enter" && field.proposing && field.chosen === null && input.value) {
      // Proposals for this text are on their way: the best of them is meant.
      event.preventDefault();
      field.takeFirst = true;
      return;
    }
    if (event.key === "Escape" && (field.proposing || this.picker.isOpen())) {
      event.preventDefault();
      this.asked += 1;
      field.proposing = false;
      this.picker.hide();
      return;
    }
    // Enter sends a value that was chosen already.
    const done = event.key === "Enter" && field.option && (field.chosen !== null || this.picker.active < 0);
    if (!done && this.picker.key(event)) {
      event.preventDefault();
      return;
    }
    const at = field === this.end ? this.fields.length : this.fields.indexOf(field);
    if (event.key === "Enter") {
      event.preventDefault();
      this.submit();
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.leave(this.text());
    } else if (event.key === "ArrowLeft" && input.selectionStart === 0 && input.selectionEnd === 0) {
      this.fields[at - 1]?.input.focus();
    } else if (event.key === "ArrowRight" && input.selectionStart === input.value.length && field !== this.end) {
      (this.fields[at + 1] ?? this.end).input.focus();
    }
  }

  /** Backspace in an empty field: an optional one goes; from the first required one it leads back to plain text. */
  goBack(field) {
    if (field === this.end) {
      const last = this.fields.at(-1);
      if (last) last.input.focus();
      else this.leave(`/${this.command.path}`);
      return;
    }
    const place = this.fields.indexOf(field);
    const before = this.fields[place - 1];
    if (field.option.required) {
      if (before) before.input.focus();
      else this.leave(`/${this.command.path}`);
      return;
    }
    this.fields.splice(place, 1);
    this.draw();
    (before ?? this.end).input.focus();
  }

  /** The command as one would type it. */
  text() {
    const given = this.fields.filter((field) => field.input.value).map((f) => ` ${f.option.name}: ${f.input.value}`);
    return `/${this.command.path}${given.join("")}`;
  }

  say(sentence, isProblem = false) {
    this.hint.textContent = sentence;
    this.hint.classList.toggle("problem", isProblem);
  }

  mark(field, problem) {
    field.input.setAttribute("aria-invalid", String(Boolean(problem)));
    field.element.classList.toggle("wrong", Boolean(problem));
    this.say(problem ?? field.option.description, Boolean(problem));
  }

  /** Shows what can be chosen for a field. */
  offer(field) {
    const { option, input } = field;
    if (input.getAttribute("aria-invalid") !== "true") this.mark(field, null);
    const pick = (entry) => {
      field.chosen = entry.value;
      input.value = entry.label;
      widen(input);
      this.mark(field, null);
      this.picker.hide();
      this.focus();
    };
    if (option.autocomplete) {
      this.propose(field, pick);
      return;
    }
    const entries = offered(option);
    if (!entries) {
      this.picker.hide();
      return;
    }
    this.picker.show(input, {
      title: `${option.name}: ${option.description}`,
      entries: field.chosen === null ? narrowed(entries, input.value) : entries,
      status: "No choice fits what you typed.",
      pick,
      active: field.chosen === null ? 0 : -1,
    });
  }

  /** Asks the bot for proposals, and shows those that answer to the newest text. */
  async propose(field, pick) {
    const { option, input } = field;
    this.asked += 1;
    const number = this.asked;
    // Enter must not take a proposal for an older text.
    if (this.picker.box === input) this.picker.activate(-1);
    Object.assign(field, { proposing: true, takeFirst: false });
    await new Promise((resume) => setTimeout(resume, PAUSE_MS));
    const stale = () => number !== this.asked || document.activeElement !== input;
    if (stale()) return;
    const show = (entries, status, active = -1) =>
      this.picker.show(input, { title: `${option.name}: ${option.description}`, entries, status, pick, active });
    const given = this.fields.filter((other) => other === field || other.input.value);
    const options = Object.fromEntries(
      given.map((other) => [other.option.name, other === field ? input.value : valueOf(other)]),
    );
    const slow = setTimeout(() => {
      if (!stale()) show([], "Loading…");
    }, 400);
    try {
      const choices = await act(state.place, "complete", { name: this.command.path, options, focused: option.name });
      if (stale()) return;
      field.proposing = false;
      const entries = choices.map((choice) => ({ label: choice.name, value: String(choice.value) }));
      if (field.takeFirst && entries.length) {
        pick(entries[0]);
        return;
      }
      const take = field.chosen === null && (input.value || option.required);
      show(entries, "Nothing fits what you typed.", take ? 0 : -1);
    } catch {
      if (!stale()) {
        field.proposing = false;
        show([], "Loading options failed.");
      }
    } finally {
      clearTimeout(slow);
    }
  }

  submit() {
    const looked = this.end.input.value.trim();
    if (looked) {
      this.say(`/${this.command.path} has no option "${looked}"; choose one of the list or delete it.`, true);
      return;
    }
    for (const field of this.fields) {
      const problem = problemOf(field.option, field.input.value.trim(), field.chosen);
      if (problem) {
        field.input.focus();
        this.mark(field, problem);
        say(problem);
        return;
      }
    }
    const given = this.fields.filter((field) => field.input.value.trim());
    const values = given.map((field) => [field.option.name, { text: field.input.value, value: valueOf(field) }]);
    this.send(this.command.path, new Map(values));
  }
}

function valueOf(field) {
  const text = field.input.value.trim();
  if (field.chosen !== null) return field.chosen;
  const entries = offered(field.option);
  return (entries && exact(entries, text)?.value) || text;
}

function widen(input) {
  input.style.width = `calc(${Math.max(input.value.length, 3)}ch + 1.5em)`;
}
