// What an application does before it asks an engine that leaves it to the application.

import { stopwords } from "@orama/stopwords/english";

/** With the parts that contractions fall into where a tokenizer splits them. */
export const STOP = new Set(["a", ...stopwords, ...stopwords.flatMap((word) => word.split("'"))]);

export const split = (text) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** Without stop words, unless nothing else is there. */
export function telling(words) {
  const rest = words.filter((word) => !STOP.has(word));
  return rest.length ? rest : words;
}

/** The query, with what means the same as its words if that is wanted. */
export const expanded = ({ text, also }, settings) => (settings.synonyms ? [text, ...also].join(" ") : text);

/** Each field as one text. */
export const flat = ({ id, topics, ...fields }) => ({
  id,
  ...Object.fromEntries(Object.entries(fields).map(([field, texts]) => [field, texts.join("\n")])),
});

export const boosts = ({ title, aliases, asked_as, summary, body, detail }) => ({
  ...{ title, aliases, asked_as, summary, body, detail },
});

/** Weights to try for fields, the first value to begin with. */
export const BOOSTS = {
  title: [4, 2, 1, 8],
  aliases: [4, 2, 1, 8],
  asked_as: [4, 2, 1, 8],
  summary: [2, 1, 4],
  body: [1, 0.5, 2],
  detail: [0.5, 0.25, 1],
};
