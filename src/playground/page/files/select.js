// A menu to choose from: one entry or several, by mouse, touch or keyboard. Used in messages and in forms.

import { avatar, h, icon, uniqueId } from "./dom.js";
import { say } from "./live.js";
import { guild, nameOf, state } from "./store.js";

/** What a menu of Discord's offers: its own options, or members, roles and channels. */
export function menuEntries(part) {
  switch (part.type) {
    case 3:
      return part.options.map((option) => ({
        value: option.value,
        label: option.label,
        description: option.description,
        emoji: option.emoji?.name,
      }));
    case 5:
      return members();
    case 6:
      return roles();
    case 7:
      return [...members(), ...roles()];
    case 8:
      return channels(part.channel_types);
    default:
      return [];
  }
}

export function members() {
  const here = guild()?.members.map((member) => member.id) ?? [state.place.user, state.world.bot.id];
  return here.map((id) => ({
    value: id,
    label: nameOf(id),
    description: state.world.users[id]?.username,
    person: true,
    bot: state.world.users[id]?.bot,
  }));
}

export function roles() {
  return (guild()?.roles ?? []).map((known) => ({
    value: known.id,
    label: known.everyone ? "@everyone" : `@${known.name}`,
    role: true,
  }));
}

export function channels(types) {
  const all = guild()?.channels ?? [];
  return all
    .filter((known) => !types?.length || types.includes(known.type))
    .map((known) => ({ value: known.id, label: `#${known.name}` }));
}

/** An entry of a list: `take` chooses it, `activate` makes it the one that Enter would choose. */
export function optionElement(entry, { id, selected, take, activate }) {
  return h(
    "div",
    { role: "option", id, "aria-selected": String(selected), onclick: take, onpointermove: activate },
    entryPicture(entry),
    h(
      "span",
      { class: "option-text" },
      h("span", { class: "option-label" }, entry.label),
      entry.description ? h("span", { class: "option-description" }, entry.description) : null,
    ),
    selected ? h("span", { "aria-hidden": "true" }, "✓") : null,
  );
}

/** The picture in front of an entry. */
function entryPicture(entry) {
  if (entry.person) return avatar(entry.label, entry.bot, "tiny");
  return entry.emoji ? h("span", { class: "emoji", "aria-hidden": "true" }, entry.emoji) : null;
}

export class Menu {
  /**
   * `entries` gives what can be chosen, `chosen` the values that are, `choose` hears of a choice. `least` and `most` are
   * how many can be chosen.
   */
  constructor({
    id,
    label,
    placeholder = label,
    entries,
    chosen,
    least,
    most,
    disabled,
    busy,
    key,
    choose,
    describedBy,
  }) {
    Object.assign(this, { id, label, placeholder, entries, least, most, choose });
    this.chosen = new Set(chosen);
    this.listId = uniqueId("list");
    this.button = h("button", {
      type: "button",
      role: "combobox",
      class: "select",
      id,
      disabled,
      "data-key": key,
      "aria-haspopup": "listbox",
      "aria-expanded": "false",
      "aria-controls": this.listId,
      "aria-busy": busy ? "true" : null,
      "aria-describedby": describedBy,
      onclick: () => (this.isOpen() ? this.close(true) : this.open()),
      onkeydown: (event) => this.key(event),
      // Another window in front is no choice.
      onblur: () => document.hasFocus() && this.close(this.button.isConnected),
    });
    this.list = h("div", {
      id: this.listId,
      role: "listbox",
      class: "options",
      popover: "manual",
      "aria-label": label,
      "aria-multiselectable": most > 1 ? "true" : null,
    });
    // The message is about to be drawn anew or to go: nothing was chosen.
    this.button.addEventListener("cancel-menu", () => this.close(false));
    // Pressing an entry must not take the focus from the button.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.element = h("div", { class: "menu" }, this.button, this.list);
    this.showChosen();
  }

  isOpen() {
    return this.button.getAttribute("aria-expanded") === "true";
  }

  showChosen() {
    const labels = this.entries()
      .filter((entry) => this.chosen.has(entry.value))
      .map((entry) => entry.label);
    this.button.replaceChildren(
      h("span", { class: labels.length ? "" : "placeholder" }, labels.join(", ") || this.placeholder),
      icon("down"),
    );
    this.button.setAttribute("aria-label", labels.length ? `${this.label}: ${labels.join(", ")}` : this.label);
  }

  open() {
    this.before = new Set(this.chosen);
    this.shown = this.entries();
    this.draw();
    this.list.showPopover();
    this.place();
    this.button.setAttribute("aria-expanded", "true");
    const first = this.shown.findIndex((entry) => this.chosen.has(entry.value));
    this.activate(Math.max(first, 0));
    this.outside = (event) => {
      if (!this.element.contains(event.target)) this.close(true);
    };
    this.scrolled = (event) => {
      if (!this.list.contains(event.target)) this.place();
    };
    document.addEventListener("pointerdown", this.outside, true);
    document.addEventListener("scroll", this.scrolled, true);
  }

  /**
   * Closes. Several entries are handed over only now, a single one was before. Without `hand`, and with too few, it is as
   * if nothing had been chosen.
   */
  close(hand) {
    if (!this.isOpen()) return;
    this.button.setAttribute("aria-expanded", "false");
    this.button.removeAttribute("aria-activedescendant");
    if (this.list.isConnected) this.list.hidePopover();
    document.removeEventListener("pointerdown", this.outside, true);
    document.removeEventListener("scroll", this.scrolled, true);
    if (this.most > 1) {
      const changed = [...this.chosen].join() !== [...this.before].join();
      const enough = this.chosen.size >= this.least;
      if (hand && changed && !enough) say(`Choose at least ${this.least}.`, "problem");
      if (hand && changed && enough) this.choose([...this.chosen]);
      else this.chosen = new Set(this.before);
      this.showChosen();
    }
    this.button.dispatchEvent(new CustomEvent("menu-closed", { bubbles: true }));
  }

  place() {
    const box = this.button.getBoundingClientRect();
    const below = window.innerHeight - box.bottom;
    const up = below < 220 && box.top > below;
    Object.assign(this.list.style, {
      left: `${box.left}px`,
      width: `${box.width}px`,
      maxHeight: `${Math.min(320, (up ? box.top : below) - 12)}px`,
      top: up ? "auto" : `${box.bottom + 4}px`,
      bottom: up ? `${window.innerHeight - box.top + 4}px` : "auto",
    });
  }

  draw() {
    this.list.replaceChildren(
      ...this.shown.map((entry, place) =>
        optionElement(entry, {
          id: `${this.listId}-${place}`,
          selected: this.chosen.has(entry.value),
          take: () => this.take(place),
          activate: () => this.activate(place, false),
        }),
      ),
    );
  }

  activate(place, scroll = true) {
    this.active = place;
    [...this.list.children].forEach((child, index) => child.classList.toggle("active", index === place));
    const child = this.list.children[place];
    if (!child) return;
    this.button.setAttribute("aria-activedescendant", child.id);
    if (scroll) child.scrollIntoView({ block: "nearest" });
  }

  take(place) {
    const { value } = this.shown[place];
    if (this.most > 1) {
      if (this.chosen.has(value)) this.chosen.delete(value);
      else if (this.chosen.size < this.most) this.chosen.add(value);
      this.draw();
      this.activate(place);
      this.showChosen();
      return;
    }
    // What may be empty is emptied by choosing the same again.
    this.chosen = new Set(this.least === 0 && this.chosen.has(value) ? [] : [value]);
    this.showChosen();
    this.close(false);
    this.choose([...this.chosen]);
  }

  key(event) {
    const { key } = event;
    if (!this.isOpen()) {
      if (["ArrowDown", "ArrowUp"].includes(key)) {
        event.preventDefault();
        this.open();
      }
      return;
    }
    const last = this.shown.length - 1;
    const moves = {
      ArrowDown: Math.min(this.active + 1, last),
      ArrowUp: Math.max(this.active - 1, 0),
      Home: 0,
      End: last,
    };
    if (key in moves) this.activate(moves[key]);
    else if (key === "Enter" || key === " ") this.take(this.active);
    else if (key === "Escape") {
      this.close(false);
      event.stopPropagation();
    } else if (key === "Tab") {
      this.close(true);
      return;
    } else if (key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const from = [...this.shown.keys()].map((offset) => (this.active + 1 + offset) % this.shown.length);
      const found = from.find((place) =>
        this.shown[place].label.replace(/^[@#]/, "").toLowerCase().startsWith(key.toLowerCase()),
      );
      if (found !== undefined) this.activate(found);
    } else return;
    event.preventDefault();
  }
}
