// Buttons, menus and layouts of a message, and what happens when somebody uses them.

import { h, uniqueId } from "./dom.js";
import { act } from "./api.js";
import { changed, placeKey, state } from "./store.js";
import { say } from "./live.js";
import { fileElement, picture } from "./media.js";
import { text } from "./text.js";
import { openForm } from "./modal.js";
import { Menu, menuEntries } from "./select.js";

const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link", 6: "premium" };

/** The components of a message. With `layout` they are Discord's second version, which arrange the text, too. */
export function components(message, layout) {
  return h(
    "div",
    { class: layout ? "layout" : "rows" },
    message.components.map((part) => component(message, part)),
  );
}

function component(message, part) {
  switch (part.type) {
    case 1:
      return h(
        "div",
        { class: "row" },
        part.components.map((inner) => component(message, inner)),
      );
    case 2:
      return button(message, part);
    case 3:
    case 5:
    case 6:
    case 7:
    case 8:
      return select(message, part);
    case 9:
      return h(
        "div",
        { class: "section" },
        h(
          "div",
          {},
          part.components.map((inner) => component(message, inner)),
        ),
        component(message, part.accessory),
      );
    case 10: {
      const box = h("div", { class: "markup" });
      box.append(text(part.content));
      return box;
    }
    case 11:
      return picture(part.media, part.description, "embed-thumbnail");
    case 12:
      return h(
        "div",
        { class: "gallery" },
        part.items.map((item) => picture(item.media, item.description, "picture")),
      );
    case 13:
      return fileElement({ ...part.file, filename: part.name ?? part.file.url.split("/").pop(), size: part.size ?? 0 });
    case 14:
      return part.divider === false
        ? h("div", { class: `gap size${part.spacing ?? 1}` })
        : h("hr", { class: `size${part.spacing ?? 1}` });
    case 17: {
      const box = h(
        "div",
        { class: "container" },
        part.components.map((inner) => component(message, inner)),
      );
      if (part.accent_color) box.style.setProperty("--embed", `#${part.accent_color.toString(16).padStart(6, "0")}`);
      return part.spoiler ? h("details", { class: "spoiler-box" }, h("summary", {}, "Spoiler"), box) : box;
    }
    default:
      return h("p", { class: "embed-small" }, `A component of type ${part.type}, which this page does not show.`);
  }
}

function button(message, part) {
  const label = [
    part.emoji &&
      h("span", { class: "emoji", "aria-hidden": "true" }, part.emoji.id ? `:${part.emoji.name}:` : part.emoji.name),
    part.label,
  ];
  if (part.url) {
    return h(
      "a",
      {
        class: "button link",
        href: part.disabled ? null : part.url,
        target: "_blank",
        rel: "noopener noreferrer",
        "aria-disabled": part.disabled ? "true" : null,
      },
      label,
      h("span", { "aria-hidden": "true" }, " ↗"),
    );
  }
  return h(
    "button",
    {
      type: "button",
      class: `button ${STYLES[part.style] ?? "secondary"}`,
      disabled: part.disabled,
      "data-key": part.custom_id,
      "aria-label": part.label ? null : part.emoji?.name,
      "aria-busy": state.busy.get(message.id) === part.custom_id ? "true" : null,
      onclick: () =>
        use(message, part.custom_id, (place) => act(place, "click", { message: message.id, button: part.custom_id })),
    },
    label,
  );
}

function select(message, part) {
  const chosen =
    part.type === 3
      ? part.options.filter((option) => option.default).map((option) => option.value)
      : (part.default_values ?? []).map((known) => known.id);
  const menu = new Menu({
    id: uniqueId("menu"),
    label: part.placeholder || "Make a selection",
    entries: () => menuEntries(part),
    chosen,
    least: part.min_values ?? 1,
    most: part.max_values ?? 1,
    disabled: part.disabled,
    key: part.custom_id,
    busy: state.busy.get(message.id) === part.custom_id,
    choose: (values) =>
      use(message, part.custom_id, (place) =>
        act(place, "select", { message: message.id, menu: part.custom_id, values }),
      ),
  });
  return menu.element;
}

/** Sends what was pressed, and shows that it is under way, a form that it opens, or that it failed. */
async function use(message, customId, send) {
  const { id } = message;
  // One thing at a time for each message.
  if (state.busy.has(id)) return;
  const { place } = state;
  const was = placeKey();
  state.busy.set(id, customId);
  state.used = { id, edited: message.edited_timestamp };
  state.failures.delete(id);
  changed("message", id);
  try {
    const shown = await send(place);
    if (shown.form && placeKey() === was) openForm(shown, place);
    else if (shown.form) say("A form was opened where you were before; press the button there again.", "news");
  } catch (error) {
    const late = "This interaction failed: The application did not respond";
    state.failures.set(id, error.late ? late : error.message);
  } finally {
    state.busy.delete(id);
    changed("message", id);
  }
}
