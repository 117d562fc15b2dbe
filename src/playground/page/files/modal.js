// Forms that the bot opens: the fields with their limits, checked as Discord's client checks them before anything is sent.

import { act } from "./api.js";
import { showDialog } from "./dialog.js";
import { h, uniqueId } from "./dom.js";
import { Menu, menuEntries } from "./select.js";
import { text } from "./text.js";

const TEXT = 4;
const FILES = 19;
const RADIO = 21;
const CHECKBOXES = 22;
const CHECKBOX = 23;

/** Shows a form. `shown` is what the act that opened it gave back, `place` who was where then. */
export function openForm(shown, place) {
  const fields = [];
  const parts = shown.json.components.map((part) => drawPart(part, fields));
  showDialog({
    title: shown.json.title,
    content: parts,
    button: "Submit",
    focus: () => fields[0]?.focus(),
    check() {
      const wrong = fields.filter((field) => {
        const problem = field.check();
        field.say(problem);
        return problem;
      });
      wrong[0]?.focus();
      return !wrong.length;
    },
    async send() {
      const values = Object.fromEntries(fields.map((field) => [field.id, field.value()]));
      try {
        const answer = await act(place, "submit", { form: shown.interaction_id, values });
        return () => answer.form && openForm(answer, place);
      } catch (error) {
        if (!error.late) throw error;
        throw new Error("Something went wrong. The application did not respond; try again.");
      }
    },
  });
}

/** A part of a form; what can be filled in is added to `fields`. */
function drawPart(part, fields) {
  if (part.type === 10) {
    const box = h("div", { class: "markup" });
    box.append(text(part.content));
    return box;
  }
  // A row with a text input, or a label around any field.
  const inner = part.component ?? part.components?.[0];
  if (!inner) return null;
  const field = makeField(inner, part.label ?? inner.label ?? "", part.description);
  fields.push(field);
  return field.element;
}

function makeField(part, label, description) {
  const required = part.required ?? part.type !== CHECKBOX;
  const id = uniqueId("field");
  const problemId = `${id}-problem`;
  const describedBy = [description ? `${id}-about` : null, problemId].filter(Boolean).join(" ");
  const problem = h("p", { class: "field-problem", id: problemId });
  const about = description ? h("p", { class: "field-about", id: `${id}-about` }, description) : null;
  const star = required ? h("span", { class: "required", title: "required" }, " *") : null;
  const base = {
    id: part.custom_id,
    say(sentence) {
      problem.textContent = sentence ?? "";
      this.control.setAttribute?.("aria-invalid", String(Boolean(sentence)));
    },
    focus() {
      this.control.focus();
    },
  };
  const make =
    { [TEXT]: textField, [FILES]: fileField, [RADIO]: groupField, [CHECKBOXES]: groupField, [CHECKBOX]: checkboxField }[
      part.type
    ] ?? menuField;
  return Object.assign(base, make({ part, label, id, required, describedBy, star, about, problem }));
}

function labelled({ label, id, star, about, problem }, ...controls) {
  return h("div", { class: "field" }, h("label", { for: id }, label, star), about, ...controls, problem);
}

function textField(parts) {
  const { part, id, required, describedBy } = parts;
  const least = part.min_length ?? 0;
  const most = part.max_length ?? 4000;
  const long = part.style === 2;
  const counter = h("span", { class: "counter", "aria-hidden": "true" });
  const count = () => [...control.value].length;
  const control = h(long ? "textarea" : "input", {
    id,
    type: long ? null : "text",
    rows: long ? "5" : null,
    placeholder: part.placeholder,
    "aria-required": String(required),
    "aria-describedby": describedBy,
    value: part.value ?? "",
    oninput: () => {
      // Discord counts code points, and its client takes no more.
      const letters = [...control.value];
      if (letters.length > most) control.value = letters.slice(0, most).join("");
      counter.textContent = `${count()} / ${most}`;
    },
  });
  counter.textContent = `${count()} / ${most}`;
  return {
    control,
    element: labelled(parts, control, counter),
    value: () => control.value,
    check() {
      if (!control.value) return required ? "Fill this in." : null;
      if (count() < least) return `Write at least ${least} characters.`;
      return null;
    },
  };
}

function menuField(parts) {
  const { part, id, required, label, describedBy } = parts;
  const chosen =
    part.type === 3
      ? part.options.filter((option) => option.default).map((option) => option.value)
      : (part.default_values ?? []).map((known) => known.id);
  const least = part.min_values ?? 1;
  let values = chosen;
  const menu = new Menu({
    id,
    label,
    placeholder: part.placeholder || "Make a selection",
    describedBy,
    entries: () => menuEntries(part),
    chosen,
    least: 0,
    most: part.max_values ?? 1,
    choose: (now) => {
      values = now;
    },
  });
  return {
    control: menu.button,
    element: labelled(parts, menu.element),
    value: () => values,
    check() {
      if (!values.length) return required ? "Choose something." : null;
      return values.length < least ? `Choose at least ${least}.` : null;
    },
  };
}

function groupField(parts) {
  const { part, id, required, label, star, about, problem } = parts;
  const one = part.type === RADIO;
  const inputs = part.options.map((option, place) =>
    h("input", {
      type: one ? "radio" : "checkbox",
      name: id,
      value: option.value,
      id: `${id}-${place}`,
      checked: option.default,
    }),
  );
  const rows = part.options.map((option, place) =>
    h(
      "label",
      { class: "choice", for: `${id}-${place}` },
      inputs[place],
      h(
        "span",
        {},
        option.label,
        option.description ? h("span", { class: "option-description" }, option.description) : null,
      ),
    ),
  );
  const values = () => inputs.filter((input) => input.checked).map((input) => input.value);
  const least = one ? 1 : (part.min_values ?? 1);
  const most = one ? 1 : (part.max_values ?? part.options.length);
  return {
    control: inputs[0],
    element: h("fieldset", { class: "field" }, h("legend", {}, label, star), about, rows, problem),
    value: values,
    check() {
      const { length } = values();
      if (!length) return required ? "Choose something." : null;
      if (length < least) return `Choose at least ${least}.`;
      return length > most ? `Choose at most ${most}.` : null;
    },
  };
}

function checkboxField({ part, id, label, about, problem }) {
  const control = h("input", { type: "checkbox", id, checked: part.default });
  return {
    control,
    element: h(
      "div",
      { class: "field" },
      h("label", { class: "choice", for: id }, control, h("span", {}, label)),
      about,
      problem,
    ),
    value: () => String(control.checked),
    check: () => null,
  };
}

function fileField(parts) {
  const { part, id, required, describedBy } = parts;
  const control = h("input", {
    type: "file",
    id,
    multiple: (part.max_values ?? 1) > 1,
    "aria-describedby": describedBy,
    onchange: read,
  });
  let lines = [];
  // The playground keeps text files of one line, which is enough to try a form.
  async function read() {
    lines = await Promise.all(
      [...control.files].map(
        async (file) => `${file.name}: ${(await file.text()).replace(/\s+/g, " ").slice(0, 4000)}`,
      ),
    );
  }
  return {
    control,
    element: labelled(parts, control),
    value: () => lines.join("\n"),
    check() {
      if (!lines.length) return required ? "Choose a file." : null;
      const most = part.max_values ?? 1;
      return lines.length > most ? `Choose at most ${most} files.` : null;
    },
  };
}
