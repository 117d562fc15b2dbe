import Fuse from "fuse.js";
import { BOOSTS, expanded, split, telling } from "./words.mjs";

export const NAME = "Fuse.js";

// It reads every text for every query, so it is tried on fewer queries, and with all texts at last.
export const SAMPLE = 60;

export const GRID = {
  token: [true, false],
  stop: [true, false],
  threshold: [0.2, 0.1, 0.35],
  title: BOOSTS.title,
  asked_as: BOOSTS.asked_as,
  norm: [1, 0, 2],
  fields: ["names and summary", "names", "all"],
};

export const INDEXED = Object.keys(GRID);

const NAMES = ["title", "aliases", "asked_as"];
const KEYS = { names: NAMES, "names and summary": [...NAMES, "summary"], all: [...NAMES, "summary", "body", "detail"] };
const WEIGHTS = { aliases: 4, summary: 2, body: 1, detail: 0.5 };

export function build(documents, { fields, token, threshold, norm, ...weights }) {
  const options = {
    keys: KEYS[fields].map((name) => ({ name, weight: weights[name] ?? WEIGHTS[name] })),
    useTokenSearch: token,
    ignoreLocation: true,
    ignoreDiacritics: true,
    includeScore: true,
    threshold,
    fieldNormWeight: norm,
    ignoreFieldNorm: norm === 0,
  };
  return new Fuse(documents, options);
}

export function search(index, query, settings) {
  const text = expanded(query, settings);
  const asked = settings.stop ? telling(split(text)).join(" ") : text;
  return index.search(asked, { limit: 10 }).map(({ item, score }) => [item.id, 1 - score]);
}
