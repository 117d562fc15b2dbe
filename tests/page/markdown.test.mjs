// Tests of the markdown reader, its drawing, the highlighter and the timestamps, with a small stand-in for the DOM.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";

// The parts of the DOM that the modules use.

class FakeNode {
  childNodes = [];
  parent = null;
  append(...nodes) {
    for (const node of nodes) {
      for (const each of node.isFragment ? [...node.childNodes] : [node]) {
        each.parent?.childNodes.splice(each.parent.childNodes.indexOf(each), 1);
        each.parent = this;
        this.childNodes.push(each);
      }
    }
  }
  get textContent() {
    return this.childNodes.map((child) => child.textContent).join("");
  }
  set textContent(text) {
    writes += 1;
    this.childNodes = [];
    if (text !== "") this.append(new FakeText(text));
  }
  all(test) {
    return this.childNodes.flatMap((child) => [...(test(child) ? [child] : []), ...child.all(test)]);
  }
  get html() {
    return this.childNodes.map((child) => child.html).join("");
  }
}

class FakeText extends FakeNode {
  constructor(text) {
    super();
    this.text = text;
  }
  get textContent() {
    return this.text;
  }
  get html() {
    return escape(this.text);
  }
}

class FakeElement extends FakeNode {
  attributes = new Map();
  listeners = [];
  styles = new Map();
  style = { setProperty: (name, value) => this.styles.set(name, value) };
  constructor(name) {
    super();
    this.name = name;
  }
  setAttribute(key, value) {
    assert.equal(typeof value, "string");
    this.attributes.set(key, value);
  }
  getAttribute(key) {
    return this.attributes.get(key) ?? null;
  }
  addEventListener(type, listener) {
    assert.equal(type, "click");
    this.listeners.push(listener);
  }
  async click() {
    let prevented = false;
    const event = { preventDefault: () => (prevented = true), stopPropagation() {} };
    for (const listener of this.listeners) await listener(event);
    return prevented;
  }
  replaceWith(node) {
    this.parent.childNodes[this.parent.childNodes.indexOf(this)] = node;
    node.parent = this.parent;
  }
  remove() {
    this.parent.childNodes.splice(this.parent.childNodes.indexOf(this), 1);
  }
  focus() {
    document.activeElement = this;
  }
  select() {}
  querySelectorAll(selector) {
    assert.equal(selector, 'time[data-style="R"]');
    return this.all((node) => node.name === "time" && node.getAttribute("data-style") === "R");
  }
  get html() {
    const attributes = [...this.attributes].map(([key, value]) => ` ${key}="${escape(value)}"`).join("");
    return `<${this.name}${attributes}>${this.name === "br" ? "" : `${super.html}</${this.name}>`}`;
  }
}

const escape = (text) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

let writes = 0;

globalThis.document = {
  activeElement: null,
  body: new FakeElement("body"),
  createElement: (name) => new FakeElement(name),
  createTextNode: (text) => new FakeText(text),
  createDocumentFragment: () => Object.assign(new FakeNode(), { isFragment: true }),
  execCommand: () => false,
};

const { parse, render } = await import("../../src/playground/page/files/markdown.js");
const { highlight } = await import("../../src/playground/page/files/highlight.js");
const { formatTime, tick, timeElement } = await import("../../src/playground/page/files/time.js");

const context = {
  user: (id) => (id === "1" ? { name: "ada" } : null),
  role: (id) => (id === "2" ? { name: "mods", color: 0xff8800 } : null),
  channel: (id) => (id === "3" ? { name: "help", id } : null),
  nowMs: () => 1_700_000_000_000,
};

const root = (text, options, more) => {
  const element = new FakeElement("div");
  element.append(render(text, { ...context, ...more }, options));
  return element;
};
const inner = (node) => node.childNodes.map((child) => child.html).join("");
const html = (text, options) => inner(root(text, options));
const byClass = (node, name) => node.all((each) => each.attributes?.get("class") === name);

/** Trees in short: `[strong: a [em: b]]`. */
function brief(nodes) {
  const list = (items) => items.map((item) => brief(item)).join(" | ");
  return nodes
    .map((node) => {
      switch (node.type) {
        case "text":
          return node.text;
        case "code":
          return `{${node.text}}`;
        case "codeblock":
          return `{${node.language ?? ""}: ${node.text}}`;
        case "list":
          return `[${node.start ?? "ul"}: ${list(node.items)}]`;
        case "heading":
          return `[h${node.level}: ${brief(node.children)}]`;
        case "link":
          return `[link ${node.href}${node.title === null ? "" : ` (${node.title})`}: ${brief(node.children)}]`;
        default:
          return node.children ? `[${node.type}: ${brief(node.children)}]` : `[${Object.values(node).join(" ")}]`;
      }
    })
    .join("");
}

function table(name, rows) {
  describe(name, () => {
    for (const [text, expected] of rows) test(JSON.stringify(text), () => assert.equal(brief(parse(text)), expected));
  });
}

table("emphasis", [
  ["a **b** c", "a [strong: b] c"],
  ["*a*", "[em: a]"],
  ["_a_", "[em: a]"],
  ["*a* *b*", "[em: a] [em: b]"],
  ["***a***", "[em: [strong: a]]"],
  ["***a* b** c", "[strong: [em: a] b] c"],
  ["***a** b* c", "[em: [strong: a] b] c"],
  ["___a___", "[em: [u: a]]"],
  ["___a_ b__ c", "[u: [em: a] b] c"],
  ["__a__", "[u: a]"],
  ["~~a~~", "[s: a]"],
  ["__**~~||a||~~**__", "[u: [strong: [s: [spoiler: a]]]]"],
  ["||a||", "[spoiler: a]"],
  ["|||||", "[spoiler: |]"],
  ["||||", "||||"],
  ["**a *b** c*", "[strong: a *b] c*"],
  ["*a **b* c**", "[em: a **b] c**"],
  ["**a*", "*[em: a]"],
  ["__a_", "_[em: a]"],
  ["**a", "**a"],
  ["a*b*c", "a[em: b]c"],
  ["_a_b", "_a_b"],
  ["snake_case_name", "snake_case_name"],
  ["a_b_ c", "a[em: b] c"],
  ["_a_!", "[em: a]!"],
  ["2 * 3 * 4", "2 * 3 * 4"],
  ["x * *", "x * *"],
  ["x *b  *", "x [em: b]"],
  ["x *b   *", "x *b   *"],
  ["x **b   **", "x [strong: b   ]"],
  ["_ _", "[em:  ]"],
  ["** **", "[strong:  ]"],
  ["*a   *b*   c*", "*a   [em: b]   c*"],
  ["*a\n*", "*a\n*"],
  ["****", "[em: **]"],
  ["**a\nb**", "[strong: a\nb]"],
  ["**a `**` b**", "[strong: a `]` b**"],
]);

table("escapes", [
  ["\\*a*", "*a*"],
  ["\\**a*", "*[em: a]"],
  ["*a\\*", "*a*"],
  ["*a\\*\\\\\\*\\\\*", "[em: a*\\*\\]"],
  ["**\\**", "*[em: *]"],
  ["\\a \\& \\", "\\a & \\"],
  ["\\`a`", "`a`"],
  ["\\# a", "# a"],
  ["\\> a", "> a"],
  ["\\- a", "- a"],
  ["\\<@1>", "<@1>"],
  ["\\[a](https://b.c)", "[a]([link https://b.c: https://b.c])"],
  ["¯\\_(ツ)_/¯", "¯\\_(ツ)_/¯"],
  ["\\😀", "😀"],
]);

table("code", [
  ["`a`", "{a}"],
  ["``a`b``", "{a`b}"],
  ["`` `a` ``", "{`a`}"],
  ["``  `a  ``", "{ `a  }"],
  ["`a", "`a"],
  ["``", "``"],
  ["`\\`", "{\\}"],
  ["`*a*` *b*", "{*a*} [em: b]"],
  ["```` `", "{```}"],
  ["`a` b `c`", "{a} b {c}"],
  ["```a```", "{: a}"],
  ["```js\nlet a\n```", "{js: let a}"],
  ["```js\n\n  a\n\n\n```", "{js:   a}"],
  ["```c++\na\n```", "{c++: a}"],
  ["```not a language\na```", "{: not a language\na}"],
  ["```js\n```", "{: js}"],
  ["```js```", "{: js}"],
  ["```\n```", "{\n}"],
  ["``````", "``````"],
  ["```````", "{: `}"],
  ["````a````", "{: `a}`"],
  ["a ```b``` c", "a {: b} c"],
  ["a\n```\nb\n```\nc", "a\n{: b}c"],
  ["a\n\n```\nb\n```\n\nc", "a\n\n{: b}\nc"],
  ["```\na\n\n# b\n- c **d**\n```", "{: a\n\n# b\n- c **d**}"],
  ["```js\na", "```js\na"],
  ["a ```\nb", "a ```\nb"],
  ["***a*** ```x``` **b**", "[em: [strong: a]] {: x} [strong: b]"],
]);

table("blocks", [
  ["# a", "[h1: a]"],
  ["## a", "[h2: a]"],
  ["### a", "[h3: a]"],
  ["#### a", "#### a"],
  ["#a", "#a"],
  ["# a\nb", "[h1: a]b"],
  ["# a\n\nb", "[h1: a]\nb"],
  ["a\n# b", "a\n[h1: b]"],
  ["a # b", "a # b"],
  [" # a", " # a"],
  ["# # a", "# # a"],
  ["#  a #  ## ", "[h1: a #]"],
  ["# **a** `b`", "[h1: [strong: a] {b}]"],
  ["*# a*b", "[em: [h1: a]]b"],
  ["a *# b*", "a [em: # b]"],
  ["-# a", "[subtext: a]"],
  ["-# a\nb", "[subtext: a]b"],
  ["-#a", "-#a"],
  ["-# -# a", "-# -# a"],
  ["a\n-# *b*", "a\n[subtext: [em: b]]"],
  ["> a", "[quote: a]"],
  ["> a\n> b\nc", "[quote: a\nb]c"],
  ["> a\n>b", "[quote: a]>b"],
  [">a", ">a"],
  ["a > b", "a > b"],
  ["a\n > b", "a\n [quote: b]"],
  ["> > a", "[quote: > a]"],
  [">>> a\nb\n\nc", "[quote: a\nb\n\nc]"],
  ["a\n>>> b\nc", "a\n[quote: b\nc]"],
  ["> # a", "[quote: [h1: a]]"],
  ["> - a\n> - b", "[quote: [ul: a | b]]"],
  ["> ```\n> a\n> ```", "[quote: {: a}]"],
  ["---", "---"],
  ["|a|b|\n|-|-|", "|a|b|\n|-|-|"],
  ["<b>a</b>", "<b>a</b>"],
  ["a  \nb", "a\nb"],
  ["a\r\nb\rc", "a\nb\nc"],
]);

table("lists", [
  ["- a\n- b", "[ul: a | b]"],
  ["* a\n* b", "[ul: a | b]"],
  ["+ a", "+ a"],
  ["-a", "-a"],
  ["1. a\n2. b", "[1: a | b]"],
  ["3. a\n1. b", "[3: a | b]"],
  ["0. a", "[1: a]"],
  ["9999999999. a", "[1000000000: a]"],
  ["1.a", "1.a"],
  ["a 1. b", "a 1. b"],
  ["- a\n - b\n- c", "[ul: a\n[ul: b] | c]"],
  ["- a\n  - b\n    - c\n- d", "[ul: a\n[ul: b\n[ul: c]] | d]"],
  ["1. a\n  - b\n2. c", "[1: a\n[ul: b] | c]"],
  ["1. a\n   - b\n   - c\n2. d", "[1: a\n[ul: b | c] | d]"],
  ["- a\n   b", "[ul: a\n b]"],
  ["- a\n b", "[ul: a] b"],
  ["- a\nb", "[ul: a]b"],
  ["- a\n\n- b", "[ul: a]\n[ul: b]"],
  ["a\n- b\n\nc", "a\n[ul: b]\nc"],
  ["  - a\n  - b", "  [ul: a | b]"],
  ["- **a**: `b`", "[ul: [strong: a]: {b}]"],
  ["- # a", "[ul: # a]"],
  ["- > a", "[ul: [quote: a]]"],
  ["- a\n  ```js\n  b\n  ```", "[ul: a\n{js: b}]"],
  ["- [ ] a", "[ul: [ ] a]"],
  ["- ", "- "],
  ["- \n- a", "[ul:  | a]"],
  ["1. ".repeat(12) + "a", "[1: ".repeat(11) + "1. a" + "]".repeat(11)],
]);

table("links", [
  ["[a](https://b.c)", "[link https://b.c: a]"],
  ["[a](http://b.c/d?e=f#g)", "[link http://b.c/d?e=f#g: a]"],
  ['[a](https://b.c "t u")', "[link https://b.c (t u): a]"],
  ["[a](https://b.c 't')", "[link https://b.c (t): a]"],
  ["[a](<https://b.c>)", "[link https://b.c: a]"],
  ["[a](https://b.c/d_(e))", "[link https://b.c/d_(e): a]"],
  ["[a](https://b.c/d_(e)", "[link https://b.c/d_(e: a]"],
  ["[a](https://b.c/\\_d)", "[link https://b.c/_d: a]"],
  ["[**a** `b`](https://c.d)", "[link https://c.d: [strong: a] {b}]"],
  ["[a [b] c](https://d.e)", "[link https://d.e: a [b] c]"],
  ["**[a](https://b.c)**", "[strong: [link https://b.c: a]]"],
  ["[x](javascript:alert(1))", "[x](javascript:alert(1))"],
  ["[x](JaVaScRiPt:alert(1))", "[x](JaVaScRiPt:alert(1))"],
  ["[x](data:text/html,a)", "[x](data:text/html,a)"],
  ["[x](//a.b)", "[x](//a.b)"],
  ["[x](a.md)", "[x](a.md)"],
  ["[](https://a.b)", "[](https://a.b)"],
  ["[https://a.b](https://c.d)", "[https://a.b](https://c.d)"],
  ["[<@1>](https://c.d)", "[<@1>](https://c.d)"],
  ["[a] (https://b.c)", "[a] ([link https://b.c: https://b.c])"],
  ["![a](https://b.c)", "![link https://b.c: a]"],
  ["https://a.b/c_d_e, f", "[link https://a.b/c_d_e: https://a.b/c_d_e], f"],
  ["(https://a.b/c).", "([link https://a.b/c: https://a.b/c])."],
  ["https://a.b/(c)", "[link https://a.b/(c): https://a.b/(c)]"],
  ["*https://a.b*", "[em: [link https://a.b: https://a.b]]"],
  ["http://", "http://"],
  ["https://a", "https://a"],
  ["https://[", "https://["],
  ["<https://a.b/c>", "[link https://a.b/c: https://a.b/c]"],
  ["<ftp://a.b>", "<ftp://a.b>"],
]);

table("mentions", [
  ["<@1> <@!2>", "[user 1] [user 2]"],
  ["<@&2>", "[role 2]"],
  ["<#3>", "[channel 3]"],
  ["</ask:4> </roadmap stage one:5>", "[command ask 4] [command roadmap stage one 5]"],
  ["</a&b:4>", "</a&b:4>"],
  ["@everyone @here @hero", "[everyone @everyone] [everyone @here] @hero"],
  ["<:ok:6> <a:go:7>", "[emoji ok 6 false] [emoji go 7 true]"],
  ["<t:5> <t:-5:R> <t:5:S>", "[time 5 f] [time -5 R] [time 5 S]"],
  ["<t:5:x> <t:8640000000001> <t:>", "<t:5:x> <t:8640000000001> <t:>"],
  ["<id:customize>", "<id:customize>"],
  ["<@x> <@> <@1", "<@x> <@> <@1"],
  ["`<@1>`", "{<@1>}"],
]);

test("inline leaves blocks as they are", () => {
  const text = "# a\n> b\n- c **d** ```e```";
  assert.equal(brief(parse(text, { inline: true })), "# a\n> b\n- c [strong: d] {e}");
});

test("what is no text is empty", () => {
  for (const value of [undefined, null, "", 5, Object.create(null)]) assert.deepEqual(parse(value), []);
});

describe("drawing", () => {
  const rows = [
    ["a\n\nb", "a<br><br>b"],
    ['<script>alert(1)</script> & "', "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;"],
    ["**a** *b* __c__ ~~d~~ `e`", "<strong>a</strong> <em>b</em> <u>c</u> <s>d</s> <code>e</code>"],
    ["> a", "<blockquote>a</blockquote>"],
    ["## a", '<div class="h2" role="heading" aria-level="4">a</div>'],
    ["-# a", '<small class="subtext">a</small>'],
    ["- a\n- b", "<ul><li>a</li><li>b</li></ul>"],
    ["1. a", "<ol><li>a</li></ol>"],
    ["4. a", '<ol start="4"><li>a</li></ol>'],
    ['[a](https://b.c "t")', '<a href="https://b.c" target="_blank" rel="noopener noreferrer" title="t">a</a>'],
    ["<@1> <@9>", '<span class="mention">@ada</span> <span class="mention">@unknown-user</span>'],
    ["<@&2> <@&9>", '<span class="mention">@mods</span> <span class="mention">@unknown-role</span>'],
    ["<#3>", '<button type="button" class="mention">#help</button>'],
    ["<#9>", '<span class="mention">#unknown</span>'],
    ["</ask:4>", '<button type="button" class="mention">/ask</button>'],
    ["@here", '<span class="mention">@here</span>'],
    ["<:ok:6>", '<span class="emoji">:ok:</span>'],
    [
      "```sql\nSELECT 1\n```",
      '<div class="codeblock"><div class="codebar"><span class="lang">sql</span>' +
        '<button type="button" class="copy" aria-live="polite">Copy</button></div>' +
        '<pre tabindex="0" role="group" aria-label="Code, sql"><code><span class="tok-keyword">SELECT</span> ' +
        '<span class="tok-number">1</span></code></pre></div>',
    ],
    [
      "||a||",
      '<button type="button" class="spoiler" aria-expanded="false" aria-label="Spoiler, press to reveal">' +
        '<span class="hidden-text" aria-hidden="true" inert="">a</span></button>',
    ],
  ];
  for (const [text, expected] of rows) test(JSON.stringify(text), () => assert.equal(html(text), expected));

  test("a context may lack everything", () => {
    const fragment = render("<@1> <@&2> <#3> </a:4> <t:0:R>");
    assert.match(fragment.textContent, /^@unknown-user @unknown-role #unknown \/a ./);
  });

  test("a role has its colour", () => {
    assert.equal(root("<@&2>").childNodes[0].styles.get("--role-color"), "#ff8800");
    const strange = root("<@&2>", {}, { role: () => ({ name: "a", color: "red;x" }) });
    assert.equal(strange.childNodes[0].styles.size, 0);
  });

  test("mentions of channels and commands can be pressed", async () => {
    const pressed = [];
    const drawn = root(
      "<#3> </ask it:4>",
      {},
      {
        onChannel: (id) => pressed.push(id),
        onCommand: (name) => pressed.push(name),
      },
    );
    for (const button of byClass(drawn, "mention")) await button.click();
    assert.deepEqual(pressed, ["3", "ask it"]);
  });

  test("a spoiler becomes a span with its content", async () => {
    const drawn = root("||a [b](https://c.d) ||");
    const [button] = byClass(drawn, "spoiler");
    assert.equal(await button.click(), true);
    assert.equal(
      inner(drawn),
      '<span class="spoiler revealed" tabindex="-1">a ' +
        '<a href="https://c.d" target="_blank" rel="noopener noreferrer">b</a> </span>',
    );
    assert.equal(document.activeElement, drawn.childNodes[0]);
  });

  test("the code is copied, and the button says so for two seconds", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const copied = [];
    const clipboard = { writeText: async (text) => void copied.push(text) };
    Object.defineProperty(globalThis, "navigator", { value: { clipboard }, configurable: true });
    const [button] = byClass(root("```js\nlet a = '<b>'\n```"), "copy");
    await button.click();
    assert.deepEqual(copied, ["let a = '<b>'"]);
    assert.equal(button.textContent, "Copied");
    t.mock.timers.tick(1000);
    await button.click();
    t.mock.timers.tick(1999);
    assert.equal(button.textContent, "Copied");
    t.mock.timers.tick(1);
    assert.equal(button.textContent, "Copy");
  });

  test("without a clipboard a selection is copied", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true });
    const [button] = byClass(root("```a```"), "copy");
    for (const [works, said] of [
      [true, "Copied"],
      [false, "Not copied"],
    ]) {
      let selected = "";
      document.execCommand = () => {
        selected = document.body.childNodes.at(-1).value;
        return works;
      };
      await button.click();
      assert.deepEqual([selected, button.textContent, document.body.childNodes.length], ["a", said, 0]);
    }
  });
});

// Properties.

/** A small generator of numbers in [0, 1), the same in every run. */
function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** All that a tree holds of its source, in the order of the source. */
function kept(nodes) {
  return nodes
    .map((node) => {
      switch (node.type) {
        case "codeblock":
          return (node.language ?? "") + node.text;
        case "list":
          return node.items.map(kept).join("");
        case "link":
          // A bare address is its own label.
          return kept(node.children) + (kept(node.children) === node.href ? "" : node.href + (node.title ?? ""));
        case "user":
        case "role":
        case "channel":
          return node.id;
        default:
          return node.children ? kept(node.children) : node.text;
      }
    })
    .join("");
}

const letters = (text) => text.replace(/[^a-z]/g, "");

test("random texts never throw and lose nothing but marks", () => {
  const pieces = [
    ..."**__~~||``>>##--[[]]((\\\\<>@  \n\n\n1.!'\"ab",
    "```",
    "```js\n",
    "- ",
    "> ",
    ">>> ",
    "# ",
    "-# ",
    "1. ",
    "https://c.d",
    "](https://c.d)",
    "<@1>",
    "<#3>",
    "  ",
  ];
  const next = random(7);
  for (let round = 0; round < 20_000; round += 1) {
    const text = Array.from({ length: 1 + next() * 40 }, () => pieces[Math.floor(next() * pieces.length)]).join("");
    const tree = parse(text, { inline: round % 5 === 0 });
    assert.equal(letters(kept(tree)), letters(text), JSON.stringify(text));
    // What is kept is in the source, in its order.
    let at = 0;
    for (const char of kept(tree).replace(/\s/g, "")) {
      at = text.indexOf(char, at) + 1;
      assert.notEqual(at, 0, JSON.stringify(text));
    }
    if (round % 10 === 0) render(text, context);
  }
});

test("plain texts stay as they are", () => {
  const next = random(11);
  const alphabet = [..."abc XYZ 123 ,.;:!?()'\"%&/=+{}^$\né漢😀"];
  for (let round = 0; round < 2000; round += 1) {
    let text = Array.from({ length: next() * 60 }, () => alphabet[Math.floor(next() * alphabet.length)]).join("");
    text = text.replace(/ +\n/g, "\n").replace(/\d\.+/g, "1");
    assert.equal(kept(parse(text)), text);
  }
});

const HARD = [
  "*",
  "_",
  "|",
  "`",
  "[",
  ">",
  "~",
  "\\",
  "<",
  "(",
  "@",
  "#",
  "-",
  "\n",
  " ",
  "**",
  "~~",
  "> ",
  ">>> ",
  "- ",
  "* ",
  "# ",
  "-# ",
  "1. ",
  "[a](",
  "[a](x",
  "[a](x(",
  "[a](https://x ",
  "[[](",
  "](",
  "***a",
  "__a",
  "*a ",
  "_a ",
  "_a",
  "||a",
  "~~a ",
  "``` ",
  "```a\n",
  "`` ` ",
  "` `` ``` ",
  "<@",
  "<t:1",
  "http://",
  "  - a\n",
  "*_",
  "**__",
  "*a_b",
  "\\*",
  "\\`",
];

test("hard texts of 100 kB are read", () => {
  for (const piece of HARD) {
    for (const end of ["", ")", "*", "```", "a"]) {
      const text = piece.repeat(Math.ceil(100_000 / piece.length)) + end;
      // With a quadratic time the whole run would take minutes.
      parse(text);
    }
  }
});

test("nesting is bounded", () => {
  const depth = (nodes) => Math.max(0, ...nodes.map((node) => 1 + depth(node.children ?? node.items?.flat() ?? [])));
  for (const piece of HARD) assert.ok(depth(parse(piece.repeat(5000))) <= 34, piece);
  render("*".repeat(100_000), context);
});

// Highlighting.

const kinds = (code, language) =>
  highlight(code, language)
    .filter(({ kind }) => kind !== null)
    .map(({ text, kind }) => `${kind} ${text}`);

describe("highlight", () => {
  const rows = [
    [
      "sql",
      "select count(*) -- n\nFROM t WHERE a = 'it''s' AND b > 1.5;",
      [
        "keyword select",
        "name count",
        "comment -- n",
        "keyword FROM",
        "keyword WHERE",
        "string 'it''s'",
        "keyword AND",
        "number 1.5",
      ],
    ],
    ["json", '{"a": [1, "b", true]}', ['name "a"', "number 1", 'string "b"', "literal true"]],
    [
      "yml",
      "# c\nservices:\n  - image: postgres:18\n    ports: ['1:2']\n    on: true",
      [
        "comment # c",
        "name services",
        "name image",
        "number 18",
        "name ports",
        "string '1:2'",
        "name on",
        "literal true",
      ],
    ],
    ["toml", '[a.b]\nkey = "v" # c', ["keyword [a.b]", "name key", 'string "v"', "comment # c"]],
    [
      "http",
      'POST /a HTTP/1.1\nHost: b\n\n{"c": 1}',
      ["keyword POST", "keyword HTTP/1.1", "name Host", 'name "c"', "number 1"],
    ],
    [
      "bash",
      '# c\nif curl -s "$URL"; then echo ${x}; fi',
      ["comment # c", "keyword if", "literal -s", 'string "$URL"', "keyword then", "name ${x}", "keyword fi"],
    ],
    [
      "console",
      "$ curl -i 'a' 127.0.0.1:8000\nif 5\n$ b \\\n  --c",
      ["keyword $ ", "literal -i", "string 'a'", "keyword $ ", "literal --c"],
    ],
    [
      "console",
      "# a 1\n$ b 'c\n# d' e\nf 5\nu@h:~# g -h\n100% 5",
      ["comment # a 1\n", "keyword $ ", "string 'c\n# d'", "keyword u@h:~# ", "literal -h"],
    ],
    [
      "js",
      "app.delete(1.2, [...new A], '10.0.0.1')",
      ["name delete", "number 1.2", "keyword new", "string '10.0.0.1'"],
    ],
    ["nginx", "listen 10.0.0.1:80;", ["keyword listen"]],
    [
      "py",
      '@a\ndef f(x):\n    """d"""\n    return f"{x}" # c',
      ["name @a", "keyword def", "name f", 'string """d"""', "keyword return", 'string f"{x}"', "comment # c"],
    ],
    [
      "js",
      "const a = `x${1}`; f(/[/]\\//g, b / c) // d",
      ["keyword const", "string `x${1}`", "name f", "string /[/]\\//g", "comment // d"],
    ],
    ["ts", "interface A { b: string }", ["keyword interface", "keyword string"]],
    [
      "rs",
      "fn a<'b>() { println!(\"c\"); let d = 'e'; }",
      ["keyword fn", "name 'b", "name println!", 'string "c"', "keyword let", "string 'e'"],
    ],
    [
      "go",
      "func f() { a := `b`; return nil }",
      ["keyword func", "name f", "string `b`", "keyword return", "literal nil"],
    ],
    [
      "java",
      "@A class B { int c = 1; /* d */ }",
      ["name @A", "keyword class", "keyword int", "number 1", "comment /* d */"],
    ],
    ["cs", 'var a = $"b";', ["keyword var", 'string $"b"']],
    ["cpp", "#include <a.h>\nint b;", ["keyword #include", "string <a.h>", "keyword int"]],
    ["kt", "fun a() = null", ["keyword fun", "name a", "literal null"]],
    ["php", "<?php echo $a; # b", ["keyword <?php", "keyword echo", "name $a", "comment # b"]],
    ["rb", "def a\n  @b = :c # d\nend", ["keyword def", "name @b", "literal :c", "comment # d", "keyword end"]],
    [
      "html",
      '<!-- a --><p class="b">c &amp; d</p><script>let e</script>',
      [
        "comment <!-- a -->",
        "keyword <p",
        "name class",
        'string "b"',
        "keyword >",
        "literal &amp;",
        "keyword </p><script>let",
        "keyword </script>",
      ],
    ],
    ["diff", "--- a\n+b\n-c\n d", ["comment --- a\n", "string +b\n", "literal -c\n"]],
    ["dockerfile", "FROM a AS b\nRUN c --d", ["keyword FROM", "keyword AS", "keyword RUN", "literal --d"]],
    [
      "nginx",
      "location / { proxy_pass $a; } # b",
      ["keyword location", "keyword proxy_pass", "name $a", "comment # b"],
    ],
    ["proto", "message A { string b = 1; }", ["keyword message", "keyword string", "number 1"]],
    ["gql", "query { a(b: 1) }", ["keyword query", "name a", "name b", "number 1"]],
    ["hcl", 'resource "a" "b" { c = 1 }', ["keyword resource", 'string "a"', 'string "b"', "number 1"]],
    ["css", "a { color: #fff; }", ["number #fff"]],
  ];
  for (const [language, code, expected] of rows)
    test(`${language} ${code}`, () => assert.deepEqual(kinds(code, language), expected));

  test("an unknown language is plain", () => {
    for (const language of ["nope", "text", "", null, undefined, "constructor", "__proto__"]) {
      assert.deepEqual(highlight("if a", language), [{ text: "if a", kind: null }]);
    }
    assert.deepEqual(highlight("", "js"), []);
  });

  test("a language may have capitals", () => assert.equal(kinds("SELECT", "SQL").length, 1));
});

const NAMES =
  "sql json yaml toml http sh console py js ts rust go java cs cpp kt php rb html css diff dockerfile nginx proto gql hcl".split(
    " ",
  );

test("the texts of all tokens are the code", () => {
  const next = random(3);
  const pieces = [
    ..."\"'`/*#-<>$@!&=:;(){}[]\\ \n\n.+_0a1é😀",
    "/*",
    "*/",
    '"""',
    "'''",
    "<!--",
    "<script>",
    "</script>",
    "<?php",
    'r#"',
    "${",
    "$ ",
    "- a: ",
    "\\\n",
    "if ",
    "1.5e3",
    "//",
    "--",
  ];
  for (let round = 0; round < 400; round += 1) {
    const code = Array.from({ length: next() * 80 }, () => pieces[Math.floor(next() * pieces.length)]).join("");
    for (const name of NAMES) {
      const tokens = highlight(code, name);
      assert.equal(tokens.map(({ text }) => text).join(""), code, name);
      assert.ok(tokens.every(({ text }) => text !== ""));
    }
  }
});

test("hard code of 100 kB is coloured", () => {
  const pieces = [
    "a",
    '"',
    "'",
    "`",
    "/",
    "=/",
    "=/[",
    "/*",
    "#",
    "<",
    "<a",
    "<script",
    "<script>",
    "-",
    "- ",
    "a:",
    "$",
    "${",
    " ",
    "\n",
    "a ",
    "0",
    "\\",
    "'''",
    '"""',
    "r#",
    'r#"',
    "--",
    "[",
    "@",
    "$$",
    "a=",
    "$ \\\n",
    "(",
    "&",
    "<!--",
  ];
  for (const piece of pieces) {
    const code = piece.repeat(Math.ceil(100_000 / piece.length));
    for (const name of NAMES) {
      highlight(code, name);
    }
  }
});

// Time.

describe("time", () => {
  const now = 1_700_000_000;
  const relative = (distance) => formatTime(now + distance, "R", now * 1000);
  const english = new Intl.RelativeTimeFormat().resolvedOptions().locale.startsWith("en");

  test("relative times", { skip: !english }, () => {
    const rows = [
      [0, "in a few seconds"],
      [9, "in a few seconds"],
      [-3, "a few seconds ago"],
      [30, "in 30 seconds"],
      [59.6, "in a minute"],
      [-60, "a minute ago"],
      [300, "in 5 minutes"],
      [3599, "in an hour"],
      [-7200, "2 hours ago"],
      [86_400, "in a day"],
      [-259_200, "3 days ago"],
      [29 * 86_400, "in 29 days"],
      [31 * 86_400, "in a month"],
      [-150 * 86_400, "5 months ago"],
      [365 * 86_400, "in a year"],
      [-1100 * 86_400, "3 years ago"],
    ];
    for (const [distance, expected] of rows) assert.equal(relative(distance), expected, String(distance));
  });

  test("every style gives a text of its own", () => {
    const texts = [..."tTdDfFsSR"].map((style) => formatTime(now, style, now * 1000));
    assert.equal(new Set(texts).size, 9);
    assert.equal(formatTime(now), formatTime(now, "f"));
    assert.equal(formatTime(now, "?"), formatTime(now, "f"));
  });

  test("what no date can hold is a number", () => {
    assert.equal(formatTime(8_640_000_000_001), "8640000000001");
    assert.equal(formatTime(NaN, "R"), "NaN");
    assert.doesNotThrow(() => timeElement(1e20, "R", 0));
    for (const edge of [-8_640_000_000_000, 8_640_000_000_000]) assert.doesNotThrow(() => timeElement(edge, "R", 0));
  });

  test("an element says when it is, and is refreshed only if its text changed", () => {
    const drawn = root(`<t:${now + 300}:R> <t:${now}:d>`);
    const [element] = drawn.childNodes;
    assert.equal(element.getAttribute("datetime"), "2023-11-14T22:18:20.000Z");
    assert.equal(element.getAttribute("title"), formatTime(now + 300, "F"));
    assert.equal(element.getAttribute("data-seconds"), String(now + 300));
    const before = element.textContent;
    writes = 0;
    tick(drawn, now * 1000 + 1000);
    assert.deepEqual([writes, element.textContent], [0, before]);
    tick(drawn, now * 1000 + 120_000);
    assert.deepEqual([writes, element.textContent], [1, formatTime(now + 300, "R", now * 1000 + 120_000)]);
  });
});

// Real texts: what the bot shows.

const library = process.env.MARKDOWN_SAMPLES;

test("real texts are read without loss", { skip: !library }, () => {
  const files = readdirSync(library, { recursive: true }).filter((name) => name.endsWith(".md"));
  assert.ok(files.length > 0);
  for (const file of files) {
    const text = readFileSync(join(library, file), "utf8").replace(/^\+\+\+\n[\s\S]*?\n\+\+\+\n/, "");
    const tree = parse(text);
    const squeeze = (all) => all.replace(/[\s*_\\`#>[\]()<"\d.-]/g, "");
    assert.equal(squeeze(kept(tree)), squeeze(text), file);
    render(text, context);
    const fences = (text.match(/^```/gm) ?? []).length / 2;
    assert.equal(tree.filter((node) => node.type === "codeblock").length, fences, file);
    for (const node of tree.filter((each) => each.type === "codeblock")) {
      assert.equal(
        highlight(node.text, node.language)
          .map((token) => token.text)
          .join(""),
        node.text,
      );
    }
  }
});
