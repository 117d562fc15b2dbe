// Forms that the bot opens: the fields with their limits, checked as Discord's client checks them before anything is sent.

import { h, icon, uniqueId } from "./dom.js";
import { act } from "./api.js";
import { say } from "./live.js";
import { Menu, menuEntries } from "./select.js";
import { state } from "./store.js";
import { text } from "./text.js";

const TEXT = 4;
const FILES = 19;
const RADIO = 21;
const CHECKBOXES = 22;
const CHECKBOX = 23;

/** Shows a form. `shown` is what the act that opened it gave back. */
export function openForm(shown) {
  const form = shown.json;
  const place = state.place;
  const titleId = uniqueId("title");
  const fields = [];
  const parts = form.components.map((part) => drawPart(part, fields));
  const problem = h("p", { class: "form-problem", role: "alert" });
  const submit = h("button", { type: "submit", class: "button primary" }, "Submit");
  const dialog = h(
    "dialog",
    { "aria-labelledby": titleId },
    h(
      "form",
      { method: "dialog", novalidate: true, onsubmit: send },
      h(
        "header",
        {},
        h("h2", { id: titleId }, form.title),
        h(
          "button",
          { type: "button", class: "plain", "aria-label": "Close", onclick: () => dialog.close() },
          icon("close"),
        ),
      ),
      h("div", { class: "fields" }, parts),
      problem,
      h(
        "footer",
        {},
        h("button", { type: "button", class: "button secondary", onclick: () => dialog.close() }, "Cancel"),
        submit,
      ),
    ),
  );
  const opener = document.activeElement;
  dialog.addEventListener("close", () => leave(dialog, opener));
  document.body.append(dialog);
  dialog.showModal();
  fields[0]?.focus();

  async function send(event) {
    event.preventDefault();
    problem.textContent = "";
    let first = null;
    for (const field of fields) {
      const wrong = field.check();
      field.say(wrong);
      if (wrong) first ??= field;
    }
    if (first) {
      first.focus();
      return;
    }
    submit.setAttribute("aria-busy", "true");
    submit.disabled = true;
    const values = Object.fromEntries(fields.map((field) => [field.id, field.value()]));
    try {
      const answer = await act(place, "submit", { form: shown.interaction_id, values });
      dialog.close();
      if (answer.form) openForm(answer);
    } catch (error) {
      // What was typed stays, so that nothing is lost.
      problem.textContent = error.late
        ? "Something went wrong. The application did not respond; try again."
        : error.message;
      say(problem.textContent);
    } finally {
      submit.removeAttribute("aria-busy");
      submit.disabled = false;
    }
  }
}

/** Takes a dialog away and gives the focus back. */
function leave(dialog, opener) {
  dialog.remove();
  // The browser has given the focus back already, and with the dialog the cursor went: typing would do nothing.
  opener?.blur?.();
  opener?.focus?.();
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
  const { part, id, required, label } = parts;
  const chosen = part.type === 3 ? part.options.filter((option) => option.default).map((option) => option.value) : [];
  const least = part.min_values ?? 1;
  let values = chosen;
  const menu = new Menu({
    id,
    label: part.placeholder || `Choose: ${label}`,
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
    value: () => values.join(","),
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
    value: () => values().join(","),
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

/** Asks for one line of text; `send` may refuse it by throwing. */
export function ask({ title, label, most, value, button, send }) {
  const titleId = uniqueId("title");
  const field = textField({
    part: { min_length: 1, max_length: most, value },
    label,
    id: uniqueId("field"),
    required: true,
    describedBy: null,
    star: null,
    about: null,
    problem: h("p", { class: "field-problem", role: "alert" }),
  });
  const problem = field.element.querySelector(".field-problem");
  const opener = document.activeElement;
  const dialog = h(
    "dialog",
    { "aria-labelledby": titleId },
    h(
      "form",
      {
        method: "dialog",
        novalidate: true,
        onsubmit: async (event) => {
          event.preventDefault();
          problem.textContent = field.check() ?? "";
          if (problem.textContent) return;
          try {
            await send(field.value().trim());
            dialog.close();
          } catch (error) {
            problem.textContent = error.message;
          }
        },
      },
      h(
        "header",
        {},
        h("h2", { id: titleId }, title),
        h(
          "button",
          { type: "button", class: "plain", "aria-label": "Close", onclick: () => dialog.close() },
          icon("close"),
        ),
      ),
      h("div", { class: "fields" }, field.element),
      h(
        "footer",
        {},
        h("button", { type: "button", class: "button secondary", onclick: () => dialog.close() }, "Cancel"),
        h("button", { type: "submit", class: "button primary" }, button),
      ),
    ),
  );
  dialog.addEventListener("close", () => leave(dialog, opener));
  document.body.append(dialog);
  dialog.showModal();
  field.control.select();
}
