// The report of a run as Markdown. Pure.

const of = (value) => (value === null || value === undefined ? "-" : value.toFixed(3));
const time = (us) =>
  us === null ? "-" : us < 1000 ? `${us.toFixed(0)} µs` : `${(us / 1000).toFixed(us < 1e4 ? 1 : 0)} ms`;
const times = (value, base) =>
  value === null || !base ? "-" : `${(value / base).toFixed(value < base * 10 ? 1 : 0)}×`;
const megabytes = (bytes) => (bytes / 1e6).toFixed(0);

export function page({ documents, dev, test, machine, missing, engines }) {
  const [ours] = engines;
  const rows = engines.map((engine) => {
    const { name, all, p50, p99, buildMs, bytes, emptyBytes, behind } = engine;
    const ratio = engine === ours ? "" : times(p50, ours.p50);
    return [
      ...[name, of(all.right), of(all.first), of(all.third), of(all.mrr), of(all.ndcg), of(all.abstention.f1)],
      behind ? `${signed(behind.mean)} (${signed(behind.low)} to ${signed(behind.high)})` : "",
      ...[time(p50), ratio, time(p99), `${(buildMs / 1000).toFixed(2)} s`],
      emptyBytes ? `${megabytes(bytes)} (${megabytes(emptyBytes)})` : megabytes(bytes),
    ];
  });
  const header = [
    "search",
    "right@1",
    "first",
    "first3",
    "MRR@10",
    "nDCG@10",
    "declines F1",
    "Backroad ahead in first (95 %)",
  ];
  header.push("p50", "p50, of ours", "p99", "index", "memory MB (empty)");

  const styles = Object.keys(ours.styles).filter((style) => ours.styles[style].first !== null);
  const declined = Object.keys(ours.styles).filter((style) => ours.styles[style].first === null);
  const byStyle = (title, figure) =>
    table(
      [title, ...styles.map((style) => `${style} (${ours.styles[style].queries})`)],
      engines.map((engine) => [engine.name, ...styles.map((style) => of(engine.styles[style][figure]))]),
    );
  const chosen = engines.filter(({ settings }) => settings).map(settingsOf);
  const debug = ours.build === "debug" ? " Backroad was a debug build: its times say nothing." : "";
  return [
    `${documents} documents, ${test} queries; settings and thresholds chosen on ${dev} others. ${machine.cores} × ${machine.cpu}, Node ${machine.node}.${debug}`,
    table(header, rows),
    byStyle("first", "first"),
    byStyle("first3", "third"),
    byStyle("MRR@10", "mrr"),
    byStyle("nDCG@10", "ndcg"),
    declined.length
      ? table(
          ["declined", ...declined.map((style) => `${style} (${ours.styles[style].queries})`), "precision"],
          engines.map(({ name, styles, all }) => [
            name,
            ...declined.map((style) => of(styles[style].abstention.recall)),
            of(all.abstention.precision),
          ]),
        )
      : "",
    ["Chosen:", ...chosen, ...missing.map((why) => `Left out: ${why}`)].join("\n- "),
  ]
    .filter(Boolean)
    .join("\n\n");
}

function settingsOf({ name, settings, tried, threshold }) {
  const all = Object.entries(settings).map(([key, value]) => `${key} ${value}`);
  const scale = threshold.scale === "raw" ? "" : `, ${threshold.scale}`;
  return `${name} (of ${tried} tried): ${all.join(", ")}; answers from a score of ${threshold.least.toPrecision(3)}${scale}`;
}

function table(header, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  const marks = header.map((_, at) => (at ? "---:" : "---"));
  return [line(header), line(marks), ...rows.map(line)].join("\n");
}

function signed(value) {
  return (value < 0 ? "−" : "+") + Math.abs(value).toFixed(3);
}
