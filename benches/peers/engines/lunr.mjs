import lunr from "lunr";
import { FIELDS } from "../documents.mjs";
import { BOOSTS, expanded, flat, split } from "./words.mjs";

export const NAME = "Lunr";

// It stems and leaves out stop words by itself; fields are boosted when the index is built, as its guide does.
export const GRID = {
  ...BOOSTS,
  fuzzy: [0.2, 0, 0.5],
  prefix: [0.2, 0, 0.5],
  b: [0.75, 0.4],
  k1: [1.2, 2],
  synonyms: [false, true],
};

export const INDEXED = [...FIELDS, "b", "k1"];

export function build(documents, settings) {
  return lunr(function () {
    this.ref("id");
    this.b(settings.b);
    this.k1(settings.k1);
    for (const field of FIELDS) this.field(field, { boost: settings[field] });
    for (const document of documents) this.add(flat(document));
  });
}

export function search(index, query, settings) {
  const words = new Set(split(expanded(query, settings)));
  const hits = index.query((clauses) => {
    for (const word of words) {
      if (!lunr.stopWordFilter(word)) continue;
      clauses.term(word, {});
      const wildcard = lunr.Query.wildcard.TRAILING;
      if (settings.prefix && word.length > 2)
        clauses.term(word, { wildcard, usePipeline: false, boost: settings.prefix });
      if (settings.fuzzy && word.length > 3) clauses.term(word, { editDistance: 1, boost: settings.fuzzy });
    }
  });
  return hits.slice(0, 10).map(({ ref, score }) => [ref, score]);
}
