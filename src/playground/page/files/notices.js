// What the page says above everything: that the connection is lost, and problems of the content.

import { h, icon } from "./dom.js";
import { focusOr } from "./focus.js";
import { say } from "./live.js";
import { recall, remember } from "./storage.js";
import { state } from "./store.js";

/** The number of the newest notice that came; `null` before the first look at a playground. */
let heard = null;

/** A notice of the host came, or there is none any more. */
export function hear(notice) {
  const number = notice?.number ?? 0;
  // Good news passes by, unless it is old; problems stay until they are mended or closed.
  if (notice?.kind === "news" && heard !== null && number > heard) say(notice.title, "news");
  heard = Math.max(heard ?? 0, number);
  state.notice = notice?.kind === "problem" ? notice : null;
  draw();
}

/** The connection was lost or found again. */
export function connection(isLost) {
  // Who answers next may be another playground, which counts anew.
  if (isLost) {
    heard = null;
    remember("notice", null);
  }
  draw();
}

function draw() {
  const rows = [];
  if (!state.connected) rows.push(lost());
  const { notice } = state;
  if (notice && recall("notice", null) !== JSON.stringify(notice)) rows.push(problem(notice));
  document.getElementById("notices").replaceChildren(...rows);
}

function lost() {
  const remedy = ["Start it again with ", h("code", {}, "backroad playground"), "; this page then goes on by itself."];
  return h(
    "div",
    { class: "notice problem", role: "alert" },
    icon("warning"),
    h("p", {}, "The playground does not answer. ", ...remedy),
  );
}

function problem(notice) {
  const close = {
    type: "button",
    class: "plain",
    "aria-label": "Close this notice",
    onclick() {
      remember("notice", JSON.stringify(notice));
      draw();
      focusOr(null);
    },
  };
  const lines = notice.lines.map((line) => h("li", {}, h("code", {}, line)));
  return h(
    "div",
    { class: "notice problem", role: "alert" },
    icon("warning"),
    h("div", {}, h("p", {}, notice.title), lines.length ? h("ul", {}, lines) : null),
    h("button", close, icon("close")),
  );
}
