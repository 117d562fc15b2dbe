// A PostgreSQL server of our own in a temporary folder, reached through a socket there.

import { execFileSync } from "node:child_process";
import { chownSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { memory as processMemory } from "../memory.mjs";
import { expanded, flat, split } from "./words.mjs";

export const NAME = "PostgreSQL";

// Labels A to D: title and aliases; asked_as; summary and body; detail.
export const GRID = {
  rank: ["ts_rank_cd", "ts_rank"],
  norm: [0, 1, 2, 4, 8, 16],
  a: [1, 0.7],
  b: [0.7, 0.4, 1],
  c: [0.2, 0.1, 0.4],
  d: [0.05, 0.1],
  spelling: [true, false],
  names: [0, 1, 4, 16],
  similarity: ["similarity", "word_similarity"],
  synonyms: [false, true],
};

export const INDEXED = [];

const SCHEMA = `
  create extension pg_trgm;
  create table documents (id text primary key, words tsvector);
  create table names (id text, name text);
`;

const INSERT = `insert into documents values ($1,
  setweight(to_tsvector('english', $2), 'A') || setweight(to_tsvector('english', $3), 'B') ||
  setweight(to_tsvector('english', $4), 'C') || setweight(to_tsvector('english', $5), 'D'))`;

// The words as they are written, for spelling, as the manual of pg_trgm proposes.
const INDEXES = `
  create table spelled as select word, ndoc from ts_stat('select written from texts');
  create index on documents using gin (words);
  create index on names using gin (name gin_trgm_ops);
  create index on spelled using gin (word gin_trgm_ops);
  create index on spelled (word);
  drop table texts;
  analyze;
`;

// A word that occurs nowhere becomes the one that is most like it.
const SPELLING = `select asked, coalesce(same.word, near.word, asked) as word from unnest($1::text[]) asked
  left join spelled same on same.word = asked
  left join lateral (select word from spelled where same.word is null and length(asked) > 3 and word % asked
    order by similarity(word, asked) desc, ndoc desc limit 1) near on true`;

const search_ = (rank, similarity) => `
  with asked as (select replace(plainto_tsquery('english', $1)::text, '&', '|')::tsquery as query),
  texts as (select id, ${rank}($2::float4[], words, query, $3::int) as score from documents, asked where words @@ query),
  likes as (select id, max(${similarity}($4, name)) as score from names
    where $5::float8 > 0 and name ${similarity === "similarity" ? "%" : "%>"} $4 group by id)
  select id, coalesce(texts.score, 0) + $5::float8 * coalesce(likes.score, 0) as score
  from texts full join likes using (id) order by score desc, id limit 10`;

export async function build(documents) {
  const server = start();
  const client = new pg.Client({ host: server.folder, user: "postgres", database: "postgres" });
  await client.connect();
  await client.query(SCHEMA + "create table texts (written tsvector)");
  await client.query("begin");
  for (const document of documents) {
    const { id, title, aliases, asked_as, summary, body, detail } = flat(document);
    const values = [id, `${title}\n${aliases}`, asked_as, `${summary}\n${body}`, detail];
    await client.query({ name: "insert", text: INSERT, values });
    await client.query("insert into texts values (to_tsvector('simple', $1))", [values.slice(1).join("\n")]);
    const names = [...document.title, ...document.aliases, ...document.asked_as];
    await client.query("insert into names select $1, unnest($2::text[])", [id, names]);
  }
  await client.query("commit");
  await client.query(INDEXES);
  return { ...server, client };
}

export async function search({ client }, query, settings) {
  const { rank, norm, a, b, c, d, names, similarity } = settings;
  let text = expanded(query, settings);
  if (settings.spelling) {
    const { rows } = await client.query({ name: "spelling", text: SPELLING, values: [split(text)] });
    text = rows.map(({ word }) => word).join(" ");
  }
  const values = [text, [d, c, b, a], norm, query.text, names];
  const { rows } = await client.query({ name: rank + similarity, text: search_(rank, similarity), values });
  return rows.map(({ id, score }) => [id, Number(score)]);
}

export async function close(built) {
  if (!built) return;
  await built.client.end();
  built.stop();
}

/** Of the server and all its processes; what they share counts once. */
export function memory({ folder }) {
  const server = Number(readFileSync(join(folder, "data", "postmaster.pid"), "utf8").split("\n")[0]);
  const parent = (pid) => Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
  const isOurs = (pid) => {
    try {
      return pid === server || parent(pid) === server;
    } catch {
      return false;
    }
  };
  const all = readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0 && isOurs(pid));
  return all.reduce((sum, pid) => sum + processMemory(pid, "Pss"), 0);
}

/** Throws when no server is installed. It refuses to run as root, so that then it runs as `postgres`. */
function start() {
  const programs = execFileSync("pg_config", ["--bindir"], { encoding: "utf8" }).trim();
  const folder = mkdtempSync(join(tmpdir(), "peers-postgres-"));
  const as = {};
  if (process.getuid() === 0) {
    const number = (what) => Number(execFileSync("id", [what, "postgres"], { encoding: "utf8" }));
    Object.assign(as, { uid: number("-u"), gid: number("-g") });
    chownSync(folder, as.uid, as.gid);
  }
  const data = join(folder, "data");
  const run = (program, ...options) =>
    execFileSync(join(programs, program), options, { ...as, cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  const stop = () => {
    process.off("exit", stop);
    try {
      run("pg_ctl", "stop", "-D", data, "-m", "immediate");
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
  run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync");
  process.on("exit", stop);
  run("pg_ctl", "start", "-w", "-D", data, "-l", join(folder, "log"), "-o", `-c listen_addresses='' -k ${folder} -F`);
  return { folder, stop };
}
