// The list above the message box: commands, choices and names. The focus stays in the box, which says what is active.

import { h, uniqueId } from "./dom.js";
import { optionElement } from "./select.js";

export class Picker {
  constructor() {
    this.listId = uniqueId("picker");
    this.title = h("p", { class: "picker-title", "aria-hidden": "true" });
    // Reached by Tab only where it is too long to be seen at once; the keys are those of the box.
    this.list = h("div", {
      id: this.listId,
      role: "listbox",
      tabindex: "0",
      onkeydown: (event) => this.listKey(event),
      onblur: (event) => event.relatedTarget !== this.box && this.left(event),
    });
    this.status = h("p", { class: "picker-status", role: "status" });
    this.element = h("div", { class: "picker", hidden: true }, this.title, this.list, this.status);
    // Pressing an entry must not take the focus from the box.
    this.element.addEventListener("pointerdown", (event) => event.preventDefault());
    this.entries = [];
    this.active = -1;
  }

  isOpen() {
    return !this.element.hidden;
  }

  /** Shows entries for a box. `active` is the entry that Enter takes, -1 for none; `status` says why there are none. */
  show(box, { title, entries, active = 0, status = "", pick }) {
    if (this.box && this.box !== box) this.release();
    Object.assign(this, { box, entries, pick });
    this.title.textContent = title;
    this.list.setAttribute("aria-label", title);
    this.list.hidden = !entries.length;
    this.status.textContent = entries.length ? "" : status;
    this.status.hidden = Boolean(entries.length) || !status;
    this.list.replaceChildren(
      ...entries.map((entry, place) =>
        optionElement(entry, {
          id: `${this.listId}-${place}`,
          selected: false,
          take: () => this.take(place),
          activate: () => this.activate(place, false),
        }),
      ),
    );
    this.element.hidden = !entries.length && !status;
    if (box.getAttribute("role") === "combobox") box.setAttribute("aria-expanded", String(Boolean(entries.length)));
    box.setAttribute("aria-controls", this.listId);
    this.activate(entries.length ? Math.min(active, entries.length - 1) : -1);
  }

  /** The focus left the box: for the list, or for elsewhere. */
  left(event) {
    if (!this.element.contains(event.relatedTarget)) this.hide();
  }

  /** A key in the list itself: the arrows scroll it, everything else is for the box. */
  listKey(event) {
    const { box } = this;
    if (event.key === "Tab" && !event.shiftKey) {
      box.focus();
    } else if (!this.key(event)) return;
    event.preventDefault();
    box?.focus();
  }

  release() {
    if (this.box?.getAttribute("role") === "combobox") this.box.setAttribute("aria-expanded", "false");
    this.box?.removeAttribute("aria-activedescendant");
    this.box?.removeAttribute("aria-controls");
  }

  hide() {
    this.element.hidden = true;
    this.entries = [];
    this.active = -1;
    this.release();
    this.box = null;
  }

  activate(place, scroll = true) {
    this.active = place;
    [...this.list.children].forEach((child, index) => child.setAttribute("aria-selected", String(index === place)));
    const child = this.list.children[place];
    if (!child) {
      this.box?.removeAttribute("aria-activedescendant");
      return;
    }
    this.box?.setAttribute("aria-activedescendant", child.id);
    if (scroll) child.scrollIntoView({ block: "nearest" });
  }

  take(place) {
    const entry = this.entries[place];
    if (entry) this.pick(entry);
  }

  /** Handles the keys of an open list. Says whether the key was meant for it. */
  key(event) {
    if (!this.isOpen()) return false;
    const { length } = this.entries;
    if (event.key === "Escape") {
      this.hide();
      return true;
    }
    if (!length) return false;
    if (event.key === "ArrowDown") this.activate((this.active + 1) % length);
    else if (event.key === "ArrowUp") this.activate(this.active <= 0 ? length - 1 : this.active - 1);
    else if ((event.key === "Enter" && !event.shiftKey) || (event.key === "Tab" && !event.shiftKey)) {
      if (this.active < 0) return false;
      this.take(this.active);
    } else return false;
    return true;
  }
}
