// `npm run reproduce [-- --hours H --threads N]`: the paper's protocol on media/oxides, as far as the time allows; run
// again, it goes on.
// Depth: --ensemble, --epochs, --rotations, --test-size, --sizes, --repeats, --network-repeats, each as it was before
// unless it is given;
// `--scheduler slurm` submits all repeats as job arrays in place of working on them (--partition, --account, --qos,
// --cpus-per-task, --line as for `r3dvs submit`); called again, it takes up what is finished and submits what is open.
// The nodes must see --work and the dataset's folder.
// another depth than that of the results which are there needs --restart. --arms takes some of the studies
// that make up a repeat (kernels, paper-kernels, networks, paper-networks, paper-steps). --page writes figures and
// pages from the results alone. Ctrl-C keeps what is done.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { ensureInstalled, root } from "./install.mjs";
import { loadJob } from "./jobBundle.mjs";
import { build } from "./processes.mjs";

const { values } = parseArgs({
  options: {
    hours: { type: "string", default: "2" },
    threads: { type: "string" },
    ensemble: { type: "string" },
    epochs: { type: "string" },
    rotations: { type: "string" },
    "test-size": { type: "string" },
    sizes: { type: "string" },
    targets: { type: "string" },
    models: { type: "string" },
    repeats: { type: "string", default: "20" },
    "network-repeats": { type: "string", default: "5" },
    arms: { type: "string" },
    dataset: { type: "string", default: path.join(root, "media/oxides") },
    output: { type: "string", default: path.join(root, "media/reproduction") },
    work: { type: "string", default: path.join(root, "out/reproduction") },
    restart: { type: "boolean", default: false },
    page: { type: "boolean", default: false },
    scheduler: { type: "string" },
    partition: { type: "string" },
    account: { type: "string" },
    qos: { type: "string" },
    "cpus-per-task": { type: "string" },
    line: { type: "string", multiple: true },
  },
});

const PAGE = path.join(root, "README.md");
const output = path.resolve(values.output);

if (values.scheduler !== undefined && values.scheduler !== "slurm")
  throw new Error(`--scheduler takes slurm, not ${values.scheduler}`);

/** Hands a run's folder to Slurm. */
async function submitter(cancellation, say) {
  const { submitRepeat } = await loadJob("src/jobs/reproduction/submitRepeat.ts");
  const { partition, account, qos, line } = values;
  const asked = Object.entries({ partition, account, qos, lines: line }).filter(([, value]) => value !== undefined);
  const threads = values["cpus-per-task"];
  const options = { ...Object.fromEntries(asked), ...(threads && { cpusPerTask: Number(threads) }) };
  return async (folder) => {
    const { state, elements, jobs } = await submitRepeat(folder, options, cancellation);
    const name = path.relative(path.resolve(values.work), folder);
    if (state === "submitted") say(`${name}: ${elements} elements submitted (${jobs.join(", ")})`);
    else say(`${name}: ${state === "queued" ? "still in the queue" : "finished"}`);
  };
}

async function compute({ reproduce, Cancellation }) {
  const cancellation = new Cancellation();
  const stop = () => cancellation.cancel();
  const timer = setTimeout(stop, Number(values.hours) * 3_600_000);
  process.on("SIGINT", stop).on("SIGTERM", stop);
  const began = Date.now();
  const say = (text) => console.log(`${((Date.now() - began) / 60_000).toFixed(1).padStart(6)} min  ${text}`);
  const onEvent = (event) => {
    if (event.event === "result")
      say(`${event.target} ${event.model} ${event.trainSize}: MAE ${event.mae.toPrecision(3)} ${event.unit}`);
    if (event.event === "failed") say(`${event.target} ${event.model} ${event.trainSize}: ${event.message}`);
  };
  try {
    return await reproduce(request(), {
      cancellation,
      onEvent,
      ...(values.scheduler && { submit: await submitter(cancellation, say) }),
      onRepeat: (name, repeat) => say(`repeat ${repeat + 1} of ${name} is done`),
    });
  } finally {
    clearTimeout(timer);
    process.off("SIGINT", stop).off("SIGTERM", stop);
  }
}

/** What a quarter of an hour on two quiet cores suffices for, a repeat. */
const DEPTH = { ensemble: 2, epochs: 10, rotations: 4, testSize: 80 };

function request() {
  const list = (text) => text?.split(",");
  const file = path.join(output, "depth.json");
  const before = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : DEPTH;
  const depth = (name, given) => Number(given ?? before[name]);
  return {
    dataset: path.resolve(values.dataset),
    output,
    work: path.resolve(values.work),
    testSize: depth("testSize", values["test-size"]),
    ensemble: depth("ensemble", values.ensemble),
    epochs: depth("epochs", values.epochs),
    rotations: depth("rotations", values.rotations),
    repeats: Number(values.repeats),
    networkRepeats: Number(values["network-repeats"]),
    ...(values.arms && { arms: list(values.arms) }),
    restart: values.restart,
    ...(values.sizes && { trainSizes: list(values.sizes).map(Number) }),
    ...(values.targets && { targets: list(values.targets) }),
    ...(values.models && { models: list(values.models) }),
    ...(values.threads && { threads: Number(values.threads) }),
  };
}

await ensureInstalled();
if (!values.page) await build();
const jobs = await loadJob("src/jobs/reproduction/reproduce.ts");
if (!values.page) await compute(jobs);
const { results, depth } = jobs.readReproduction(output);
jobs.writeReproduction(output, results, depth);
if (output === path.join(root, "media/reproduction")) {
  writeFileSync(PAGE, jobs.insertSummary(readFileSync(PAGE, "utf8"), results, depth, "media/reproduction/README.md"));
}
console.log(path.relative(process.cwd(), path.join(output, "README.md")));
