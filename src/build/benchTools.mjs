// What the measurements share: other programs' environments, processes that measure themselves when asked, tables.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { build } from "esbuild";
import { root } from "./install.mjs";

/**
 * The Python of an environment with these packages, made for the measurements alone; undefined, with a line that says
 * why, where it cannot be had.
 */
export function ensureVenv(name, packages) {
  const venv = path.join(root, `out/bench/venv-${name}`);
  const python = path.join(venv, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
  const done = path.join(venv, "installed");
  if (existsSync(done)) return python;
  try {
    console.error(`Installing ${packages.join(", ")} for the comparison (once, up to some GB) …`);
    execFileSync("python3", ["-m", "venv", venv], { stdio: "ignore" });
    execFileSync(python, ["-m", "pip", "install", "--quiet", ...packages], { stdio: ["ignore", "ignore", "inherit"] });
    writeFileSync(done, "");
    return python;
  } catch (error) {
    console.error(`Left out: ${packages[0]}, which could not be installed (${String(error.message).split("\n")[0]}).`);
    return undefined;
  }
}

/** A source, by its path in the checkout, with what it imports, as one file for Node. */
export const bundleProgram = (source, outfile) =>
  build({
    entryPoints: [path.join(root, source)],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    define: { __VERSION__: '"bench"' },
    external: ["h5wasm"],
    logLevel: "warning",
  });

/** A process that answers each line of its input with a line of JSON, after a first one of its own. */
export class Measured {
  #child;
  #lines;

  /** `threads`: what libraries that ask the environment are told. */
  static async start(command, args, threads) {
    const measured = new Measured();
    const counts = Object.fromEntries(
      ["OMP", "MKL", "OPENBLAS", "NUMEXPR"].map((name) => [`${name}_NUM_THREADS`, String(threads)]),
    );
    measured.#child = spawn(command, args, { env: { ...process.env, ...counts }, stdio: ["pipe", "pipe", "pipe"] });
    let errors = "";
    measured.#child.stderr.on("data", (text) => {
      errors += text;
    });
    measured.#lines = createInterface({ input: measured.#child.stdout })[Symbol.asyncIterator]();
    measured.hello = await measured.#next(() => `${command} ${args.join(" ")} failed:\n${errors}`);
    return measured;
  }

  ask(line) {
    this.#child.stdin.write(`${line}\n`);
    return this.#next(() => "a measured process ended");
  }

  stop() {
    const ended = new Promise((resolve) => this.#child.once("close", resolve));
    this.#child.stdin.end();
    return ended;
  }

  async #next(reason) {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(reason());
    return JSON.parse(value);
  }
}

/** CPU seconds of all programs since the machine started; 0 where the system does not say. */
export function busySeconds() {
  if (process.platform !== "linux") return 0;
  const [user, nice, system, , , irq, softirq] = readFileSync("/proc/stat", "utf8")
    .split("\n")[0]
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softirq) / 100;
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

/** The first column to the left, the others to the right. */
export function printTable(header, rows) {
  const lines = [header, ...rows].map((row) => row.map(String));
  const widths = header.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  for (const line of lines)
    console.log(line.map((text, i) => (i === 0 ? text.padEnd(widths[0]) : text.padStart(widths[i] + 2))).join(""));
}
