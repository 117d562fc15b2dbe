// The library as documents with the fields of Backroad's own index (see src/search/indexing.rs), for every peer the same.

import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import MarkdownIt from "markdown-it";
import { parse } from "smol-toml";

const markdown = new MarkdownIt("commonmark", { html: true });

export const FIELDS = ["title", "aliases", "asked_as", "summary", "body", "detail"];

/** All items below `content`: `id`, `topics`, and of FIELDS lists of texts without markup. */
export function documents(content) {
  const read = (folder, make) => files(join(content, folder)).map((path) => make(path, readFileSync(path, "utf8")));
  return [
    ...read("topics", topic),
    ...read("questions", question),
    ...read("projects", project),
    ...read("roadmaps", roadmap),
  ].map(finished);
}

/** Groups of words that mean the same; those that mean only about the same would harm where all words count alike. */
export function synonyms(content) {
  const { groups } = parse(readFileSync(join(content, "synonyms.toml"), "utf8"));
  return groups.filter((group) => !group.loose).map((group) => group.words);
}

function files(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => /\.(md|toml)$/.test(name))
    .sort()
    .map((name) => join(folder, name));
}

function topic(path, text) {
  const { front, sections } = split(path, text);
  const { id, title, aliases, asked_as, summary } = front;
  const prose = [...of(sections, "Explanation"), ...of(sections, "Pitfalls")];
  const example = of(sections, "Example");
  return {
    ...{ id, topics: [id], title: [title], aliases, asked_as, summary: plain(summary).paragraphs },
    body: paragraphs(prose),
    detail: [...code(prose), ...paragraphs(example), ...code(example)],
  };
}

function question(path, text) {
  const { front, sections } = split(path, text);
  const asked = of(sections, "Question");
  const [title, ...rest] = paragraphs(asked);
  const prose = [...of(sections, "Answer"), ...of(sections, "Explanation")];
  const lists = [...of(sections, "Options"), ...of(sections, "Follow-ups")];
  const named = [...(front.key_points ?? []), ...(front.accepted ?? [])].map(plain);
  return {
    ...{ id: front.id, topics: front.topics, title: [title], aliases: front.aliases, asked_as: front.asked_as },
    body: [...paragraphs(prose), ...rest],
    detail: [...code(prose), ...code(asked), ...paragraphs(lists), ...code(lists), ...paragraphs(named)],
  };
}

function project(path, text) {
  const { front, sections } = split(path, text);
  const { id, title, topics, aliases, asked_as, summary } = front;
  const brief = of(sections, "Brief");
  const lists = ["Acceptance checks", "Stretch goals", "Hints"].flatMap((name) => of(sections, name));
  return {
    ...{ id, topics, title: [title], aliases, asked_as, summary: plain(summary).paragraphs },
    body: paragraphs(brief),
    detail: [...code(brief), ...paragraphs(lists), ...code(lists)],
  };
}

// Its stages repeat the titles of topics, so Backroad leaves them out.
function roadmap(_, text) {
  const { id, title, aliases, summary } = parse(text);
  return { id, topics: [], title: [title], aliases, summary: plain(summary).paragraphs };
}

/** Empty lists for what an item does not have, and the words of the id as a further alias, as in Backroad's index. */
function finished(item) {
  const fields = Object.fromEntries(FIELDS.map((field) => [field, item[field] ?? []]));
  fields.aliases = [...fields.aliases, item.id.replaceAll("-", " ")];
  return { id: item.id, topics: item.topics, ...fields };
}

function split(path, text) {
  const [, front, body] = /^\+\+\+\r?\n([^]*?)\r?\n\+\+\+\r?\n([^]*)$/.exec(text) ?? [];
  if (front === undefined) throw new Error(`${path}: no front matter between two +++ lines`);
  const found = { front: parse(front), sections: new Map() };
  if (found.front.id !== basename(path, ".md")) throw new Error(`${path}: its id is not its name`);
  let lines = [];
  let fenced = false;
  for (const line of body.split(/\r?\n/)) {
    if (/^\s*```/.test(line)) fenced = !fenced;
    const heading = fenced ? null : /^## (.+)$/.exec(line);
    if (heading) found.sections.set(heading[1].trim(), (lines = []));
    else lines.push(line);
  }
  return found;
}

function of(sections, name) {
  return sections.has(name) ? [plain(sections.get(name).join("\n"))] : [];
}

const paragraphs = (parts) => parts.flatMap((part) => part.paragraphs);
const code = (parts) => parts.flatMap((part) => part.code);

/** Markdown -> its paragraphs and list items as text, and its blocks of code. */
export function plain(text) {
  const found = { paragraphs: [], code: [] };
  for (const token of markdown.parse(text, {})) {
    if (token.type === "fence" || token.type === "code_block") found.code.push(token.content);
    if (token.type !== "inline") continue;
    const paragraph = inline(token.children)
      .replace(/^\[[ x]\]\s+/, "")
      .replace(/\s+/g, " ")
      .trim();
    if (/[\p{L}\p{N}]/u.test(paragraph)) found.paragraphs.push(paragraph);
  }
  return found;
}

function inline(tokens) {
  const texts = tokens.map((token) => {
    if (token.type === "softbreak" || token.type === "hardbreak") return " ";
    return ["text", "code_inline", "html_inline", "text_special"].includes(token.type) ? token.content : "";
  });
  return texts.join("");
}
