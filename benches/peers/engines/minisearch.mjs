import { stemmer } from "@orama/stemmers/english";
import MiniSearch from "minisearch";
import { FIELDS } from "../documents.mjs";
import { BOOSTS, STOP, boosts, expanded, flat } from "./words.mjs";

export const NAME = "MiniSearch";

export const GRID = {
  stem: [true, false],
  stop: [true, false],
  fuzzy: [0.2, 0, 0.1, 0.3],
  fuzzyWeight: [0.45, 0.2, 0.7],
  prefix: [true, false],
  prefixWeight: [0.375, 0.15],
  ...BOOSTS,
  b: [0.7, 0.4, 0.9],
  d: [0.5, 0, 1],
  synonyms: [false, true],
};

export const INDEXED = ["stem", "stop"];

export function build(documents, { stem, stop }) {
  const processTerm = (term) => {
    const word = term.toLowerCase();
    if (stop && STOP.has(word)) return null;
    return stem ? stemmer(word) : word;
  };
  const index = new MiniSearch({ fields: FIELDS, processTerm });
  index.addAll(documents.map(flat));
  return index;
}

export function search(index, query, settings) {
  const { fuzzy, fuzzyWeight, prefix, prefixWeight, b, d } = settings;
  const hits = index.search(expanded(query, settings), {
    boost: boosts(settings),
    fuzzy: (term) => (term.length > 3 ? fuzzy : false),
    prefix: (term) => prefix && term.length > 2,
    weights: { fuzzy: fuzzyWeight, prefix: prefixWeight },
    bm25: { k: 1.2, b, d },
  });
  return hits.slice(0, 10).map(({ id, score }) => [id, score]);
}
