// What tests look for in the page. Put in front of every script that they run.

/** Letters as they are read: one space between words. */
const plain = (words) => (words ?? "").replace(/\s+/g, " ").trim();

const inSight = (element) =>
  element.isConnected && element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;

/** Everything that can be read; what is only said to screen readers stands in `#live`. */
const readable = () =>
  plain(
    [...document.body.children]
      .filter((part) => part.id !== "live" && part.tagName !== "SCRIPT" && inSight(part))
      .map((part) => part.innerText)
      .join("\n"),
  );

const said = () => plain(document.getElementById("live")?.innerText);

/** How an element is called by somebody who listens. */
const nameOf = (element) => {
  const labels = (element.getAttribute("aria-labelledby") ?? "").split(/\s+/).filter(Boolean);
  if (labels.length) return plain(labels.map((id) => document.getElementById(id)?.textContent).join(" "));
  if (element.getAttribute("aria-label")) return plain(element.getAttribute("aria-label"));
  if (element.labels?.length) return plain([...element.labels].map((label) => label.textContent).join(" "));
  return plain(element.innerText || element.getAttribute("title") || element.placeholder);
};

/** What an open dialog leaves reachable. */
const reachable = () => [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;

const PRESSABLE = "button, a[href], summary, [role=option], [role=menuitem], input[type=checkbox], input[type=radio]";

/** Something to press, below a part of the page: one with exactly the name, else one whose name holds it. */
const pressable = (name, root = reachable()) => {
  const all = [...root.querySelectorAll(PRESSABLE)].filter(inSight);
  return all.find((one) => nameOf(one) === name) ?? all.find((one) => nameOf(one).includes(name));
};

/** The newest message with the words. */
const message = (words) =>
  [...document.querySelectorAll("li.message")].filter((one) => plain(one.innerText).includes(words)).at(-1);

const field = (name) =>
  [...reachable().querySelectorAll("input, textarea, select, button[role=combobox]")].find(
    (one) => inSight(one) && nameOf(one).replace(/ \*$/, "") === name,
  );

/** What reaches beyond the right edge and stands in no box of its own, in which it could be scrolled to or is left out. */
const beyondTheEdge = () => {
  const frame = new Set([document.documentElement, document.body, ...document.querySelectorAll("#app, #main, #log")]);
  const boxOf = (one) => {
    let box = one.parentElement;
    while (!frame.has(box) && getComputedStyle(box).overflowX === "visible") box = box.parentElement;
    return box;
  };
  return [...reachable().querySelectorAll("*")]
    .filter((one) => inSight(one) && one.getBoundingClientRect().right > innerWidth + 1 && frame.has(boxOf(one)))
    .map((one) => `${one.tagName.toLowerCase()}.${one.className}: ${plain(one.innerText).slice(0, 60)}`);
};

/** Boxes of the frame that can be pushed sideways, which none may. */
const sideways = () =>
  [
    document.scrollingElement,
    ...document.querySelectorAll("#log, #app, #main, #drawer, #channels, dialog, dialog form"),
  ]
    .filter((one) => inSight(one) && one.scrollWidth > one.clientWidth + 1)
    .map((one) => `${one.tagName.toLowerCase()}#${one.id} is ${one.scrollWidth} wide in ${one.clientWidth}`);

const CONTROLS = `#top button, #composer button, #composer input, #write, .rows :is(button, a), .layout :is(button, a), .poll button,
  .picker [role=option], .options [role=option], [role=menuitem], .try button, .thread-card, #drawer button,
  .actions button, .reactions button, dialog button, dialog input:not([type=checkbox], [type=radio])`;

/** What a finger is to hit and might miss, because it is smaller than 44 pixels. */
const tooSmall = () =>
  [...reachable().querySelectorAll(CONTROLS)]
    .filter(inSight)
    .map((one) => [one, one.getBoundingClientRect()])
    .filter(([, box]) => Math.min(box.height, box.width) < 43.5)
    .map(([one, box]) => `${nameOf(one)}: ${box.width.toFixed()} x ${box.height.toFixed()}`);

/** What has the focus, in a few words: what it is, and how it is called. */
const focused = () => {
  const element = document.activeElement;
  if (!element || element === document.body) return "body";
  return `${element.getAttribute("role") ?? element.tagName.toLowerCase()} ${nameOf(element)}`.trim();
};

/** Looks at each frame until there is something; `null` when it does not come. */
const until = (look, ceilingMs) =>
  new Promise((resolve) => {
    const end = performance.now() + ceilingMs;
    const again = () => {
      const found = look();
      if (found) resolve(found);
      else if (performance.now() > end) resolve(null);
      else requestAnimationFrame(again);
    };
    again();
  });
