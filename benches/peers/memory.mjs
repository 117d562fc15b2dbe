import { readFileSync } from "node:fs";

/** Resident bytes of a process: `Rss`, or `Pss`, in which what processes share is counted once. Linux only. */
export function memory(pid, what) {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  return Number(new RegExp(`^${what}:\\s+(\\d+) kB`, "m").exec(text)[1]) * 1024;
}
