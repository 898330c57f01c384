// `npm run fuzz [-- --seconds N]`: the fuzzers of test/fuzz, which the tests run over a fixed list of seeds, over new ones for N seconds (600).
import path from "node:path";
import { parseArgs } from "node:util";
import { ensureInstalled, root } from "./install.mjs";
import { build, runNode } from "./processes.mjs";

const { values } = parseArgs({ options: { seconds: { type: "string", default: "600" } } });
const seconds = Number(values.seconds);
if (!(seconds > 0)) throw new Error(`--seconds takes a number, not ${values.seconds}`);
await ensureInstalled();
await build();
process.env.R3DVS_FUZZ_SECONDS = String(seconds);
const vitest = path.join(root, "node_modules/vitest/vitest.mjs");
process.exitCode = await runNode([vitest, "run", "--config", "test/vitest.config.mjs", "test/fuzz"]);
