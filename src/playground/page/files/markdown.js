// Reads Discord's message markdown into a syntax tree, and draws the tree with DOM nodes (never from HTML text).

import { highlight } from "./highlight.js";
import { MAX_SECONDS, timeElement } from "./time.js";

/**
 * @typedef {{type: "text", text: string}
 *   | {type: "strong"|"em"|"u"|"s"|"spoiler"|"quote"|"subtext", children: Node[]}
 *   | {type: "heading", level: 1|2|3, children: Node[]}
 *   | {type: "list", start: number|null, items: Node[][]}
 *   | {type: "code", text: string}
 *   | {type: "codeblock", language: string|null, text: string}
 *   | {type: "link", href: string, title: string|null, children: Node[]}
 *   | {type: "user"|"role"|"channel", id: string}
 *   | {type: "command", name: string, id: string}
 *   | {type: "everyone", text: "@everyone"|"@here"}
 *   | {type: "emoji", name: string, id: string, animated: boolean}
 *   | {type: "time", seconds: number, style: string}} Node
 * A line break is "\n" in a text. `start` is null for bullets, else the first number.
 */

/**
 * What a message refers to, and what its buttons do. All are optional.
 * @typedef {object} Context
 * @property {(id: string) => {name: string}|null} [user]
 * @property {(id: string) => {name: string, color?: number|string|null}|null} [role]
 * @property {(id: string) => {name: string, id: string}|null} [channel]
 * @property {() => number} [nowMs] the time in milliseconds since 1970
 * @property {(id: string) => void} [onChannel]
 * @property {(name: string) => void} [onCommand]
 */

/** What is nested deeper is shown as it was written. */
const MAX_DEPTH = 32;
const MAX_LIST_DEPTH = 11;
const MAX_LIST_START = 1_000_000_000;
const MAX_TARGET = 2048;

// What precedes on the line that is being read. Headings need FRESH; quotes and lists may be indented.
const FRESH = 0;
const INDENTED = 1;
const WITHIN = 2;

const SHRUG = "¯\\_(ツ)_/¯";
/** What must not follow a closing mark: `***` ends with its last two. */
const NOT_AFTER = new Map([
  ["**", "*"],
  ["__", "_"],
  ["~~", "_"],
]);
const MENTIONS = new Set(["user", "role", "channel", "command", "everyone"]);

// All are anchored where reading is, and none can go back far: the time stays in proportion to the text.
const BULLET = /(?:[-*]|(\d{1,10})\.) +/y;
const HEADING = /(#{1,3})\s+(?!#)([^\n]+)\n?/y;
const SUBTEXT = /-# +(?!-#)([^\n]+)\n?/y;
const LANGUAGE = /([a-z0-9_+\-.#]{1,40})\n/iy;
const TARGET_END = /(?:\s{1,20}(?:"([^"\n]{0,300})"|'([^'\n]{0,300})'))?\s{0,20}\)/y;
const ADDRESS = /https?:\/\/[^\s<]+/y;
const ANGLES = [
  [/<@!?(\d{1,20})>/y, ([, id]) => ({ type: "user", id })],
  [/<@&(\d{1,20})>/y, ([, id]) => ({ type: "role", id })],
  [/<#(\d{1,20})>/y, ([, id]) => ({ type: "channel", id })],
  [/<\/([-_\p{L}\p{N} ]{1,100}):(\d{1,20})>/uy, ([, name, id]) => ({ type: "command", name, id })],
  [/<(a?):(\w{1,32}):(\d{1,20})>/y, ([, a, name, id]) => ({ type: "emoji", name, id, animated: a !== "" })],
  [/<t:(-?\d{1,15})(?::([tTdDfFsSR]))?>/y, ([, seconds, style]) => moment(Number(seconds), style ?? "f")],
  [/<(https?:\/\/[^\s<>]{1,2048})>/y, ([, address]) => link(address)],
];

/**
 * Reads a text; what is no string counts as empty. Whatever the text is, this gives a tree, in a time in proportion to
 * its length.
 * @param {string} text
 * @param {{inline?: boolean}} [options] inline: without headings, lists, quotes and code blocks, as in a title
 * @returns {Node[]}
 */
export function parse(text, { inline = false } = {}) {
  const source = (typeof text === "string" ? text : "").replace(/\r\n?/g, "\n");
  return new Reader(source, { inline, quoted: false, lists: 0, depth: 0, line: FRESH }).read();
}

/**
 * Reads and draws a text.
 * @param {string} text
 * @param {Context} [context]
 * @param {{inline?: boolean}} [options] as for `parse`
 * @returns {DocumentFragment}
 */
export function render(text, context = {}, options = {}) {
  return renderTree(parse(text, options), context);
}

/**
 * Draws a tree.
 * @param {Node[]} nodes
 * @param {Context} [context]
 * @returns {DocumentFragment}
 */
export function renderTree(nodes, context = {}) {
  const fragment = document.createDocumentFragment();
  fragment.append(...draw(nodes, context));
  return fragment;
}

/**
 * Reads one stretch of text from left to right. What is inside of a construct is a stretch of its own.
 *
 * A construct begins where an opening mark has a closing mark. Searches for closing marks only move forward and are
 * remembered, so that many marks without a partner cost no more than one.
 */
class Reader {
  constructor(source, where) {
    this.source = source;
    this.where = where;
    this.line = where.line;
    this.lineFrom = 0;
    this.nodes = [];
    // What searches have found, by their mark.
    this.closers = null;
    this.runEnds = null;
    this.oddRuns = null;
    this.ticks = null;
    this.brackets = null;
  }

  read() {
    const { source } = this;
    let at = 0;
    let from = 0;
    while (at < source.length) {
      const found = (this.line === WITHIN ? null : this.block(at)) ?? this.inline(at);
      if (found === null) {
        this.step(source[at], at);
        at += 1;
        continue;
      }
      this.text(source.slice(from, at));
      if (found.text === undefined) this.nodes.push(found.node);
      else this.text(found.text);
      at = from = found.end;
      this.line = found.block ? FRESH : WITHIN;
      if (found.block) this.lineFrom = at;
    }
    this.text(source.slice(from));
    for (const node of this.nodes) if (node.type === "text") node.text = withoutLineEndSpaces(node.text);
    return this.nodes.filter((node) => node.type !== "text" || node.text !== "");
  }

  step(char, at) {
    if (char === "\n") {
      this.line = FRESH;
      this.lineFrom = at + 1;
    } else if (char !== " ") {
      this.line = WITHIN;
    } else if (this.line === FRESH) {
      this.line = INDENTED;
    }
  }

  text(text) {
    if (text === "") return;
    const last = this.nodes.at(-1);
    if (last?.type === "text") last.text += text;
    else this.nodes.push({ type: "text", text });
  }

  children(source, change = {}) {
    const depth = this.where.depth + 1;
    if (source === "") return [];
    // One character opens nothing.
    if (depth > MAX_DEPTH || source.length === 1) return [{ type: "text", text: source }];
    return new Reader(source, { ...this.where, line: this.line, depth, ...change }).read();
  }

  // Blocks, which begin where a line begins. Each takes the line break after it.

  block(at) {
    const { inline, quoted, lists } = this.where;
    if (inline) return null;
    const char = this.source[at];
    if (char === ">") return quoted ? null : this.quote(at);
    if (char === "#") return this.line === FRESH && lists === 0 ? this.heading(at) : null;
    if (char === "-" && this.source[at + 1] === "#") return this.line === FRESH ? this.subtext(at) : null;
    if (char === "-" || char === "*" || isDigit(char)) return lists < MAX_LIST_DEPTH ? this.list(at) : null;
    return null;
  }

  heading(at) {
    const match = matchAt(HEADING, this.source, at);
    if (!match) return null;
    const title = withoutEnd(match[2].trimEnd(), "#").trimEnd();
    const node = { type: "heading", level: match[1].length, children: this.children(title) };
    return { node, end: at + match[0].length, block: true };
  }

  subtext(at) {
    const match = matchAt(SUBTEXT, this.source, at);
    if (!match) return null;
    return { node: { type: "subtext", children: this.children(match[1]) }, end: at + match[0].length, block: true };
  }

  quote(at) {
    const { source } = this;
    if (source.startsWith(">>> ", at) && source.length > at + 4) {
      const children = this.children(source.slice(at + 4), { quoted: true });
      return { node: { type: "quote", children }, end: source.length, block: true };
    }
    const lines = [];
    let end = at;
    for (let next = at; source.startsWith("> ", next); next = afterSpaces(source, end)) {
      const stop = lineEnd(source, next);
      lines.push(source.slice(next + 2, stop));
      end = Math.min(stop + 1, source.length);
    }
    if (lines.length === 0) return null;
    return { node: { type: "quote", children: this.children(lines.join("\n"), { quoted: true }) }, end, block: true };
  }

  list(at) {
    const { source } = this;
    const indent = at - this.lineFrom;
    let bullet = matchAt(BULLET, source, at);
    if (!bullet || at + bullet[0].length >= source.length) return null;
    const start = bullet[1] === undefined ? null : Math.min(Math.max(Number(bullet[1]), 1), MAX_LIST_START);
    const items = [];
    let next = at;
    while (bullet) {
      const inside = indent + bullet[0].length;
      let stop = lineEnd(source, next);
      const lines = [source.slice(next + bullet[0].length, stop)];
      next = Math.min(stop + 1, source.length);
      // A line belongs to the item if it is indented by two, or is a bullet that is indented more than the item's.
      for (;;) {
        const spaces = afterSpaces(source, next) - next;
        bullet = matchAt(BULLET, source, next + spaces);
        if (spaces <= indent || (!bullet && spaces < indent + 2)) {
          next += bullet ? spaces : 0;
          break;
        }
        stop = lineEnd(source, next);
        lines.push(source.slice(next + Math.min(spaces, inside), stop));
        next = Math.min(stop + 1, source.length);
      }
      items.push(this.children(lines.join("\n"), { lists: this.where.lists + 1 }));
    }
    return { node: { type: "list", start, items }, end: next, block: true };
  }

  // Constructs within a line. (They may well span lines.)

  inline(at) {
    const { source } = this;
    switch (source[at]) {
      case "\\":
        return isEscapable(source[at + 1]) ? { text: source[at + 1], end: at + 2 } : null;
      case "*":
      case "_":
        return this.emphasis(at);
      case "~":
        return source[at + 1] === "~" ? this.built("s", this.pair("~~", at)) : null;
      case "|":
        return source[at + 1] === "|" ? this.built("spoiler", this.pair("||", at)) : null;
      case "`":
        return this.code(at);
      case "[":
        return this.link(at);
      case "h":
        return source.startsWith("http", at) ? this.address(at) : null;
      case "<":
        return this.angle(at);
      case "@":
        return this.everyone(at);
      case "¯":
        return source.startsWith(SHRUG, at) ? { text: SHRUG, end: at + SHRUG.length } : null;
      default:
        return null;
    }
  }

  built(type, span) {
    return span && { node: { type, children: this.children(this.source.slice(span.from, span.to)) }, end: span.end };
  }

  /** `*a*`, `**a**`, `_a_` or `__a__`: of the single and the double mark, the one that spans more, else the single. */
  emphasis(at) {
    const mark = this.source[at];
    const single = this.single(mark, at);
    const double = this.source[at + 1] === mark ? this.pair(mark + mark, at) : null;
    if (double && (!single || double.end > single.end)) return this.built(mark === "*" ? "strong" : "u", double);
    return this.built("em", single);
  }

  pair(mark, at) {
    const close = this.closer(mark, at + 3);
    return close === Infinity ? null : { from: at + 2, to: close, end: close + 2 };
  }

  /** Where a closing mark of two or three characters is, at `from` or later. */
  closer(mark, from) {
    const known = this.closers?.get(mark);
    if (known && known.from <= from && from <= known.close) return known.close;
    const { source } = this;
    const never = NOT_AFTER.get(mark);
    const escapes = mark === "**" || mark === "__";
    let close = source.indexOf(mark, from);
    while (close !== -1 && ((never && source[close + 2] === never) || (escapes && isEscaped(source, close)))) {
      close = source.indexOf(mark, close + 1);
    }
    if (close === -1) close = Infinity;
    (this.closers ??= new Map()).set(mark, { from, close });
    return close;
  }

  /** Inside of single marks, marks come in pairs only. So the first odd run of marks is where it ends, if it may. */
  single(mark, at) {
    const { source } = this;
    if (mark === "*" && isSpaceOrEnd(source[at + 1])) return null;
    const known = this.runEnds?.get(mark) ?? 0;
    const runEnd = known > at ? known : endOfRun(source, mark, at);
    (this.runEnds ??= new Map()).set(mark, runEnd);
    const behind = runEnd - at - 1;
    if (behind === 1) return null;
    const run = behind % 2 === 1 ? { from: at + 1, end: runEnd } : this.oddRun(mark, runEnd);
    if (run.end === Infinity) return null;
    const close = run.end - 1;
    if (mark === "_") return isWord(source[run.end]) ? null : { from: at + 1, to: close, end: run.end };
    // Up to two spaces before the closing mark are tolerated, and dropped.
    let to = close;
    while (close - to < 2 && source[to - 1] === " ") to -= 1;
    return isSpaceOrEnd(source[to - 1]) ? null : { from: at + 1, to, end: run.end };
  }

  oddRun(mark, from) {
    const known = this.oddRuns?.get(mark);
    if (known?.from >= from) return known;
    const { source } = this;
    let run = { from: Infinity, end: Infinity };
    let next = source.indexOf(mark, from);
    while (next !== -1) {
      const end = isEscaped(source, next) ? next + 1 : endOfRun(source, mark, next);
      if (!isEscaped(source, next) && (end - next) % 2 === 1) {
        run = { from: next, end };
        break;
      }
      next = source.indexOf(mark, end);
    }
    (this.oddRuns ??= new Map()).set(mark, run);
    return run;
  }

  code(at) {
    const { source, where } = this;
    if (!where.inline && source.startsWith("```", at)) {
      const block = this.fence(at);
      if (block) return block;
    }
    const runEnd = endOfRun(source, "`", at);
    this.ticks ??= runsByLength(source);
    // As many marks as possible; those that are too many belong to the code.
    for (let length = runEnd - at; length > 0; length -= 1) {
      const close = firstFrom(this.ticks.get(length), runEnd);
      if (close === undefined) continue;
      return { node: { type: "code", text: codeText(source.slice(at + length, close)) }, end: close + length };
    }
    return { text: source.slice(at, runEnd), end: runEnd };
  }

  fence(at) {
    const { source } = this;
    const language = matchAt(LANGUAGE, source, at + 3);
    const body = (language && this.fenced(at + 3 + language[0].length)) ?? this.fenced(at + 3);
    if (!body) return null;
    const named = language && body.from > at + 3 ? language[1] : null;
    const end = source[body.end] === "\n" ? body.end + 1 : body.end;
    return { node: { type: "codeblock", language: named, text: body.text }, end, block: end > body.end };
  }

  /** What is between `from` and the closing fence: at least one character, without empty lines around it. */
  fenced(from) {
    const { source } = this;
    let start = from;
    while (source[start] === "\n") start += 1;
    const close = this.closer("```", start + 1);
    if (close === Infinity) return null;
    return { from, text: withoutEnd(source.slice(start, close), "\n"), end: close + 3 };
  }

  link(at) {
    const { source } = this;
    this.brackets ??= bracketPairs(source);
    const shut = this.brackets.get(at);
    if (shut === undefined || source[shut + 1] !== "(") return null;
    const label = source.slice(at + 1, shut);
    const target = this.closer(")", shut + 2) < shut + MAX_TARGET ? linkTarget(source, shut + 2) : null;
    if (!target) return null;
    const plain = { text: source.slice(at, target.end), end: target.end };
    // A label must not look like another address, nor mention anybody; Discord then shows the source.
    if (!isAddress(target.href) || label.trim() === "" || /https?:\/\//i.test(label)) return plain;
    const children = this.children(label, { inline: true });
    if (children.some(hasMention)) return plain;
    return { node: { type: "link", href: target.href, title: target.title, children }, end: target.end };
  }

  address(at) {
    const match = matchAt(ADDRESS, this.source, at);
    if (!match) return null;
    let href = withoutEnd(match[0], ".,:;\"']");
    const closing = href.length - withoutEnd(href, ")").length;
    if (closing > 0 && closing > href.split("(").length - 1) href = href.slice(0, -1);
    if (href.length - href.indexOf("//") < 4 || !isAddress(href)) return { text: href, end: at + href.length };
    return { node: link(href), end: at + href.length };
  }

  angle(at) {
    for (const [pattern, make] of ANGLES) {
      const match = matchAt(pattern, this.source, at);
      const node = match && make(match);
      if (node) return { node, end: at + match[0].length };
    }
    return null;
  }

  everyone(at) {
    const text = ["@everyone", "@here"].find((name) => this.source.startsWith(name, at));
    return text ? { node: { type: "everyone", text }, end: at + text.length } : null;
  }
}

/** The address, title and end of what follows `](`, or null. Parentheses in an address may be paired. */
function linkTarget(source, from) {
  const limit = Math.min(source.length, from + MAX_TARGET);
  let start = from;
  while (start < limit && isSpaceOrEnd(source[start])) start += 1;
  for (const paired of [true, false]) {
    let end = start;
    while (end < limit && source[end] !== ")" && !isSpaceOrEnd(source[end])) {
      if (source[end] === "\\") {
        end += 1;
      } else if (paired && source[end] === "(") {
        while (end < limit && source[end] !== ")" && !isSpaceOrEnd(source[end])) end += 1;
        if (source[end] !== ")") break;
      }
      end += 1;
    }
    const rest = end > start && end <= limit ? matchAt(TARGET_END, source, end) : null;
    if (!rest) continue;
    let href = source.slice(start, end);
    if (href.startsWith("<") && href.endsWith(">")) href = href.slice(1, -1);
    return {
      href: href.replace(/\\([^a-z0-9\s])/gi, "$1"),
      title: rest[1] ?? rest[2] ?? null,
      end: end + rest[0].length,
    };
  }
  return null;
}

/** Where each bracket's partner is. Escaped ones are not brackets. */
function bracketPairs(source) {
  const pairs = new Map();
  const open = [];
  for (let at = 0; at < source.length; at += 1) {
    const char = source[at];
    if (char === "\\") at += 1;
    else if (char === "[") open.push(at);
    else if (char === "]" && open.length > 0) pairs.set(open.pop(), at);
  }
  return pairs;
}

/** Where the runs of backticks are, by their length. */
function runsByLength(source) {
  const runs = new Map();
  let at = source.indexOf("`");
  while (at !== -1) {
    const end = endOfRun(source, "`", at);
    if (!runs.has(end - at)) runs.set(end - at, []);
    runs.get(end - at).push(at);
    at = source.indexOf("`", end);
  }
  return runs;
}

/** The first of sorted numbers that is at least `least`. */
function firstFrom(numbers, least) {
  if (!numbers) return undefined;
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle] < least) low = middle + 1;
    else high = middle;
  }
  return numbers[low];
}

/** A space that only keeps a backtick of the code away from the mark is dropped. */
function codeText(text) {
  const from = /^ +`/.test(text) ? 1 : 0;
  const bare = withoutEnd(text, " ");
  return text.slice(from, bare.endsWith("`") && bare !== text ? -1 : undefined);
}

function moment(seconds, style) {
  return Math.abs(seconds) <= MAX_SECONDS ? { type: "time", seconds, style } : null;
}

function link(href) {
  return { type: "link", href, title: null, children: [{ type: "text", text: href }] };
}

function isAddress(text) {
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}

function hasMention(node) {
  return MENTIONS.has(node.type) || (node.children ?? []).some(hasMention);
}

function matchAt(pattern, source, at) {
  pattern.lastIndex = at;
  return pattern.exec(source);
}

function endOfRun(source, char, at) {
  let end = at;
  while (source[end] === char) end += 1;
  return end;
}

function lineEnd(source, at) {
  const end = source.indexOf("\n", at);
  return end === -1 ? source.length : end;
}

function afterSpaces(source, at) {
  return endOfRun(source, " ", at);
}

function isEscaped(source, at) {
  let from = at;
  while (source[from - 1] === "\\") from -= 1;
  return (at - from) % 2 === 1;
}

function withoutEnd(text, chars) {
  let end = text.length;
  while (end > 0 && chars.includes(text[end - 1])) end -= 1;
  return text.slice(0, end);
}

function withoutLineEndSpaces(text) {
  if (!text.includes(" \n")) return text;
  const lines = text.split("\n");
  return lines.map((line, index) => (index < lines.length - 1 ? withoutEnd(line, " ") : line)).join("\n");
}

function isSpaceOrEnd(char) {
  return char === undefined || /\s/.test(char);
}

function isWord(char) {
  return char !== undefined && /\w/.test(char);
}

function isDigit(char) {
  return char >= "0" && char <= "9";
}

function isEscapable(char) {
  return char !== undefined && /[^a-z0-9\s]/i.test(char);
}

// Drawing.

function draw(nodes, context) {
  return nodes.flatMap((node) => drawNode(node, context));
}

/** One node as a list of DOM nodes. */
function drawNode(node, context) {
  const children = () => draw(node.children, context);
  switch (node.type) {
    case "text":
      return lines(node.text);
    case "strong":
    case "em":
    case "u":
    case "s":
      return [element(node.type, {}, children())];
    case "quote":
      return [element("blockquote", {}, children())];
    case "subtext":
      return [element("small", { class: "subtext" }, children())];
    case "heading": {
      // The page has its own headings of levels 1 and 2.
      const level = String(node.level + 2);
      return [element("div", { class: `h${node.level}`, role: "heading", "aria-level": level }, children())];
    }
    case "list": {
      const items = node.items.map((item) => element("li", {}, draw(item, context)));
      if (node.start === null) return [element("ul", {}, items)];
      return [element("ol", node.start === 1 ? {} : { start: String(node.start) }, items)];
    }
    case "code":
      return [element("code", {}, [document.createTextNode(node.text)])];
    case "codeblock":
      return [codeBlock(node)];
    case "link": {
      const attributes = { href: node.href, target: "_blank", rel: "noopener noreferrer" };
      if (node.title !== null) attributes.title = node.title;
      return [element("a", attributes, children())];
    }
    case "spoiler":
      return [spoiler(children())];
    case "user":
      return [mention(`@${context.user?.(node.id)?.name ?? "unknown-user"}`)];
    case "role":
      return [roleMention(context.role?.(node.id))];
    case "channel": {
      const channel = context.channel?.(node.id);
      return [channel ? mention(`#${channel.name}`, () => context.onChannel?.(node.id)) : mention("#unknown")];
    }
    case "command":
      return [mention(`/${node.name}`, () => context.onCommand?.(node.name))];
    case "everyone":
      return [mention(node.text)];
    case "emoji":
      return [element("span", { class: "emoji" }, [document.createTextNode(`:${node.name}:`)])];
    case "time":
      return [timeElement(node.seconds, node.style, context.nowMs?.() ?? Date.now())];
    default:
      return [];
  }
}

function element(name, attributes, children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function lines(text) {
  return text.split("\n").flatMap((line, index) => {
    const nodes = index === 0 ? [] : [document.createElement("br")];
    return line === "" ? nodes : [...nodes, document.createTextNode(line)];
  });
}

function mention(text, press) {
  const children = [document.createTextNode(text)];
  if (!press) return element("span", { class: "mention" }, children);
  const button = element("button", { type: "button", class: "mention" }, children);
  button.addEventListener("click", press);
  return button;
}

/** The colour is left to the style sheet, as `--role-color`. */
function roleMention(role) {
  const made = mention(`@${role?.name ?? "unknown-role"}`);
  const number = typeof role?.color === "number" && role.color > 0 ? role.color : null;
  const color = number === null ? role?.color : `#${number.toString(16).padStart(6, "0")}`;
  if (/^#[0-9a-f]{6}$/i.test(color ?? "")) made.style.setProperty("--role-color", color);
  return made;
}

/**
 * A button that shows what is in it. Until it is pressed, the content is hidden from screen readers and cannot be
 * reached. Then a span takes its place, because a button may not contain links.
 */
function spoiler(children) {
  const hidden = element("span", { class: "hidden-text", "aria-hidden": "true", inert: "" }, children);
  const label = "Spoiler, press to reveal";
  const attributes = { type: "button", class: "spoiler", "aria-expanded": "false", "aria-label": label };
  const button = element("button", attributes, [hidden]);
  button.addEventListener("click", (event) => {
    // A spoiler in the text of a link is revealed without following the link.
    event.preventDefault();
    event.stopPropagation();
    const shown = element("span", { class: "spoiler revealed", tabindex: "-1" }, [...hidden.childNodes]);
    button.replaceWith(shown);
    shown.focus({ preventScroll: true });
  });
  return button;
}

function codeBlock({ language, text }) {
  const pieces = highlight(text, language).map(({ text: piece, kind }) => {
    const content = document.createTextNode(piece);
    return kind === null ? content : element("span", { class: `tok-${kind}` }, [content]);
  });
  const name = element("span", { class: "lang" }, [document.createTextNode(language ?? "text")]);
  const label = language === null ? "Code" : `Code, ${language}`;
  const code = element("code", {}, pieces);
  return element("div", { class: "codeblock" }, [
    element("div", { class: "codebar" }, [name, copyButton(text)]),
    element("pre", { tabindex: "0", role: "group", "aria-label": label }, [code]),
  ]);
}

const SAID_MS = 2000;

function copyButton(text) {
  const button = element("button", { type: "button", class: "copy", "aria-live": "polite" }, []);
  button.textContent = "Copy";
  let timer;
  button.addEventListener("click", async () => {
    button.textContent = (await copy(text)) ? "Copied" : "Not copied";
    clearTimeout(timer);
    timer = setTimeout(() => (button.textContent = "Copy"), SAID_MS);
  });
  return button;
}

/** Puts text on the clipboard. Where the page may not use it (without https, for one), a selection is copied. */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelection(text);
  }
}

function copySelection(text) {
  const focused = document.activeElement;
  const area = element("textarea", { readonly: "", "aria-hidden": "true" }, []);
  area.value = text;
  area.style.position = "fixed";
  area.style.opacity = "0";
  document.body.append(area);
  area.select();
  let copied = false;
  try {
    copied = document.execCommand("copy");
  } catch {
    // Then it is not copied, and the button says so.
  }
  area.remove();
  focused?.focus?.({ preventScroll: true });
  return copied;
}
