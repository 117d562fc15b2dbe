// What is said to people who listen instead of looking, and short notes that pass.

import { h } from "./dom.js";

/** How long a note is shown, in ms. */
const SHOWN_MS = 6000;

/** Says something once. A `problem` or `news` is shown for a while, too. */
export function say(sentence, shown = null) {
  const live = document.getElementById("live");
  live.append(h("p", {}, sentence));
  while (live.childElementCount > 20) live.firstElementChild.remove();
  if (!shown) return;
  const same = [...document.querySelectorAll("#toasts .toast")].find((known) => known.textContent === sentence);
  same?.remove();
  const note = h("div", { class: `toast ${shown}` }, sentence);
  document.getElementById("toasts").append(note);
  setTimeout(() => note.remove(), SHOWN_MS);
}
