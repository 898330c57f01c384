// `npm run bench -- kernels`: descriptors and kernels of the baselines here, in DScribe and in scikit-learn, on one
// core each, in turns.
import { mkdirSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { bundleProgram, ensureVenv, Measured, median } from "./benchTools.mjs";
import { root } from "./install.mjs";

const folder = path.join(root, "out/bench/kernels");
const script = path.join(root, "dist/benchKernels.js"); // beside the other bundles, where kernels are found
const structures = path.join(folder, "structures.json");
const MOST = 680; // materials of the paper
const MINUTE = 15; // seconds of one task from which it is done once only

const sizes = (task, ...counts) => counts.map((n) => ({ ...task, n }));

/** What is measured, with how many materials; more in kernels of DScribe's own would take minutes. */
const TASKS = [
  ...sizes({ what: "vectors", basis: "gto" }, 85, 340, MOST),
  ...sizes({ what: "vectors", basis: "polynomial" }, 85, 340),
  ...sizes({ what: "kernel", kernel: "average", with: "scipy" }, 85, 340),
  ...sizes({ what: "kernel", kernel: "average" }, 40),
  ...sizes({ what: "kernel", kernel: "rematch" }, 40),
  ...sizes({ what: "ewald" }, 170),
  ...sizes({ what: "sine" }, 170),
  ...sizes({ what: "cluster" }, 170),
  ...sizes({ what: "ridge" }, 170, 340, MOST),
  ...sizes({ what: "kernel", kernel: "average", with: "scipy" }, MOST),
];

const PACKAGES = ["dscribe", "scikit-learn", "ase<3.25"]; // DScribe 2.1 calls what later versions of ASE refuse

/**
 * Rows as they come: `rounds` turns, after one that warms up and is told apart as the first; `json`: an object a row
 * instead of a table.
 */
export async function benchKernels({ rounds, json }) {
  await prepare();
  const python = ensureVenv("soap", PACKAGES);
  if (!json) describe(rounds);
  for (const task of TASKS)
    for (const row of await compare(task, rounds, python)) console.log(json ? JSON.stringify(row) : line(row));
}

async function prepare() {
  mkdirSync(folder, { recursive: true });
  await bundleProgram("test/bench/kernelsStep.ts", script);
  await bundleProgram("test/bench/kernelsJob.ts", path.join(folder, "job.cjs"));
  const { default: exports } = await import(path.join(folder, "job.cjs"));
  writeFileSync(structures, JSON.stringify(exports.kernelsJob(path.join(root, "media/oxides/spectra.npz"), MOST)));
}

/** Both programs in processes of their own for each task, so that the peak of memory is the task's. */
async function compare(task, rounds, python) {
  const contenders = [
    { program: "r3dvs", process: await Measured.start(process.execPath, [script, structures], 1), runs: [] },
  ];
  if (python) {
    const other = await Measured.start(python, [path.join(root, "test/bench/kernels.py"), structures], 1);
    contenders.push({
      program: task.what === "ridge" ? "scikit-learn" : (task.with ?? "dscribe"),
      process: other,
      runs: [],
    });
  }
  for (let round = 0; round <= rounds; round++)
    for (const { process, runs } of contenders) {
      if (runs.length > 1 && runs[0].wall > MINUTE) continue;
      runs.push(await process.ask(JSON.stringify(task)));
    }
  await Promise.all(contenders.map(({ process }) => process.stop()));
  checkAgreement(task, contenders);
  const cpu = (runs) => median(runs.slice(1).map((run) => run.cpu));
  return contenders.map(({ program, runs }) => ({
    bench: "kernels",
    what: [task.what, task.basis ?? task.kernel].filter(Boolean).join(" "),
    program,
    materials: task.n,
    cpuSeconds: round(cpu(runs)),
    firstCpuSeconds: round(runs[0].cpu),
    peakMb: Math.round(runs.at(-1).peakMb),
    ratio: round(cpu(runs) / cpu(contenders[0].runs)),
  }));
}

/**
 * Speed counts only where the results are the same; DScribe's Ewald sums are cut off early (its `w` and accuracy),
 * hence their tolerance.
 */
function checkAgreement(task, [first, second]) {
  if (second === undefined) return;
  const [a, b] = [first.runs[0].check, second.runs[0].check];
  const tolerance = task.what === "ewald" ? 1e-4 : 1e-6;
  if (!(Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a))))
    throw new Error(`${JSON.stringify(task)}: ${a} here, ${b} in ${second.program}`);
}

const round = (value) => Number(value.toPrecision(3));

const HEADER = ["", "materials", "program", "CPU s", "first CPU s", "peak MB", "x r3dvs"];
const cells = (texts) =>
  texts.map((text, i) => (i === 0 ? String(text).padEnd(20) : String(text).padStart(13))).join("");
const line = ({ what, materials, program, cpuSeconds, firstCpuSeconds, peakMb, ratio }) =>
  cells([what, materials, program, cpuSeconds, firstCpuSeconds, peakMb, ratio]);

function describe(rounds) {
  console.log(
    `\n${os.cpus()[0]?.model}, one core, Node ${process.versions.node}; CPU seconds, medians of ${rounds} rounds after a first one`,
  );
  console.log(cells(HEADER));
}
