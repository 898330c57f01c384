// `npm run bench -- sparse --materials 600 --models combined,density --landmarks 0,300`: Gaussian processes through
// landmarks against exact ones (0), each in a process of its own. Beyond the oxides, materials are strained copies of
// them. What it prints stands in src/measurements.md.
import { execFileSync } from "node:child_process";
import path from "node:path";
import { bundleProgram } from "./benchTools.mjs";
import { root } from "./install.mjs";

const script = path.join(root, "dist/benchSparse.js"); // beside the other bundles, where kernels are found
const TEST = 140;

export async function benchSparse({ materials, models, landmarks, target, json }) {
  await bundleProgram("test/bench/sparseStep.ts", script);
  if (!json) {
    console.log(
      "| model | materials | landmarks | MAE | within 1 and 2 sigma, % | apart from exact | SOAP kernels, CPU s | fit, CPU s | peak, MB |",
    );
    console.log(`|${" --- |".repeat(9)}`);
  }
  for (const model of models)
    for (const n of materials) {
      let exact;
      for (const count of landmarks) {
        const task = { model, target, n, landmarks: count, test: TEST };
        const text = execFileSync(process.execPath, [script, path.join(root, "media/oxides"), JSON.stringify(task)], {
          encoding: "utf8",
        });
        const found = JSON.parse(text);
        if (count === 0) exact = found;
        console.log(json ? text.trim() : rowOf(found, exact));
      }
    }
}

function rowOf({ model, n, landmarks, mae, within, values, describing, fitting, peak }, exact) {
  const apart =
    exact === undefined
      ? ""
      : values.reduce((sum, value, i) => sum + Math.abs(value - exact.values[i]), 0) / values.length;
  const numbers = [
    mae.toPrecision(3),
    within.map((share) => Math.round(100 * share)).join(", "),
    apart === "" ? "" : apart.toPrecision(2),
  ];
  const cost = [describing.toFixed(1), fitting.toFixed(1), Math.round(peak)];
  return `| ${[model, n, landmarks || "exact", ...numbers, ...cost].join(" | ")} |`;
}
