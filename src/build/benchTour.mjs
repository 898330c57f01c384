// `npm run bench -- tour`: how long the README's five minutes take in the real workbench, step by step.

import { execFileSync } from "node:child_process";
import path from "node:path";
import { printTable } from "./benchTools.mjs";
import { ensureWorkbench, root } from "./install.mjs";

export async function benchTour() {
  const { node } = await ensureWorkbench();
  const script = path.join(root, "test/workbench/measureTour.ts");
  const lines = execFileSync(node, [script], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }).trim();
  const steps = lines.split("\n").map((line) => JSON.parse(line));
  printTable(
    ["step", "s"],
    steps.map(({ step, seconds }) => [step, seconds]),
  );
}
