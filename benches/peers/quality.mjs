// How good a search is on labelled queries, with the definitions of src/search/quality.rs and `backroad eval`. Pure.

import { createHash } from "node:crypto";

export const DEPTH = 10;

/** A table with the columns qid, style, query and relevant, in any order -> queries; `-` is to be declined. */
export function read(text, path, ids, split) {
  const [header, ...lines] = text.split(/\r?\n/);
  const names = header.split("\t");
  const places = ["qid", "style", "query", "relevant"].map((name) => names.indexOf(name));
  if (places.includes(-1)) throw new Error(`${path}: the first line must name qid, style, query and relevant`);
  return lines.flatMap((line, at) => {
    if (!line.trim()) return [];
    const cells = line.split("\t");
    if (split !== undefined && cells[names.indexOf("split")]?.trim() !== split) return [];
    const [qid, style, query, labels] = places.map((place) => (cells[place] ?? "").trim());
    const relevant = labels === "-" ? [] : labels.split(",").map((id) => id.trim());
    const unknown = relevant.find((id) => !ids.has(id));
    if (!query || unknown !== undefined) throw new Error(`${path}:${at + 2}: no query, or no item \`${unknown}\``);
    return [{ qid, style, query, relevant }];
  });
}

/** Development and test queries, by a hash of the qid. A clean query goes where the typo above it goes. */
export function halves(queries, share) {
  const parts = { dev: [], test: [] };
  let part = "test";
  queries.forEach((labelled, at) => {
    if (labelled.style !== "clean" || queries[at - 1]?.style !== "typo") {
      const hash = createHash("sha256").update(labelled.qid).digest().readUInt32BE() / 2 ** 32;
      part = hash < share ? "dev" : "test";
    }
    parts[part].push(labelled);
  });
  return parts;
}

/** The place in `relevant` of each of the first hits, or -1; a place counts once. */
export function places(relevant, ids, topicsOf) {
  const taken = new Set();
  return ids.slice(0, DEPTH).map((id) => {
    const place = relevant.findIndex(
      (wanted, place) => (wanted === id || topicsOf(id).includes(wanted)) && !taken.has(place),
    );
    if (place >= 0) taken.add(place);
    return place;
  });
}

/** `outcomes`: `{ labelled, answered, found }`, where `found` is of `places`. */
export function figures(outcomes) {
  const asked = outcomes.filter(({ labelled }) => labelled.relevant.length > 0);
  const mean = (value) => (asked.length ? asked.reduce((sum, of) => sum + value(of), 0) / asked.length : null);
  const rank = ({ found }) => found.findIndex((place) => place >= 0);
  const declined = outcomes.filter(({ answered }) => !answered);
  const rightly = declined.filter(({ labelled }) => labelled.relevant.length === 0).length;
  const toDecline = outcomes.length - asked.length;
  const precision = declined.length ? rightly / declined.length : 0;
  const recall = toDecline ? rightly / toDecline : 0;
  return {
    queries: outcomes.length,
    right: mean((of) => Number(of.answered && rank(of) === 0)),
    first: mean((of) => Number(rank(of) === 0)),
    third: mean((of) => Number(rank(of) >= 0 && rank(of) < 3)),
    mrr: mean((of) => (rank(of) >= 0 ? 1 / (rank(of) + 1) : 0)),
    ndcg: mean(({ labelled, found }) => gain(found) / gain(labelled.relevant.slice(0, DEPTH).map((_, place) => place))),
    abstention: {
      to_decline: toDecline,
      declined: declined.length,
      rightly,
      precision,
      recall,
      f1: precision + recall > 0 ? (2 * precision * recall) / (precision + recall) : 0,
    },
  };
}

export function byStyle(outcomes) {
  const styles = [...new Set(outcomes.map(({ labelled }) => labelled.style))].sort();
  return Object.fromEntries(
    styles.map((style) => [style, figures(outcomes.filter(({ labelled }) => labelled.style === style))]),
  );
}

function gain(places) {
  const of = (place) => (place < 0 ? 0 : ([3, 2][place] ?? 1));
  return places.reduce((sum, place, rank) => sum + of(place) / Math.log2(rank + 2), 0);
}

/** What a score is divided by before it is compared with a threshold: scores grow with the number of words. */
export const SCALES = {
  raw: () => 1,
  "per word": (query) => words(query),
  "per root of words": (query) => Math.sqrt(words(query)),
};

const words = (query) => Math.max(1, query.split(/\s+/).length);

/** `best`: the score of the first hit, or null without any. */
export function answers({ scale, least }, query, best) {
  return best !== null && best / SCALES[scale](query) >= least;
}

/** The threshold with the best sum of right@1 and F1. `outcomes` have the `best` score. */
export function threshold(outcomes) {
  let chosen = { scale: "raw", least: -Infinity, value: -1 };
  for (const scale of Object.keys(SCALES)) {
    const scores = outcomes.filter(({ best }) => best !== null);
    const scaled = scores.map(({ labelled, best }) => best / SCALES[scale](labelled.query));
    for (const least of new Set(scaled)) {
      const judged = outcomes.map((of) => ({ ...of, answered: answers({ scale, least }, of.labelled.query, of.best) }));
      const { right, abstention } = figures(judged);
      const value = (right ?? 0) + abstention.f1;
      if (value > chosen.value) chosen = { scale, least, value };
    }
  }
  return { scale: chosen.scale, least: chosen.least };
}

/** Of a sorted list. */
export function at(sorted, share) {
  return sorted.length ? sorted[Math.floor(share * (sorted.length - 1))] : null;
}

export function median(values) {
  return at(
    [...values].sort((a, b) => a - b),
    0.5,
  );
}

/** The bounds of 95 % of the resampled means of `values` (paired differences). */
export function interval(values, rounds = 2000) {
  // Mulberry32, so that a run can be repeated.
  let state = 1;
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % values.length;
  };
  const means = Array.from({ length: rounds }, () => {
    let sum = 0;
    for (let n = 0; n < values.length; n += 1) sum += values[random()];
    return sum / values.length;
  }).sort((a, b) => a - b);
  return [at(means, 0.025), at(means, 0.975)];
}
