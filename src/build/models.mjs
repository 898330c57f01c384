// `npm run models [-- --threads N --ensemble 3 --epochs 10 --rotations 4]`: the models that come with the extension,
// media/models, learned from all of media/oxides; errors on held-out materials come from the reproduction. What is
// learned already is not learned again.
// `npm run models -- --judge`: the models stay; their errors, defaults and card follow from the reproduction as it
// stands now.
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { ensureInstalled, root } from "./install.mjs";
import { loadJob } from "./jobBundle.mjs";
import { build } from "./processes.mjs";

const { values } = parseArgs({
  options: {
    threads: { type: "string" },
    ensemble: { type: "string", default: "3" },
    epochs: { type: "string", default: "10" },
    rotations: { type: "string", default: "4" },
    dataset: { type: "string", default: path.join(root, "media/oxides") },
    output: { type: "string", default: path.join(root, "media/models") },
    work: { type: "string", default: path.join(root, "out/models") },
    judge: { type: "boolean", default: false },
    results: { type: "string", default: path.join(root, "media/reproduction/results.csv") },
  },
});

await ensureInstalled();
await build();
const output = path.resolve(values.output);
const dataset = path.resolve(values.dataset);
const results = path.resolve(values.results);
if (values.judge) await judge();
else await learn();
const files = readdirSync(output, { recursive: true })
  .map((name) => statSync(path.join(output, name)))
  .filter((one) => one.isFile());
console.log(
  `${path.relative(process.cwd(), output)}  ${(files.reduce((sum, { size }) => sum + size, 0) / 1e6).toFixed(2)} MB`,
);

async function judge() {
  const { judgeLibrary } = await loadJob("src/jobs/reproduction/judgeLibrary.ts");
  judgeLibrary({ dataset, output, reproduction: path.dirname(results) });
}

async function learn() {
  const { makeLibrary, Cancellation } = await loadJob("src/jobs/reproduction/makeLibrary.ts");
  const cancellation = new Cancellation();
  process.on("SIGINT", () => cancellation.cancel()).on("SIGTERM", () => cancellation.cancel());
  const depth = JSON.parse(readFileSync(path.join(path.dirname(results), "depth.json"), "utf8"));
  await makeLibrary(
    {
      dataset,
      output,
      work: path.resolve(values.work),
      results,
      testSize: depth.testSize,
      testEnsemble: depth.ensemble,
      options: {
        ensemble: Number(values.ensemble),
        epochs: Number(values.epochs),
        rotations: Number(values.rotations),
      },
      ...(values.threads && { threads: Number(values.threads) }),
    },
    { cancellation, onEvent: () => {}, onModel: (name) => console.log(name) },
  );
}
