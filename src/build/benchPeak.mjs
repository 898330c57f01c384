// How many GFLOP/s one core of this machine can do at most, by instruction set: what the engine's speed is held
// against.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { root } from "./install.mjs";

const source = path.join(root, "test/bench/peak.c");
const NATIVE = {
  baseline: [4, []],
  avx2: [8, ["-mavx2", "-mfma"]],
  avx512: [16, ["-mavx512f", "-mprefer-vector-width=512"]],
};

/** Multiplications and additions both count; what cannot be compiled or run here is left out. */
export async function measurePeaks() {
  const peaks = { wasm: await peakOfWasm() };
  for (const [name, [width, flags]] of Object.entries(NATIVE)) {
    const peak = process.arch === "x64" || name === "baseline" ? peakOfNative(name, width, flags) : undefined;
    if (peak !== undefined) peaks[name] = peak;
  }
  return peaks;
}

function peakOfNative(name, width, flags) {
  const program = path.join(root, "out/bench", `peak-${name}`);
  mkdirSync(path.dirname(program), { recursive: true });
  try {
    execFileSync("cc", ["-O3", "-ffast-math", ...flags, `-DWIDTH=${width}`, "-DPROGRAM", source, "-o", program], {
      stdio: "ignore",
    });
    return Number(execFileSync(program, { encoding: "utf8" }));
  } catch {
    return undefined;
  }
}

async function peakOfWasm() {
  const { runLLVM } = await import("@yowasp/clang");
  const flags = ["-c", "--target=wasm32", "-O3", "-msimd128", "-ffreestanding", "-fvisibility=hidden", "-DWIDTH=4"];
  const quiet = { stdout: () => {}, stderr: () => {}, fetchProgress: () => {} };
  const compiled = await runLLVM(
    ["clang", ...flags, "-o", "peak.o", "peak.c"],
    { "peak.c": readFileSync(source, "utf8") },
    quiet,
  );
  const linked = await runLLVM(
    ["wasm-ld", "--no-entry", "--export-dynamic", "-o", "peak.wasm", "peak.o"],
    { "peak.o": compiled["peak.o"] },
    quiet,
  );
  const { instance } = await WebAssembly.instantiate(linked["peak.wasm"]);
  let best = 0;
  for (let round = 0; round < 20; round++) {
    const before = process.cpuUsage();
    instance.exports.chains(1e6, 0.999, 0.001);
    const { user, system } = process.cpuUsage(before);
    best = Math.max(best, (1e6 * 12 * 4 * 2) / ((user + system) / 1e6) / 1e9);
  }
  return best;
}
