// `npm run bench -- folds --models combined --folds 20`: Gaussian processes that learn from all oxides, each predicted
// without itself: by leave-one-out in closed form, and by folds that choose the kernels' numbers again. `--targets`: the
// columns. What it prints stands in src/measurements.md; `--json` has the error of each material.
import { execFileSync } from "node:child_process";
import path from "node:path";
import { bundleProgram } from "./benchTools.mjs";
import { root } from "./install.mjs";

const script = path.join(root, "dist/benchFolds.js"); // beside the other bundles, where kernels are found

export async function benchFolds({ models, targets, folds, json }) {
  await bundleProgram("test/bench/foldsStep.ts", script);
  if (!json) {
    console.log("| model | target | materials | leave-one-out | folds | within 1 and 2 sigma, % | fit, CPU s |");
    console.log(`|${" --- |".repeat(7)}`);
  }
  for (const model of models) {
    const task = JSON.stringify({ model, targets, folds });
    const text = execFileSync(process.execPath, [script, path.join(root, "media/oxides"), task], { encoding: "utf8" });
    for (const line of text.trim().split("\n")) console.log(json ? line : rowOf(JSON.parse(line)));
  }
}

function rowOf({ model, target, materials, leaveOneOut, errors, within, fit }) {
  const mae = errors.length === 0 ? "" : (errors.reduce((sum, error) => sum + error, 0) / errors.length).toPrecision(4);
  const shares = errors.length === 0 ? "" : within.map((share) => Math.round(100 * share)).join(", ");
  return `| ${[model, target, materials, leaveOneOut.toPrecision(4), mae, shares, fit.toFixed(1)].join(" | ")} |`;
}
