// Backroad's search beside well-known ones: the same documents, the same labelled queries, one table. See README.md.

import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { documents, synonyms } from "./documents.mjs";
import { STOP } from "./engines/words.mjs";
import { memory } from "./memory.mjs";
import * as quality from "./quality.mjs";
import { page } from "./report.mjs";

const HERE = import.meta.dirname;
const NODE = (name) => [process.execPath, "--expose-gc", join(HERE, "worker.mjs"), name];
const PEERS = {
  minisearch: { program: NODE("minisearch") },
  lunr: { program: NODE("lunr") },
  orama: { program: NODE("orama") },
  fuse: { program: NODE("fuse") },
  sqlite: { program: ["python3", join(HERE, "sqlite.py")], more: [JSON.stringify([...STOP])] },
  postgres: { program: NODE("postgres") },
};

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    backroad: { type: "string" },
    content: { type: "string", default: join(HERE, "../../content") },
    dev: { type: "string", multiple: true },
    split: { type: "string" },
    "dev-split": { type: "string" },
    "dev-every": { type: "string", default: "1" },
    "dev-share": { type: "string", default: "0.4" },
    settings: { type: "string" },
    "save-settings": { type: "string" },
    only: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
if (!positionals.length || !options.backroad) {
  console.error("usage: node run.mjs --backroad PROGRAM QUERIES.tsv… [--dev QUERIES.tsv]… (see README.md)");
  process.exit(2);
}

/** A program that answers each line of JSON with one. */
class Worker {
  constructor({ program: [file, ...before], more = [] }, path, cwd) {
    this.child = spawn(file, [...before, path, ...more], { cwd, stdio: ["pipe", "pipe", "inherit"] });
    this.closed = new Promise((done) => this.child.on("close", done));
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  async ask(what, argument = null) {
    this.child.stdin.write(JSON.stringify({ [what]: argument }) + "\n");
    const { value, done } = await this.lines.next();
    if (done) throw new Error(`it ended at \`${what}\``);
    return JSON.parse(value);
  }

  async close() {
    this.child.stdin.end();
    await this.closed;
  }
}

const note = (text) => process.stderr.write(text + "\n");
const folder = mkdtempSync(join(tmpdir(), "peers-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(1));
const items = documents(options.content);
const topics = new Map(items.map((item) => [item.id, item.topics]));
const documentsPath = join(folder, "documents.json");
writeFileSync(documentsPath, JSON.stringify(items));

const load = (paths, split) =>
  paths
    .flatMap((path) => quality.read(readFileSync(path, "utf8"), path, topics, split))
    .map((labelled) => ({ ...labelled }));
const { dev, test } =
  options.dev || options["dev-split"]
    ? {
        dev: load(options.dev ?? positionals, options["dev-split"]).filter((_, at) => at % options["dev-every"] === 0),
        test: load(positionals, options.split),
      }
    : quality.halves(load(positionals, options.split), Number(options["dev-share"]));
note(`${items.length} documents, ${dev.length} development and ${test.length} test queries`);

const groups = synonyms(options.content);
const meansSame = (text) => {
  const padded = ` ${text.toLowerCase().replace(/[?!,;:]|\.(?=\s|$)/g, " ")} `;
  const has = (phrase) => padded.replace(/\s+/g, " ").includes(` ${phrase} `);
  return groups.filter((group) => group.some(has)).flatMap((group) => group.filter((phrase) => !has(phrase)));
};
const query = ({ query }) => ({ text: query, also: meansSame(query) });

const outcomes = (labelled, hits) =>
  labelled.map((labelled, at) => ({
    labelled,
    answered: true,
    found: quality.places(
      labelled.relevant,
      hits[at].map(([id]) => id),
      (id) => topics.get(id),
    ),
    best: hits[at][0]?.[1] ?? null,
  }));

/** What settings are chosen by. */
const goal = ({ first, ndcg }) => (first + ndcg) / 2;

/** Every so many-th, so that about `most` are left. */
const some = (queries, most) => {
  const step = most ? Math.max(1, Math.floor(queries.length / most)) : 1;
  return queries.filter((_, at) => at % step === 0);
};

/** One setting after the other, twice (once for a slow engine): the value with the best goal on development queries stays. */
async function tuned(worker, { grid, indexed, sample }) {
  const settings = Object.fromEntries(Object.entries(grid).map(([name, values]) => [name, values[0]]));
  const asked = dev.filter((labelled) => labelled.relevant.length > 0);
  const tries = some(asked, sample);
  const known = new Map();
  let builtFor;
  const value = async (settings) => {
    const key = JSON.stringify(settings);
    if (!known.has(key)) {
      const build = JSON.stringify(indexed.map((name) => settings[name]));
      if (build !== builtFor) await worker.ask("build", settings);
      builtFor = build;
      const { hits } = await worker.ask("search", { settings, queries: tries.map(query) });
      known.set(key, goal(quality.figures(outcomes(tries, hits))));
    }
    return known.get(key);
  };
  for (let round = 0; round < (sample ? 1 : 2); round += 1) {
    for (const [name, values] of Object.entries(grid)) {
      let best = await value(settings);
      for (const other of values) {
        const there = await value({ ...settings, [name]: other });
        if (there > best + 1e-9) [best, settings[name]] = [there, other];
      }
    }
  }
  return { settings, tried: known.size };
}

async function peer(key, stored) {
  const open = () => new Worker(PEERS[key], documentsPath, HERE);
  let worker = open();
  const about = await worker.ask("describe");
  const started = performance.now();
  const { settings, tried } = stored ?? (await tuned(worker, about));
  await worker.close();
  note(`${about.name}: ${tried} settings tried in ${((performance.now() - started) / 1000).toFixed(0)} s`);

  const [builds, resident] = [[], []];
  for (let times = 0; times < 3; times += 1) {
    worker = open();
    await worker.ask("describe");
    const empty = key === "postgres" ? null : (await worker.ask("memory")).bytes;
    builds.push((await worker.ask("build", settings)).ms);
    resident.push({ bytes: (await worker.ask("memory")).bytes, empty });
    if (times < 2) await worker.close();
  }
  const known = some(dev, about.sample);
  const onDev = outcomes(known, (await worker.ask("search", { settings, queries: known.map(query) })).hits);
  const asked = { settings, queries: test.map(query) };
  const { hits, us: firstUs } = await worker.ask("search", asked);
  const us = about.sample ? firstUs : (await worker.ask("search", asked)).us;
  await worker.close();

  const limit = quality.threshold(onDev);
  const all = outcomes(test, hits);
  for (const of of all) of.answered = quality.answers(limit, of.labelled.query, of.best);
  us.sort((a, b) => a - b);
  return {
    ...{ key, name: about.name, settings, tried, threshold: limit },
    ...{ outcomes: all, p50: quality.at(us, 0.5), p99: quality.at(us, 0.99), buildMs: quality.median(builds) },
    bytes: quality.median(resident.map(({ bytes }) => bytes)),
    emptyBytes: quality.median(resident.map(({ empty }) => empty)),
  };
}

/** Backroad through its command line, on the same content. */
async function ours() {
  const program = resolve(options.backroad);
  const [data, index] = [join(folder, "data"), join(folder, "index")];
  const settings = { BACKROAD_CONTENT: resolve(options.content), BACKROAD_DATA: data };
  const env = (index) => ({ ...process.env, ...settings, BACKROAD_INDEX: index });
  const run = (index, ...words) =>
    execFileSync(program, words, { cwd: folder, env: env(index), encoding: "utf8", maxBuffer: 1 << 28, stdio: "pipe" });

  const builds = [1, 2, 3].map((time) => {
    const said = run(time === 3 ? index : join(folder, `index${time}`), "index");
    const documents = Number(/^\s+items\s+(\d+)/m.exec(said)[1]);
    if (documents !== items.length) note(`Backroad has ${documents} items of ${items.length}: see \`backroad check\``);
    return Number(/^\s+time\s+([\d.]+) s/m.exec(said)[1]) * 1000;
  });

  const words = ["search", "--stdin", "--json", "--limit", "10"];
  const child = spawn(program, words, { cwd: folder, env: env(index), stdio: ["pipe", "pipe", "ignore"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (text) => {
    child.stdin.write(text + "\n");
    const { value, done } = await lines.next();
    if (done) throw new Error("`backroad search` ended");
    return JSON.parse(value);
  };
  await ask("database index");
  const bytes = memory(child.pid, "Rss");
  const results = [];
  for (const labelled of test) results.push(await ask(labelled.query));
  child.stdin.end();

  const all = outcomes(
    test,
    results.map(({ hits }) => hits.map(({ id, score }) => [id, score])),
  );
  all.forEach((of, at) => (of.answered = results[at].answered));

  const path = join(folder, "test.tsv");
  const line = ({ qid, style, query, relevant }) => [qid, style, query, relevant.join(",") || "-"].join("\t");
  writeFileSync(path, ["qid\tstyle\tquery\trelevant", ...test.map(line)].join("\n") + "\n");
  const evals = [];
  try {
    for (let times = 0; times < 3; times += 1) evals.push(JSON.parse(run(index, "eval", path, "--json")));
  } catch (error) {
    note(`no times of Backroad, since \`backroad eval\` failed: ${error.stderr ?? error}`);
  }
  const figures = quality.figures(all);
  const same = ["right", "first", "third", "mrr", "ndcg"].every((name) => {
    return !evals.length || Math.abs(figures[name] - evals[0].all[name]) < 1e-6;
  });
  if (!same) note("these figures are not those of `backroad eval`: one of the two counts wrongly");
  return {
    ...{ key: "backroad", name: "Backroad", build: /\bdebug\b/.test(program) ? "debug" : "release" },
    ...{ outcomes: all, buildMs: quality.median(builds), bytes, emptyBytes: null },
    p50: evals.length ? quality.median(evals.map(({ microseconds }) => microseconds.p50)) : null,
    p99: evals.length ? quality.median(evals.map(({ microseconds }) => microseconds.p99)) : null,
  };
}

const stored = options.settings ? JSON.parse(readFileSync(options.settings, "utf8")) : {};
const engines = [await ours()];
const missing = [];
for (const key of options.only?.split(",") ?? Object.keys(PEERS)) {
  try {
    engines.push(await peer(key, stored[key]));
  } catch (error) {
    missing.push(`${key}: ${error.message}`);
    note(`${key} is left out: ${error.message}`);
  }
}
if (options["save-settings"]) {
  const chosen = engines.slice(1).map(({ key, settings, tried }) => [key, { settings, tried }]);
  writeFileSync(options["save-settings"], JSON.stringify(Object.fromEntries(chosen), null, 1) + "\n");
}

const firstOf = ({ outcomes }) =>
  outcomes.filter(({ labelled }) => labelled.relevant.length).map(({ found }) => Number(found[0] >= 0));
const mine = firstOf(engines[0]);
const report = {
  documents: items.length,
  dev: dev.length,
  test: test.length,
  machine: { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version },
  missing,
  engines: engines.map(({ outcomes, ...engine }) => ({
    ...engine,
    all: quality.figures(outcomes),
    styles: quality.byStyle(outcomes),
    // How much more often Backroad's first hit is right, with 95 % of the resampled differences.
    behind: engine.key === "backroad" ? null : behind(mine, firstOf({ outcomes })),
  })),
};
console.log(options.json ? JSON.stringify(report) : page(report));

function behind(mine, theirs) {
  const differences = mine.map((value, at) => value - theirs[at]);
  if (!differences.length) return null;
  const [low, high] = quality.interval(differences);
  return { mean: differences.reduce((sum, value) => sum + value, 0) / differences.length, low, high };
}
