// `npm run python`: the snippets of src/python.md and the Python module, in an environment of their own (once, some
// hundred MB, from PyPI).
import path from "node:path";
import { ensureVenv } from "./benchTools.mjs";
import { ensureInstalled, root } from "./install.mjs";
import { build, runNode } from "./processes.mjs";

await ensureInstalled();
if (ensureVenv("python", ["numpy", "pandas", "pyarrow", "scikit-learn", "onnxruntime"]) === undefined) process.exit(1);
await build();
process.exitCode = await runNode([
  path.join(root, "node_modules/vitest/vitest.mjs"),
  "run",
  "--config",
  "test/vitest.config.mjs",
  "test/python",
]);
