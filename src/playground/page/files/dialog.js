// Dialogs: something to fill in or to confirm before one goes on.

import { h, icon, uniqueId } from "./dom.js";
import { remember } from "./focus.js";
import { say } from "./live.js";

/**
 * Shows a dialog. `check` says whether it may be sent; `send` may refuse by throwing, with one sentence, and may give back
 * what is to be done once the dialog is closed. What was filled in stays until it is sent, so that nothing is lost.
 */
export function showDialog({ title, content, button, danger = false, focus, check = () => true, send }) {
  const titleId = uniqueId("title");
  const back = remember();
  const problem = h("p", { class: "form-problem", role: "alert" });
  const submit = h("button", { type: "submit", class: `button ${danger ? "danger" : "primary"}` }, button);
  const cancel = () => dialog.close();
  const dialog = h(
    "dialog",
    { "aria-labelledby": titleId },
    h(
      "form",
      { method: "dialog", novalidate: true, onsubmit: sendOnce },
      h(
        "header",
        {},
        h("h2", { id: titleId }, title),
        h("button", { type: "button", class: "plain", "aria-label": "Close", onclick: cancel }, icon("close")),
      ),
      h("div", { class: "fields" }, content),
      problem,
      h("footer", {}, h("button", { type: "button", class: "button secondary", onclick: cancel }, "Cancel"), submit),
    ),
  );
  let after = null;
  dialog.addEventListener("close", () => {
    dialog.remove();
    // The browser gave the focus back already, and with the dialog the cursor went: typing would do nothing.
    document.activeElement?.blur();
    back();
    after?.();
  });
  document.body.append(dialog);
  dialog.showModal();
  if (focus) focus();
  else submit.focus();

  async function sendOnce(event) {
    event.preventDefault();
    problem.textContent = "";
    // Not disabled, which would take the focus away.
    if (submit.getAttribute("aria-busy") || !check()) return;
    submit.setAttribute("aria-busy", "true");
    try {
      after = (await send()) ?? null;
      dialog.close();
    } catch (error) {
      problem.textContent = error.message;
      say(error.message, dialog.open ? null : "problem");
    } finally {
      submit.removeAttribute("aria-busy");
    }
  }
}

/** Asks whether one means it. */
export function confirm({ title, text, button, send }) {
  showDialog({
    title,
    content: h("p", { class: "quoted" }, text),
    button,
    danger: true,
    send: async () => void (await send()),
  });
}

/** Asks for a line of text of 1 to `most` letters. */
export function ask({ title, label, most, value, button, send }) {
  const id = uniqueId("line");
  const wrong = h("p", { class: "field-problem", id: `${id}-problem` });
  const input = h("input", {
    type: "text",
    id,
    value,
    maxlength: String(most),
    "aria-required": "true",
    "aria-describedby": wrong.id,
  });
  showDialog({
    title,
    content: h("div", { class: "field" }, h("label", { for: id }, label), input, wrong),
    button,
    focus: () => input.select(),
    check() {
      wrong.textContent = input.value.trim() ? "" : "Fill this in.";
      if (wrong.textContent) input.focus();
      return !wrong.textContent;
    },
    send: () => send(input.value.trim()),
  });
}
