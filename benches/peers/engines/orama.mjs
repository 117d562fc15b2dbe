import { create, insertMultiple, search as find } from "@orama/orama";
import { stemmer } from "@orama/stemmers/english";
import { FIELDS } from "../documents.mjs";
import { BOOSTS, STOP, boosts, expanded, flat } from "./words.mjs";

export const NAME = "Orama";

export const GRID = {
  stem: [true, false],
  stop: [true, false],
  match: ["prefixes", "typos", "words"],
  threshold: [1, 0.5, 0],
  ...BOOSTS,
  b: [0.75, 0.4],
  d: [0.5, 0],
  synonyms: [false, true],
};

export const INDEXED = ["stem", "stop"];

export async function build(documents, { stem, stop }) {
  const tokenizer = { stemming: stem, language: "english", stopWords: stop ? [...STOP] : [] };
  if (stem) tokenizer.stemmer = stemmer;
  const index = create({
    schema: Object.fromEntries(["id", ...FIELDS].map((field) => [field, "string"])),
    components: { tokenizer },
  });
  await insertMultiple(index, documents.map(flat));
  return index;
}

export async function search(index, query, settings) {
  const { match, threshold, b, d } = settings;
  const { hits } = await find(index, {
    term: expanded(query, settings),
    properties: FIELDS,
    boost: boosts(settings),
    exact: match === "words",
    tolerance: match === "typos" ? 1 : 0,
    threshold,
    relevance: { k: 1.2, b, d },
    limit: 10,
  });
  return hits.map(({ id, score }) => [id, score]);
}
