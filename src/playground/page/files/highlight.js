// Colours source code: one small tokenizer, and a table of rules for each family of languages.

/**
 * @typedef {null|"comment"|"string"|"number"|"keyword"|"literal"|"name"} Kind
 * @typedef {{text: string, kind: Kind}} Token
 */

/**
 * Splits code into tokens. Their texts together are exactly the code. An unknown language, or none, gives one plain
 * token. The time is in proportion to the length.
 * @param {string} code
 * @param {string|null} [language]
 * @returns {Token[]}
 */
export function highlight(code, language = null) {
  const name = String(language ?? "").toLowerCase();
  const tokens = new Tokens();
  const read = LANGUAGES.get(ALIASES.get(name) ?? name);
  if (read) read(String(code), tokens);
  else tokens.add(String(code), null);
  return tokens.list;
}

class Tokens {
  list = [];

  add(text, kind) {
    if (text === "") return;
    const last = this.list.at(-1);
    if (last && last.kind === kind) last.text += text;
    else this.list.push({ text, kind });
  }
}

// Pieces of rules. None can fail late and then be tried again further on: what lacks its end goes on to the end of
// the line or the text.
const SLASHES = String.raw`\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)`;
const HASH = String.raw`#[^\n]*`;
const DOUBLE = String.raw`"(?:[^"\\\n]|\\[\s\S])*"?`;
const SINGLE = String.raw`'(?:[^'\\\n]|\\[\s\S])*'?`;
const QUOTED = `${DOUBLE}|${SINGLE}`;
const LONG_QUOTED = String.raw`"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|${QUOTED}`;
// In a shell and in PHP strings may span lines.
const WIDE_QUOTED = String.raw`"(?:[^"\\]|\\[\s\S])*"?|'[^']*'?`;
const NUMBER = String.raw`\b(?:0[xX][\da-fA-F_]+|\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?)\w*%?`;
// Of the network, or a version: not a number.
const ADDRESS = String.raw`\b\d{1,5}(?:\.\d{1,5}){2,5}(?::\d{1,5})?`;
const WORD = String.raw`[\p{L}_$][\p{L}\p{N}_$]*`;
const KEBAB = String.raw`[\p{L}_$][\p{L}\p{N}_$-]*`;

const words = (text) => new Set(text.split(" "));
const LITERALS = words("true false null");

/**
 * @typedef {object} Language
 * @property {Array<[Kind|"key", string, "line"?]>} [first] rules before all others; "line": only where nothing but
 *   white space, and what such rules without a kind took, precedes; "key": a name if a colon follows, else a string
 * @property {string} [comment]
 * @property {string} [string]
 * @property {string} [word]
 * @property {Set<string>} [keywords]
 * @property {Set<string>} [literals]
 * @property {boolean} [anyCase] keywords may have capitals
 * @property {boolean} [calls] a word before a parenthesis is a name
 */

/** @param {Language} language */
function rules({ first = [], comment, string, word = WORD, keywords, literals = LITERALS, anyCase, calls = true }) {
  const last = [
    ["comment", comment],
    ["string", string],
    [null, ADDRESS],
    ["number", NUMBER],
    ["word", word],
  ];
  const list = [...first, ...last, [null, "\\s+"]]
    .filter(([, source]) => source)
    .map(([kind, source, line]) => ({ kind, pattern: new RegExp(source, "uy"), line: line === "line" }));
  const wordKind = (text, code, end) => {
    const known = anyCase ? text.toLowerCase() : text;
    if (literals.has(known)) return "literal";
    if (keywords?.has(known) && !isMember(code, end - text.length)) return "keyword";
    return calls && code[end] === "(" ? "name" : null;
  };
  return (code, tokens) => tokenize(code, list, wordKind, tokens);
}

/** Whether a word follows a dot (and not the three dots of `...new`), so that `app.delete` is no keyword. */
function isMember(code, at) {
  return code[at - 1] === "." && code[at - 2] !== ".";
}

function tokenize(code, list, wordKind, tokens) {
  let at = 0;
  let fresh = true;
  while (at < code.length) {
    const found = list.find(({ pattern, line }) => {
      pattern.lastIndex = at;
      return (!line || fresh) && pattern.test(code) && pattern.lastIndex > at;
    });
    const end = found ? found.pattern.lastIndex : at + String.fromCodePoint(code.codePointAt(at)).length;
    const text = code.slice(at, end);
    tokens.add(text, kindOf(found?.kind ?? null, text, code, end, wordKind));
    if (text.trim() !== "" && !(found?.line && found.kind === null)) fresh = false;
    if (text.includes("\n")) fresh = text.trimEnd().length < text.lastIndexOf("\n") + 1;
    at = end;
  }
}

function kindOf(kind, text, code, end, wordKind) {
  if (kind === "word") return wordKind(text, code, end);
  if (kind !== "key") return kind;
  return /^\s{0,8}:/.test(code.slice(end, end + 9)) ? "name" : "string";
}

const CSS = rules({
  first: [
    ["keyword", String.raw`@[\w-]+|!important\b`],
    ["name", String.raw`[\w-]+(?=\s{0,4}:)`, "line"],
    ["number", String.raw`#[\da-fA-F]{3,8}\b`],
  ],
  comment: String.raw`\/\*[\s\S]*?(?:\*\/|$)`,
  string: QUOTED,
  word: KEBAB,
  literals: words("none auto inherit initial unset"),
});

const SCRIPT_WORDS =
  "as async await break case catch class const continue debugger default delete do else export extends finally for " +
  "from function get if import in instanceof let new of return set static super switch this throw try typeof var " +
  "void while with yield";
const SCRIPT_LITERALS = words("true false null undefined NaN Infinity");
const PATTERN = String.raw`\/(?![*\/ ])(?:[^\/\\\n[]|\\[^\n]|\[[^\]\n]{0,80}\]){1,200}\/[a-z]{0,8}`;
const script = (keywords) =>
  rules({
    first: [
      ["string", String.raw`${"`"}(?:[^${"`"}\\]|\\[\s\S])*${"`"}?`],
      // A slash begins a regular expression only after what cannot end an operand.
      ["string", `(?<=(?:[=(,:;!&|?{[]|=>|\\breturn) ?)${PATTERN}`],
      ["name", String.raw`@[\w.]+`],
    ],
    comment: SLASHES,
    string: QUOTED,
    keywords: words(keywords),
    literals: SCRIPT_LITERALS,
  });
const JS = script(SCRIPT_WORDS);

const curly = (keywords, more = {}) =>
  rules({
    first: [["name", String.raw`@[\w.]+`]],
    comment: SLASHES,
    string: QUOTED,
    keywords: words(keywords),
    ...more,
  });

const C_WORDS =
  "auto bool break case char const constexpr continue default delete do double else enum extern float for goto if " +
  "inline int long namespace new operator private protected public register return short signed sizeof static struct " +
  "switch template this throw try catch typedef typename union unsigned using virtual void volatile while class";
const C_FIRST = [
  ["keyword", String.raw`#[ \t]*\w+`, "line"],
  ["string", "<[\\w./+]{1,80}\\.h>"],
];
const JAVA_WORDS =
  "abstract assert boolean break byte case catch char class const continue default do double else enum extends final " +
  "finally float for if implements import instanceof int interface long native new package permits private protected " +
  "public record return sealed short static super switch synchronized this throw throws transient try var void " +
  "volatile while yield";
const CSHARP_WORDS =
  "abstract as async await base bool break byte case catch char class const continue decimal default delegate do " +
  "double else enum event explicit extern finally fixed float for foreach get if implicit in init int interface " +
  "internal is lock long namespace new object operator out override params private protected public readonly record " +
  "ref required return sealed set short sizeof static string struct switch this throw try typeof uint ulong unsafe " +
  "using var virtual void volatile when where while yield";
const KOTLIN_WORDS =
  "abstract as break by catch class companion const constructor continue data do else enum finally for fun get if " +
  "import in init inline interface internal is lateinit object open operator override package private protected " +
  "public return sealed set suspend super this throw try typealias val var when where while";

const SHELL_FIRST = [
  ["comment", String.raw`(?<![^\s;])#[^\n]*`],
  ["name", String.raw`\$\{[^}\n]{0,200}\}?|\$(?:\w+|[?@#!*$-])`],
  ["literal", String.raw`(?<![^\s(])--?[A-Za-z][\w-]*`],
];
const SHELL_WORDS =
  "if then elif else fi for while until do done case esac in function return exit export local readonly set unset " +
  "source trap sudo";
const SHELL = rules({
  first: SHELL_FIRST,
  string: WIDE_QUOTED,
  word: String.raw`[\p{L}_.\/~][\p{L}\p{N}_.\/~:@=+%-]*`,
  keywords: words(SHELL_WORDS),
  calls: false,
});

// `$ `, `user@host:~$ `, `>>> `, `shop=# `; but "# " alone begins a comment.
const PROMPT = /(?:\([\w.-]{1,40}\) ?)?(?:[$%>]|[\w.@~:\/=[\]-]{1,60}[$#>]|>>>|\.\.\.) /y;

/** A terminal: what follows a prompt is shell, as far as the command goes on over lines; the rest is output. */
function terminal(code, tokens) {
  let command = "";
  let quote = "";
  for (const line of code.split(/(?<=\n)/)) {
    PROMPT.lastIndex = 0;
    const prompt = command === "" ? (PROMPT.exec(line)?.[0] ?? "") : "";
    if (command === "" && prompt === "") {
      tokens.add(line, line.startsWith("# ") ? "comment" : null);
      continue;
    }
    tokens.add(prompt, "keyword");
    command += line.slice(prompt.length);
    quote = openQuote(line.slice(prompt.length), quote);
    if (quote !== "" || line.trimEnd().endsWith("\\")) continue;
    SHELL(command, tokens);
    command = "";
  }
  SHELL(command, tokens);
}

/** The quote that is open after a line of shell, or "". */
function openQuote(line, before) {
  let quote = before;
  for (let at = 0; at < line.length; at += 1) {
    const char = line[at];
    if (char === "\\" && quote !== "'") at += 1;
    else if (char === quote) quote = "";
    else if (quote === "" && (char === "'" || char === '"')) quote = char;
    else if (quote === "" && char === "#" && (at === 0 || line[at - 1] === " ")) break;
  }
  return quote;
}

/** Line by line: the first pattern that fits decides the whole line. */
const byLine = (patterns) => (code, tokens) => {
  for (const line of code.split(/(?<=\n)/)) {
    tokens.add(line, patterns.find(([pattern]) => pattern.test(line))?.[1] ?? null);
  }
};

const TAG_TEXT = [
  ["comment", /<!--[\s\S]*?(?:-->|$)/y],
  ["keyword", /<![^>\n]*>?|<\/?[\w:.-]+|<\?[\w-]+/y],
  ["literal", /&#?\w{1,31};/y],
  [null, /[^<&]+/y],
];
const TAG_INSIDE = [
  ["keyword", /[/?]?>/y],
  ["string", /"[^"]*"?|'[^']*'?|(?<==)[^\s>"']+/y],
  ["name", /[^\s=>"'/?]+/y],
  [null, /[\s=]+/y],
];

/** HTML and XML; scripts and style sheets within are read as such. */
function markup(code, tokens) {
  let at = 0;
  let tag = null;
  while (at < code.length) {
    const list = tag === null ? TAG_TEXT : TAG_INSIDE;
    const found = list.find(([, pattern]) => {
      pattern.lastIndex = at;
      return pattern.test(code);
    });
    const end = found ? found[1].lastIndex : at + 1;
    const text = code.slice(at, end);
    tokens.add(text, found?.[0] ?? null);
    at = end;
    if (tag === null && found?.[0] === "keyword" && !text.startsWith("<!")) {
      tag = text.toLowerCase();
    } else if (tag !== null && text.endsWith(">") && found?.[0] === "keyword") {
      const read = text === ">" ? { "<script": JS, "<style": CSS }[tag] : undefined;
      if (read) {
        const close = code.indexOf(`</${tag.slice(1)}`, at);
        const inner = code.slice(at, close === -1 ? code.length : close);
        read(inner, tokens);
        at += inner.length;
      }
      tag = null;
    }
  }
}

const JSON_RULES = rules({
  first: [["key", DOUBLE]],
  comment: SLASHES,
  word: WORD,
  calls: false,
});

const YAML_KEY = String.raw`[\p{L}\p{N}_.$\/<*][^:#\n"'{}\[\]]{0,80}`;
const METHODS = "(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE|CONNECT|QUERY)(?= )";

const LANGUAGES = new Map([
  [
    "sql",
    rules({
      first: [
        ["string", String.raw`\$\$[\s\S]*?(?:\$\$|$)|'(?:[^']|'')*'?`],
        ["name", String.raw`"[^"\n]*"?`],
      ],
      comment: String.raw`--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)`,
      anyCase: true,
      literals: words("true false null default"),
      keywords: words(
        "abort action add after all alter analyze and any array as asc auto_increment before begin between bigint " +
          "bigserial boolean bool by cascade case cast char check column commit concurrently conflict constraint " +
          "create cross current_date current_timestamp database date datetime decimal declare deferrable delete desc " +
          "distinct do drop each else end engine escape except execute exists explain extension fetch filter first " +
          "float for foreign from full function generated grant group having identity if ilike in index inner insert " +
          "int integer intersect interval into is isolation join jsonb json key lateral left level like limit lock " +
          "locked materialized natural no not nothing notify nulls numeric of offset on only or order outer over " +
          "partition plpgsql precision primary procedure read real recursive references rename repeatable replace " +
          "restrict return returning returns revoke right role rollback row rows savepoint schema select sequence " +
          "serial serializable set share show skip smallint start table temporary text then time timestamp " +
          "timestamptz to transaction trigger truncate union unique update use user using uuid vacuum values varchar " +
          "view when where window with without work write committed uncommitted language",
      ),
    }),
  ],
  ["json", JSON_RULES],
  [
    "yaml",
    rules({
      first: [
        [null, "(?:- +){1,8}|-(?=\\n)", "line"],
        ["name", String.raw`(?:${YAML_KEY}|"[^"\n]{0,80}"|'[^'\n]{0,80}')(?=:(?:\s|$))`, "line"],
        ["comment", String.raw`(?<![^\s])#[^\n]*`],
        ["name", String.raw`(?<=[\s\[{])[&*]\w+|![\w!]+`],
      ],
      string: QUOTED,
      word: KEBAB,
      literals: words("true false null yes no on off"),
      calls: false,
    }),
  ],
  [
    "ini",
    rules({
      first: [
        ["keyword", String.raw`\[[^\]\n]{0,200}\]{1,2}`, "line"],
        ["comment", "[#;][^\\n]*", "line"],
        ["comment", String.raw`(?<=\s)#[^\n]*`],
        ["name", String.raw`[\p{L}\p{N}_."-]{1,100}(?=[ \t]{0,20}[=:])`, "line"],
      ],
      string: LONG_QUOTED,
      word: KEBAB,
      literals: words("true false on off yes no"),
      calls: false,
    }),
  ],
  [
    "http",
    rules({
      first: [
        ["keyword", String.raw`${METHODS}|HTTP\/[\d.]+`, "line"],
        ["keyword", String.raw`(?<= )HTTP\/[\d.]+`],
        ["name", String.raw`[A-Za-z][\w-]{0,80}(?=:)`, "line"],
        ["key", DOUBLE],
      ],
      word: KEBAB,
      calls: false,
    }),
  ],
  ["shell", SHELL],
  ["console", terminal],
  [
    "python",
    rules({
      first: [
        ["string", String.raw`[rRbBfFuU]{0,2}(?:${LONG_QUOTED})`],
        ["name", String.raw`@[\w.]+`, "line"],
      ],
      comment: HASH,
      literals: words("True False None"),
      keywords: words(
        "and as assert async await break case class continue def del elif else except finally for from global if " +
          "import in is lambda match nonlocal not or pass raise return self try while with yield",
      ),
    }),
  ],
  ["javascript", JS],
  [
    "typescript",
    script(
      `${SCRIPT_WORDS} abstract any asserts boolean declare enum implements infer interface is keyof namespace never ` +
        "number object override private protected public readonly satisfies string symbol type unknown",
    ),
  ],
  [
    "rust",
    rules({
      first: [
        ["string", String.raw`b?r(#{0,8})"[\s\S]*?(?:"\1|$)|b?"(?:[^"\\]|\\[\s\S])*"?`],
        ["string", String.raw`b?'(?:[^'\\\n]|\\(?:u\{[\da-fA-F]{1,6}\}|x[\da-fA-F]{2}|[^\n]))'`],
        ["name", String.raw`'\w+|#!?\[[^\]\n]{0,200}\]?|[A-Za-z_]\w{0,80}!(?!=)`],
      ],
      comment: SLASHES,
      literals: words("true false None"),
      keywords: words(
        "as async await break const continue crate dyn else enum extern fn for if impl in let loop match mod move mut " +
          "pub ref return self Self static struct super trait type unsafe use where while",
      ),
    }),
  ],
  [
    "go",
    curly(
      "any break case chan const continue default defer else error fallthrough for func go goto if import int int64 " +
        "interface map package range return select string struct switch type var bool byte float64",
      { first: [["string", "`[^`]*`?"]], literals: words("true false nil iota") },
    ),
  ],
  ["java", curly(JAVA_WORDS, { string: LONG_QUOTED })],
  [
    "csharp",
    curly(CSHARP_WORDS, {
      first: [
        ["string", String.raw`\$?"""[\s\S]*?(?:"""|$)|(?:@\$?|\$@)"(?:[^"]|"")*"?|\$${DOUBLE}`],
        ["keyword", String.raw`#\w+`, "line"],
      ],
    }),
  ],
  ["c", curly(C_WORDS, { first: C_FIRST, literals: words("true false NULL nullptr") })],
  ["kotlin", curly(KOTLIN_WORDS, { string: LONG_QUOTED })],
  [
    "php",
    rules({
      first: [
        ["keyword", String.raw`<\?(?:php|=)?|\?>`],
        ["name", String.raw`\$\w+`],
        ["comment", String.raw`#(?!\[)[^\n]*`],
      ],
      comment: SLASHES,
      string: WIDE_QUOTED.replace("'[^']*'?", String.raw`'(?:[^'\\]|\\[\s\S])*'?`),
      anyCase: true,
      keywords: words(
        "abstract array as bool break case catch class clone const continue declare default do echo else elseif enum " +
          "exit extends final finally fn for foreach function global if implements include instanceof int interface " +
          "isset match namespace new print private protected public readonly require require_once return static string " +
          "switch throw trait try unset use var void while yield float mixed self",
      ),
    }),
  ],
  [
    "ruby",
    rules({
      first: [
        ["literal", String.raw`(?<![:\w]):[A-Za-z_]\w*`],
        ["name", String.raw`@{1,2}\w+|\$\w+`],
      ],
      comment: HASH,
      string: QUOTED,
      literals: words("true false nil"),
      keywords: words(
        "alias and begin break case class def defined do else elsif end ensure for if in module next not or private " +
          "protected raise redo require require_relative rescue retry return self super then undef unless until when " +
          "while yield attr_reader attr_accessor",
      ),
    }),
  ],
  ["html", markup],
  ["css", CSS],
  [
    "diff",
    byLine([
      [/^(?:diff |index |--- |\+\+\+ )/, "comment"],
      [/^@@/, "name"],
      [/^\+/, "string"],
      [/^-/, "literal"],
    ]),
  ],
  [
    "dockerfile",
    rules({
      first: [
        ["comment", HASH, "line"],
        [
          "keyword",
          "(?:FROM|RUN|CMD|LABEL|EXPOSE|ENV|ADD|COPY|ENTRYPOINT|VOLUME|USER|WORKDIR|ARG|ONBUILD|STOPSIGNAL|" +
            "HEALTHCHECK|SHELL)(?=\\s)",
          "line",
        ],
        ["keyword", String.raw`(?<=\s)(?:AS|as)(?=\s)`],
        ...SHELL_FIRST.slice(1),
      ],
      string: QUOTED,
      word: KEBAB,
      calls: false,
    }),
  ],
  [
    "nginx",
    rules({
      first: [
        ["name", String.raw`\$\w+`],
        ["keyword", String.raw`[a-z_]\w{0,60}(?=[\s;])`, "line"],
        ["keyword", String.raw`(?<=[{;] )[a-z_]\w{0,60}(?=[\s;])`],
      ],
      comment: HASH,
      string: QUOTED,
      word: KEBAB,
      literals: words("on off"),
      calls: false,
    }),
  ],
  [
    "hcl",
    rules({
      first: [
        ["name", String.raw`[\w-]{1,80}(?=[ \t]{0,20}=(?![=>]))`, "line"],
        ["comment", HASH],
      ],
      comment: SLASHES,
      string: DOUBLE,
      word: KEBAB,
      keywords: words("data for if in locals module output provider resource terraform variable"),
    }),
  ],
  [
    "proto",
    curly(
      "bool bytes double enum extend fixed32 fixed64 float import int32 int64 map message oneof option optional package " +
        "public repeated reserved returns rpc service sint32 sint64 stream string syntax to uint32 uint64",
    ),
  ],
  [
    "graphql",
    rules({
      first: [["name", String.raw`[@$]\w+|[A-Za-z_]\w{0,80}(?=\s{0,4}:)`]],
      comment: HASH,
      string: LONG_QUOTED,
      keywords: words(
        "directive enum extend fragment implements input interface mutation on query repeatable scalar schema " +
          "subscription type union",
      ),
    }),
  ],
]);

const ALIASES = new Map(
  Object.entries({
    sql: "postgresql postgres pgsql psql mysql sqlite plpgsql tsql",
    json: "json5 jsonc jsonl ndjson",
    yaml: "yml",
    ini: "toml cfg conf properties env dotenv systemd",
    http: "https rest",
    shell: "sh bash zsh",
    console: "shell-session shellsession sh-session terminal",
    python: "py python3 gyp",
    javascript: "js jsx mjs cjs node",
    typescript: "ts tsx mts cts",
    rust: "rs",
    go: "golang",
    csharp: "cs c# dotnet",
    c: "h cpp c++ cc cxx hpp hxx",
    kotlin: "kt kts",
    ruby: "rb gemfile",
    html: "xml htm xhtml svg rss atom vue",
    css: "scss less",
    diff: "patch",
    dockerfile: "docker",
    nginx: "nginxconf",
    hcl: "tf terraform",
    proto: "protobuf proto3",
    graphql: "gql",
  }).flatMap(([name, aliases]) => aliases.split(" ").map((alias) => [alias, name])),
);
