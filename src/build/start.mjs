// `npm start`: from a fresh checkout to the table of errors on the bundled sample. Node 20 or newer is all it needs.
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { ensureInstalled, root } from "./install.mjs";
import { build, runNode } from "./processes.mjs";
import { copySample } from "./sample.mjs";

const MODELS = ["r3dvs", "shells", "composition", "cm"];
const TARGETS = ["E_hartree_per_atom", "band_gap"];

const cli = path.join(root, "dist/cli.js");
const relative = (file) => path.relative(process.cwd(), file) || ".";

async function start() {
  const began = Date.now();
  await ensureInstalled();
  await step("Building", build);

  const dataset = copySample({ restore: true });
  const run = path.join(dataset, ".r3dvs/runs/quick study");
  rmSync(run, { recursive: true, force: true });

  console.log("\n120 oxides: charge densities to reciprocal-lattice voxels");
  const descriptors = path.join(root, "out/sample/descriptors.npz");
  await r3dvs(["encode", dataset, "-o", descriptors]);

  console.log(`\nLearning curves of ${MODELS.join(", ")} for ${TARGETS.join(" and ")}`);
  await study([dataset, "-o", run, "--preset", "quick", "--targets", TARGETS.join(), "--models", MODELS.join()]);
  await r3dvs(["report", run, "--quiet"]);

  console.log(`\n${formatErrors(readFileSync(path.join(run, "results.csv"), "utf8"))}`);
  console.log(`Report       ${relative(path.join(run, "report.html"))}`);
  console.log(`Descriptors  ${relative(descriptors)}`);
  console.log("In VS Code   npm run code");
  console.log(`\nDone in ${Math.round((Date.now() - began) / 1000)} s.`);
}

async function step(what, work) {
  const began = Date.now();
  process.stdout.write(`${what}… `);
  await work();
  process.stdout.write(`${((Date.now() - began) / 1000).toFixed(1)} s\n`);
}

const r3dvs = async (args) => accept(await runNode([cli, ...args]));

/** 1 means that some inputs failed, each named already: the rest is still worth showing. Anything worse ends here. */
function accept(code) {
  if (code > 1) process.exit(code);
  process.exitCode ||= code;
}

/** On a terminal the command line's own bar; in a log one line a result, so that minutes do not pass in silence. */
async function study(args) {
  if (process.stderr.isTTY) return r3dvs(["study", ...args]);
  const { spawn } = await import("node:child_process");
  const { createInterface } = await import("node:readline");
  const child = spawn(process.execPath, [cli, "study", ...args, "--json"], { stdio: ["ignore", "pipe", "inherit"] });
  const closed = new Promise((resolve) => child.once("close", (code) => resolve(code ?? 130)));
  for await (const line of createInterface({ input: child.stdout })) {
    const event = JSON.parse(line);
    const task = `  ${event.target} ${event.model} ${event.trainSize}`;
    if (event.event === "result") console.log(`${task}: MAE ${event.mae.toPrecision(3)} ${event.unit}`);
    if (event.event === "failed") console.log(`${task}: ${event.message}`);
  }
  accept(await closed);
}

/** A line a target and model, a column a training size: the mean MAE over the splits. */
function formatErrors(csv) {
  const [header, ...lines] = csv.trim().split(/\r?\n/);
  const names = header.split(",");
  const rows = lines.map((line) => Object.fromEntries(line.split(",").map((cell, i) => [names[i], cell])));
  const sizes = [...new Set(rows.map((row) => Number(row.train_size)))].sort((a, b) => a - b);
  const groups = groupBy(rows, keyOf);
  const table = [...groups].map(([key, group]) => [...key.split("\n"), ...sizes.map((size) => meanMae(group, size))]);
  return align([["MAE", "model", ...sizes.map((size) => `n = ${size}`)], ...table]);
}

const keyOf = (row) => `${row.target}\n${row.model}`;

function groupBy(rows, key) {
  const groups = new Map();
  for (const row of rows) groups.set(key(row), [...(groups.get(key(row)) ?? []), row]);
  return groups;
}

function meanMae(rows, size) {
  const errors = rows.filter((row) => Number(row.train_size) === size).map((row) => Number(row.mae));
  return errors.length === 0 ? "" : (errors.reduce((sum, mae) => sum + mae, 0) / errors.length).toPrecision(3);
}

function align(table) {
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  const line = (row) => row.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join("  ");
  return `${table.map(line).join("\n")}\n`;
}

start().catch((error) => {
  console.error(`npm start: ${error.message}`);
  process.exitCode = 1;
});
