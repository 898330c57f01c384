// `npm run bench -- scale --sizes 500,5000`: what encoding and a study take on so many materials, strained oxides that
// are made for it (71 kB each). With `--packed` the spectra alone are made, and models learn from all of them.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { printTable } from "./benchTools.mjs";
import { root } from "./install.mjs";
import { loadJob } from "./jobBundle.mjs";

/** One epoch and one copy: the rest is reading, and what grows with the number of materials. */
const QUICK = [
  "--targets",
  "band_gap",
  "--models",
  "r3dvs",
  "--repeats",
  1,
  "--epochs",
  1,
  "--rotations",
  1,
  "--ensemble",
  1,
];

/** `sizes`: numbers of materials. */
export async function benchScale({ sizes, packed }) {
  if (packed) return benchPacked({ sizes });
  const { makeScaleData } = await loadJob("test/bench/scaleData.ts");
  const gaps = gapsOfOxides();
  const rows = [];
  for (const n of sizes) {
    const folder = mkdtempSync(path.join(tmpdir(), "r3dvs-scale-"));
    const at = (name) => path.join(folder, name);
    try {
      makeScaleData(path.join(root, "media/oxides/spectra.npz"), gaps, at("data"), n);
      const test = Math.round(n / 10);
      const protocol = ["--train-sizes", n - 2 * test, "--test-size", test, "--threads", 1, "--quiet"];
      rows.push([
        n,
        "encode --packed",
        ...measure(folder, ["encode", at("data"), "-o", at("packed"), "--packed", "--quiet"]),
      ]);
      rows.push([
        n,
        "the same again",
        ...measure(folder, ["encode", at("data"), "-o", at("packed"), "--packed", "--quiet"]),
      ]);
      rows.push([
        n,
        "study, one epoch",
        ...measure(folder, ["study", at("packed"), "-o", at("run"), ...QUICK, ...protocol]),
      ]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  printTable(["materials", "", "wall s", "CPU s", "peak MB"], rows);
}

/** Kernel models that cost least: what is left grows with the number of materials. */
const CHEAP = ["composition", "shells"];

async function benchPacked({ sizes }) {
  const { makePackedScaleData } = await loadJob("test/bench/packedScaleData.ts");
  const gaps = gapsOfOxides();
  const rows = [];
  for (const n of sizes) {
    const folder = mkdtempSync(path.join(tmpdir(), "r3dvs-scale-"));
    const at = (name) => path.join(folder, name);
    try {
      makePackedScaleData(path.join(root, "media/oxides/spectra.npz"), gaps, at("packed"), n);
      for (const model of CHEAP) {
        const asked = ["train", at("packed"), "-o", at(model), "--target", "band_gap", "--model", model, "--quiet"];
        rows.push([n, `train, ${model}`, ...measure(folder, asked)]);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  printTable(["materials", "", "wall s", "CPU s", "peak MB"], rows);
}

/** Of each oxide, by its id. */
function gapsOfOxides() {
  const [, ...lines] = readFileSync(path.join(root, "media/oxides/targets.csv"), "utf8").trim().split("\n");
  return new Map(lines.map((line) => [line.split(",")[0], Number(line.split(",").at(-1))]));
}

/** Wall and CPU seconds, and the most memory, which the process writes down as it ends. */
function measure(folder, args) {
  const [script, result] = ["usage.cjs", "usage.json"].map((name) => path.join(folder, name));
  writeFileSync(
    script,
    `process.on("exit", () => require("node:fs").writeFileSync(${JSON.stringify(result)}, JSON.stringify(process.resourceUsage())));`,
  );
  const began = performance.now();
  execFileSync(process.execPath, ["--require", script, path.join(root, "dist/cli.js"), ...args.map(String)], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(readFileSync(result, "utf8"));
  return [
    ((performance.now() - began) / 1000).toFixed(1),
    ((userCPUTime + systemCPUTime) / 1e6).toFixed(1),
    Math.round(maxRSS / 1024),
  ];
}
