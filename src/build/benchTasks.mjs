// `npm run bench -- tasks`: what one task of a study takes on one thread, by model and number of training materials, on
// the 746 oxides.
// Networks with few epochs and copies: their time is proportional to both. What it prints stands in src/measurements.md
// and taskCost.ts.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { root } from "./install.mjs";

const KERNELS = ["composition", "shells", "angular", "cm", "soap", "functionals", "density", "combined"];
const EPOCHS = 10;
const COPIES = 4;
/** Networks are asked about so many test materials. */
const TESTS = 80;

export function benchTasks({ sizes, json }) {
  const kernels = measure(KERNELS, sizes, []);
  const networks = measure(["r3dvs"], sizes, ["--epochs", EPOCHS, "--rotations", COPIES, "--ensemble", 1]);
  if (json) {
    for (const row of [...kernels, ...networks]) console.log(JSON.stringify(row));
    return;
  }
  console.log(`| model | ${sizes.map((size) => `${size}, s`).join(" | ")} | fit: base, n², n³ |`);
  console.log(`| --- |${" --- |".repeat(sizes.length + 1)}`);
  for (const model of KERNELS) {
    const own = kernels.filter((row) => row.model === model);
    const seconds = sizes.map((size) => own.find((row) => row.size === size)?.seconds ?? Number.NaN);
    const terms = fitTerms(sizes, seconds).map((term) => term.toExponential(1));
    console.log(`| ${model} | ${seconds.map((value) => value.toPrecision(2)).join(" | ")} | ${terms.join(", ")} |`);
  }
  for (const { size, seconds } of networks)
    console.log(
      `r3dvs (light), n = ${size}: ${seconds.toFixed(2)} s; ${((1e3 * seconds) / (size * EPOCHS * COPIES)).toPrecision(2)} ms a material, copy and epoch`,
    );
}

function measure(models, sizes, more) {
  const folder = mkdtempSync(path.join(tmpdir(), "r3dvs-tasks-"));
  try {
    const run = path.join(folder, "run");
    const study = [
      "study",
      path.join(root, "media/oxides"),
      "-o",
      run,
      "--targets",
      "band_gap",
      "--models",
      models.join(","),
    ];
    const protocol = [
      "--train-sizes",
      sizes.join(","),
      "--test-size",
      TESTS,
      "--repeats",
      1,
      "--threads",
      1,
      "--quiet",
    ];
    const args = [...study, ...protocol, ...more].map(String);
    execFileSync(process.execPath, [path.join(root, "dist/cli.js"), ...args], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    const [, ...rows] = readFileSync(path.join(run, "timings.csv"), "utf8").trim().split("\n");
    return rows.map((row) => {
      const [, model, size, , seconds] = row.split(",");
      return { model, size: Number(size), seconds: Number(seconds) };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Terms of base + square n² + cube n³ that are not negative, with the least sum of squared relative errors: of all
 * choices of terms the best.
 */
function fitTerms(sizes, seconds) {
  const columns = [(n) => 1 + 0 * n, (n) => n ** 2, (n) => n ** 3];
  let best = { error: Number.POSITIVE_INFINITY, terms: [0, 0, 0] };
  for (let mask = 1; mask < 8; mask++) {
    const chosen = columns.map((_, index) => index).filter((index) => mask & (1 << index));
    const rows = sizes.map((n, i) => chosen.map((index) => columns[index](n) / seconds[i]));
    const solved = solve(
      chosen.map((_, a) => chosen.map((__, b) => rows.reduce((sum, row) => sum + row[a] * row[b], 0))),
      chosen.map((_, a) => rows.reduce((sum, row) => sum + row[a], 0)),
    );
    if (solved === undefined || solved.some((term) => term < 0)) continue;
    const error = rows.reduce(
      (sum, row) => sum + (row.reduce((at, value, a) => at + value * solved[a], 0) - 1) ** 2,
      0,
    );
    const terms = [0, 0, 0];
    chosen.forEach((index, a) => {
      terms[index] = solved[a];
    });
    if (error < best.error) best = { error, terms };
  }
  return best.terms;
}

/** Of at most three unknowns, by elimination with the largest pivot. */
function solve(matrix, right) {
  const rows = matrix.map((row, index) => [...row, right[index]]);
  for (let column = 0; column < rows.length; column++) {
    const pivot = rows.slice(column).sort((a, b) => Math.abs(b[column]) - Math.abs(a[column]))[0];
    if (pivot === undefined || pivot[column] === 0) return undefined;
    rows.splice(rows.indexOf(pivot), 1);
    rows.splice(column, 0, pivot);
    for (const row of rows) {
      if (row === pivot) continue;
      const factor = row[column] / pivot[column];
      for (let at = column; at < row.length; at++) row[at] -= factor * pivot[at];
    }
  }
  return rows.map((row, index) => row[rows.length] / row[index]);
}
