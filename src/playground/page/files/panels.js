// Panels that lie over the messages where the window is narrow: servers and channels on one side, members on the other.

import { changed } from "./store.js";

const { classList } = document.body;
const drawer = document.getElementById("drawer");
const people = document.getElementById("people");
const main = document.getElementById("main");
const shade = document.getElementById("shade");
/** Where they lie over the messages; the style sheet says the same. */
const narrow = { drawer: matchMedia("(max-width: 760px)"), people: matchMedia("(max-width: 1100px)") };

export function start() {
  shade.addEventListener("click", close);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !shade.hidden) close();
  });
  for (const query of Object.values(narrow)) query.addEventListener("change", settle);
  settle();
}

export const drawerIsOpen = () => narrow.drawer.matches && classList.contains("drawer-open");

/** Members are hidden until one asks where it is narrow, and else shown until one does not want them. */
export function peopleAreShown() {
  return narrow.people.matches ? classList.contains("people-open") : !classList.contains("people-closed");
}

export function openDrawer() {
  classList.remove("people-open");
  classList.add("drawer-open");
  settle();
  drawer.querySelector("#channels [aria-current]")?.focus();
}

export function togglePeople() {
  classList.remove("drawer-open");
  classList.toggle(narrow.people.matches ? "people-open" : "people-closed");
  settle();
  if (narrow.people.matches && peopleAreShown()) people.focus();
}

/** Closes what lies over the messages, and gives the focus back to what opened it. */
export function close() {
  const opener = shade.hidden ? null : drawerIsOpen() ? "drawer" : "people";
  classList.remove("drawer-open", "people-open");
  settle();
  if (opener) document.querySelector(`#top [data-key="${opener}"]`)?.focus();
}

/** What lies under an open panel cannot be reached. */
function settle() {
  const peopleOver = narrow.people.matches && classList.contains("people-open");
  shade.hidden = !drawerIsOpen() && !peopleOver;
  main.inert = !shade.hidden;
  people.inert = drawerIsOpen();
  drawer.inert = peopleOver || (narrow.drawer.matches && !drawerIsOpen());
  changed("panels");
}
