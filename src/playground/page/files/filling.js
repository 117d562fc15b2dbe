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
   * `texts` are what the options begin with, by name. `hint` is where the description of an option and problems stand.
   * `send` gets the command's path, the values and the texts; `leave` a text to go on with instead.
   */
  constructor(command, texts, { picker, hint, send, leave }) {
    Object.assign(this, { command, picker, hint, send, leave });
    this.fields = [];
    this.end = this.endField();
    this.element = h("div", {
      class: "filling",
      role: "group",
      "aria-label": `The command /${command.path}: ${command.description}`,
    });
    for (const option of command.options) {
      if (option.required || texts.has(option.name)) this.addField(option, texts.get(option.name) ?? "");
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

  addField(option, text) {
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
      "aria-describedby": this.hint.id,
      oninput: () => {
        field.chosen = null;
        widen(field.input);
        this.mark(field, null);
        this.offer(field);
      },
      onfocus: () => this.offer(field),
      onblur: () => this.picker.hide(),
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
      onblur: () => this.picker.hide(),
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
      const field = this.addField(option, "");
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
    if (event.isComposing) return;
    const { input } = field;
    if (event.key === "Backspace" && !input.value) {
      event.preventDefault();
      this.goBack(field);
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
      this.leave("");
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
    const number = (this.asked ?? 0) + 1;
    this.asked = number;
    // Enter must not take a proposal for an older text.
    this.picker.activate(-1);
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
      const entries = choices.map((choice) => ({ label: choice.name, value: String(choice.value) }));
      const take = field.chosen === null && (input.value || option.required);
      show(entries, "Nothing fits what you typed.", take ? 0 : -1);
    } catch {
      if (!stale()) show([], "Loading options failed.");
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
    const values = new Map(given.map((field) => [field.option.name, valueOf(field)]));
    this.send(this.command.path, values, new Map(given.map((field) => [field.option.name, field.input.value])));
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
