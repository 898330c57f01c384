// `npm run bench [-- read|engine ...]`: measurements against other programs. Figures of one run count by their ratios alone.
// Options: --sizes 10,150,1200 (MB, for read), --rounds N.
import path from "node:path";
import { parseArgs } from "node:util";
import { build as bundle } from "esbuild";
import { benchRead } from "./benchRead.mjs";
import { ensureInstalled, root } from "./install.mjs";
import { build } from "./processes.mjs";

const ROOMS = { read: () => benchRead({ sizes, rounds }), engine: benchEngine };
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { sizes: { type: "string", default: "10,150" }, rounds: { type: "string", default: "5" } },
});
const sizes = values.sizes.split(",").map(Number);
const rounds = Number(values.rounds);
const wanted = positionals.length > 0 ? positionals : Object.keys(ROOMS);
const unknown = wanted.find((room) => !(room in ROOMS));
if (unknown !== undefined) throw new Error(`There is no measurement ${unknown}: ${Object.keys(ROOMS).join(", ")}`);

async function benchEngine() {
  const outfile = path.join(root, "out/bench/engine.mjs");
  const entryPoints = [path.join(root, "test/bench/engine.ts")];
  await bundle({ entryPoints, outfile, bundle: true, platform: "node", format: "esm", target: "node20", logLevel: "error" });
  const { benchmarkEngine } = await import(outfile);
  console.table(await benchmarkEngine(path.join(root, "dist/kernels"), true));
}

await ensureInstalled();
await build();
for (const room of wanted) await ROOMS[room]();
