// `npm run bench [-- read|engine|picture|view|tour|kernels|sparse|folds|tasks|slurm|scale ...]`: measurements against other
// programs. Figures of one run count by their ratios alone.
// Options: --rounds N, --json (engine, kernels: an object a row); read: --sizes 10,150,1200 (MB); scale: --sizes
// 500,5000 (materials), --packed;
// engine: --networks light,deep --threads 1,2 --batch 32 --channels 1 --pooling average --seconds 1.5 --backends
// tensorflow,wasm.
import { parseArgs } from "node:util";
import { ensureInstalled } from "./install.mjs";
import { build } from "./processes.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sizes: { type: "string", default: "10,150" },
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "1.5" },
    networks: { type: "string", default: "light,deep" },
    threads: { type: "string", default: "1,2" },
    batch: { type: "string", default: "32" },
    channels: { type: "string", default: "1" },
    pooling: { type: "string", default: "average" },
    backends: { type: "string" },
    materials: { type: "string", default: "600" },
    models: { type: "string", default: "combined,density" },
    landmarks: { type: "string", default: "0,300,150" },
    folds: { type: "string", default: "20" },
    targets: { type: "string" },
    target: { type: "string", default: "cohesive_energy_per_atom" },
    packed: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});
const numbers = (text) => text.split(",").map(Number);
const { json, pooling } = values;
const [rounds, seconds, batch, channels] = [values.rounds, values.seconds, values.batch, values.channels].map(Number);

/** Imported when asked for: they need the installed packages. */
const MEASUREMENTS = {
  read: async () => (await import("./benchRead.mjs")).benchRead({ sizes: numbers(values.sizes), rounds }),
  engine: async () => {
    const networks = values.networks.split(",");
    const { benchEngine } = await import("./benchEngine.mjs");
    return benchEngine({
      rounds,
      seconds,
      networks,
      threads: numbers(values.threads),
      batch,
      channels,
      pooling,
      backends: values.backends?.split(","),
      json,
    });
  },
  picture: async () => (await import("./benchPicture.mjs")).benchPicture({ rounds: Math.max(rounds, 15) }),
  view: async () => (await import("./benchView.mjs")).benchView({ rounds: Math.max(rounds, 50) }),
  tour: async () => (await import("./benchTour.mjs")).benchTour(),
  kernels: async () => (await import("./benchKernels.mjs")).benchKernels({ rounds, json }),
  tasks: async () => (await import("./benchTasks.mjs")).benchTasks({ sizes: [80, 160, 320, 640], json }),
  sparse: async () => {
    const { benchSparse } = await import("./benchSparse.mjs");
    const [materials, landmarks] = [values.materials, values.landmarks].map(numbers);
    return benchSparse({ materials, landmarks, models: values.models.split(","), target: values.target, json });
  },
  folds: async () => {
    const { benchFolds } = await import("./benchFolds.mjs");
    const targets = values.targets?.split(",");
    return benchFolds({ models: values.models.split(","), targets, folds: Number(values.folds), json });
  },
  scale: async () =>
    (await import("./benchScale.mjs")).benchScale({ sizes: numbers(values.sizes), packed: values.packed }),
  slurm: async () => (await import("./benchSlurm.mjs")).benchSlurm(),
};
/** Those that compare with others; the rest is asked for by name. */
const COMPARISONS = ["read", "engine", "picture", "kernels"];
const wanted = positionals.length > 0 ? positionals : COMPARISONS;
const unknown = wanted.find((name) => !(name in MEASUREMENTS));
if (unknown !== undefined) {
  console.error(`There is no measurement ${unknown}: ${Object.keys(MEASUREMENTS).join(", ")}`);
  process.exit(2);
}

await ensureInstalled();
await build();
for (const name of wanted) await MEASUREMENTS[name]();
