// One engine in a process of its own: `node --expose-gc worker.mjs ENGINE DOCUMENTS`. Reads a request in JSON on each line
// and writes a line for each. sqlite.py speaks the same.

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { memory } from "./memory.mjs";

const [name, path] = process.argv.slice(2);
const engine = await import(`./engines/${name}.mjs`);
let built;

// A server that was started is stopped at the exit.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(1));

const answer = {
  describe: () => ({ name: engine.NAME, grid: engine.GRID, indexed: engine.INDEXED, sample: engine.SAMPLE ?? null }),

  async build(settings) {
    await engine.close?.(built);
    built = undefined;
    let documents = JSON.parse(readFileSync(path, "utf8"));
    const started = performance.now();
    built = await engine.build(documents, settings);
    return { ms: performance.now() - started };
  },

  memory() {
    for (let times = 0; times < 3; times += 1) globalThis.gc?.();
    return { bytes: engine.memory ? engine.memory(built) : memory(process.pid, "Rss") };
  },

  /** The first hits of each query with their scores, more is better, and the microseconds that each took. */
  async search({ settings, queries }) {
    const [hits, us] = [[], []];
    for (const query of queries) {
      const started = performance.now();
      hits.push(await engine.search(built, query, settings));
      us.push((performance.now() - started) * 1000);
    }
    return { hits, us };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const [[what, argument]] = Object.entries(JSON.parse(line));
  console.log(JSON.stringify(await answer[what](argument)));
}
await engine.close?.(built);
