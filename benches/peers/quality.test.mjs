import assert from "node:assert/strict";
import { test } from "node:test";
import { plain } from "./documents.mjs";
import { figures, halves, interval, places, read, threshold } from "./quality.mjs";

const labelled = (query, ...relevant) => ({ qid: query, style: "name", query, relevant });
const outcome = (answered, found, relevant, best = 1) => ({
  labelled: labelled("?", ...relevant),
  answered,
  found,
  best,
});
const near = (value, wanted) => assert.ok(Math.abs(value - wanted) < 1e-9, `${value} is not ${wanted}`);

// The same cases as in src/search/quality.rs.
test("a hit counts by its id or a topic, and each wanted item once", () => {
  const topics = { other: ["x"], "q-jwt": ["jwt"], jwt: ["jwt"], sessions: ["sessions"] };
  const found = places(["jwt", "sessions"], Object.keys(topics), (id) => topics[id]);
  assert.deepEqual(found, [-1, 0, -1, 1]);
});

test("figures are those of the books", () => {
  const perfect = figures([outcome(true, [0, 1], ["x", "y"])]);
  assert.deepEqual([perfect.right, perfect.first, perfect.third, perfect.mrr], [1, 1, 1, 1]);
  near(perfect.ndcg, 1);
  const swapped = figures([outcome(false, [1, 0], ["x", "y"])]);
  assert.deepEqual([swapped.right, swapped.first, swapped.mrr], [0, 1, 1]);
  near(swapped.ndcg, (2 + 3 / Math.log2(3)) / (3 + 2 / Math.log2(3)));
  const fourth = figures([outcome(true, [-1, -1, -1, 0], ["x"])]);
  assert.deepEqual([fourth.third, fourth.mrr], [0, 0.25]);
});

test("declining has a precision and a recall", () => {
  const cases = [
    outcome(false, [], []),
    outcome(true, [-1], []),
    outcome(false, [0], ["x"]),
    outcome(true, [0], ["x"]),
  ];
  const { right, abstention } = figures(cases);
  assert.deepEqual(abstention, { to_decline: 2, declined: 2, rightly: 1, precision: 0.5, recall: 0.5, f1: 0.5 });
  assert.equal(right, 0.5);
});

test("a threshold tells good scores from bad ones", () => {
  const cases = [outcome(true, [0], ["x"], 5), outcome(true, [0], ["x"], 7), outcome(true, [-1], [], 3)];
  assert.deepEqual(threshold(cases), { scale: "raw", least: 5 });
});

test("queries are read in any order of columns, and unknown items are refused", () => {
  const ids = new Map([["jwt", []]]);
  const text = "style\tquery\tqid\trelevant\nname\tjwt exp\ta1\tjwt\n\nofftopic\tpizza\ta2\t-\n";
  assert.deepEqual(read(text, "q.tsv", ids), [
    { qid: "a1", style: "name", query: "jwt exp", relevant: ["jwt"] },
    { qid: "a2", style: "offtopic", query: "pizza", relevant: [] },
  ]);
  assert.throws(() => read("qid\tstyle\tquery\trelevant\na\tname\tx\tjtw\n", "q.tsv", ids), /q.tsv:2: .*`jtw`/);
  assert.throws(() => read("qid\tquery\n", "q.tsv", ids), /first line/);
});

test("a typo and its clean form are in the same half", () => {
  const queries = Array.from({ length: 200 }, (_, at) => ({ qid: `q${at}`, style: at % 2 ? "clean" : "typo" }));
  const { dev, test } = halves(queries, 0.4);
  assert.ok(dev.length > 40 && test.length > 80);
  for (const half of [dev, test]) {
    half.forEach(
      ({ qid, style }, at) => style === "typo" && assert.equal(half[at + 1].qid, `q${Number(qid.slice(1)) + 1}`),
    );
  }
});

test("an interval holds the mean and can be repeated", () => {
  const values = Array.from({ length: 100 }, (_, at) => (at % 4 ? 0 : 1));
  const [low, high] = interval(values);
  assert.ok(low > 0.1 && low < 0.25 && high > 0.25 && high < 0.4, `${low} to ${high}`);
  assert.deepEqual(interval(values), [low, high]);
});

test("Markdown becomes plain text and code", () => {
  const text = "A **JWT** has\n[parts](https://a.example/b), `exp`.\n\n- [x] Right\n  Why.\n\n```js\nlet a;\n```\n";
  assert.deepEqual(plain(text), { paragraphs: ["A JWT has parts, exp.", "Right Why."], code: ["let a;\n"] });
});
