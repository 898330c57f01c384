// `npm run torture`: kills every process that works on a run, again and again, and damages its files. Options: --kills
// 200 --seed 1
import path from "node:path";
import { parseArgs } from "node:util";
import { ensureInstalled, root } from "./install.mjs";
import { runNode } from "./processes.mjs";

const { values } = parseArgs({
  options: { kills: { type: "string", default: "200" }, seed: { type: "string", default: "1" } },
});
process.env.R3DVS_TORTURE_KILLS = values.kills;
process.env.R3DVS_TORTURE_SEED = values.seed;
await ensureInstalled();
const vitest = path.join(root, "node_modules/vitest/vitest.mjs");
process.exitCode = await runNode([vitest, "run", "--config", "test/vitest.config.mjs", "test/torture"]);
