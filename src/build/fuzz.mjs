// `npm run fuzz [-- --seconds N]`: property tests and the fuzzers of test/fuzz, which `npm test` runs with fixed seeds,
// with new ones for about N seconds (600).
// It prints the seeds. One that fails becomes a test of its own; `R3DVS_PROPERTY_SEED=N npx vitest ...` runs it again.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { ensureInstalled, root } from "./install.mjs";
import { build, runNode } from "./processes.mjs";

const { values } = parseArgs({ options: { seconds: { type: "string", default: "600" } } });
const seconds = Number(values.seconds);
if (!(seconds > 0)) throw new Error(`--seconds takes a number, not ${values.seconds}`);
await ensureInstalled();
await build();
const vitest = path.join(root, "node_modules/vitest/vitest.mjs");
const tests = (...files) => runNode([vitest, "run", "--config", "test/vitest.config.mjs", ...files]);

/** The files with property tests. */
const properties = readdirSync(path.join(root, "test"), { recursive: true, encoding: "utf8" })
  .map((name) => path.join("test", name))
  .filter((name) => name.endsWith(".test.ts") && !name.includes("node_modules"))
  .filter((name) => readFileSync(path.join(root, name), "utf8").includes('from "fast-check"'));

// one round of them with a new seed, more while there is time; then the fuzzers for as long again
const end = performance.now() + (seconds * 1000) / 2;
let code = 0;
do {
  process.env.R3DVS_PROPERTY_SEED = String(Math.floor(Math.random() * 2 ** 31));
  console.log(`Seed of the property tests: R3DVS_PROPERTY_SEED=${process.env.R3DVS_PROPERTY_SEED}`);
  code = await tests(...properties);
} while (code === 0 && performance.now() < end);
process.env.R3DVS_FUZZ_SECONDS = String(seconds / 2);
process.exitCode = (await tests("test/fuzz")) || code;
