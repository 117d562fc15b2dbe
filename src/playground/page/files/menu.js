// The context menu of a message or a member: what one can do with it, and the bot's commands for it.

import { h } from "./dom.js";
import { remember } from "./focus.js";

let open = null;

/**
 * Shows a menu at a point or below an element. `groups` are lists of `{ label, run, danger }`, each with an optional `title`.
 */
export function showMenu(anchor, groups, label) {
  closeMenu(false);
  const back = remember();
  const list = h("div", { role: "menu", class: "context-menu", popover: "manual", "aria-label": label });
  for (const group of groups.filter((candidate) => candidate.items.length)) {
    const box = h("div", { role: "group", "aria-label": group.title ?? null });
    if (group.title) box.append(h("div", { class: "group-title", "aria-hidden": "true" }, group.title));
    for (const item of group.items) {
      box.append(
        h(
          "button",
          {
            type: "button",
            role: "menuitem",
            tabindex: "-1",
            class: item.danger ? "danger-item" : "",
            "aria-label": item.name ?? null,
            onclick: () => {
              closeMenu(true);
              item.run();
            },
          },
          item.label,
        ),
      );
    }
    list.append(box);
  }
  const items = () => [...list.querySelectorAll("[role=menuitem]")];
  list.addEventListener("keydown", (event) => {
    const all = items();
    const at = all.indexOf(document.activeElement);
    const to = {
      ArrowDown: (at + 1) % all.length,
      ArrowUp: (at - 1 + all.length) % all.length,
      Home: 0,
      End: all.length - 1,
    }[event.key];
    if (to !== undefined) all[to].focus();
    else if (event.key === "Escape" || event.key === "Tab") closeMenu(true);
    else if (event.key.length === 1)
      all
        .find((item, place) => place > at && item.textContent.toLowerCase().startsWith(event.key.toLowerCase()))
        ?.focus();
    else return;
    if (event.key === "Enter" || event.key === " ") return;
    event.preventDefault();
    event.stopPropagation();
  });
  // Not in the main part, which cannot be reached while a panel lies over it.
  document.getElementById("menus").append(list);
  list.showPopover();
  place(list, anchor);
  const outside = (event) => {
    if (!list.contains(event.target)) closeMenu(false);
  };
  document.addEventListener("pointerdown", outside, true);
  open = { list, back, outside };
  items()[0]?.focus();
}

function place(list, anchor) {
  const box =
    anchor instanceof Element
      ? anchor.getBoundingClientRect()
      : { left: anchor.x, right: anchor.x, bottom: anchor.y, top: anchor.y };
  const { width, height } = list.getBoundingClientRect();
  const left = Math.max(
    8,
    Math.min(anchor instanceof Element ? box.right - width : box.left, window.innerWidth - width - 8),
  );
  const top =
    box.bottom + height + 8 > window.innerHeight ? Math.max(8, window.innerHeight - height - 8) : box.bottom + 4;
  Object.assign(list.style, { left: `${left}px`, top: `${top}px` });
}

/** Closes the menu; `back` puts the focus where it was. */
export function closeMenu(back) {
  if (!open) return;
  const { list, back: giveBack, outside } = open;
  open = null;
  document.removeEventListener("pointerdown", outside, true);
  list.remove();
  if (back) giveBack();
}
