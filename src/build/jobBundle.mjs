// Jobs that scripts call without a command line of their own: bundled beside the threads that they start.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { root } from "./install.mjs";

/** What a module of src/jobs exports, and `Cancellation` to stop it with. */
export async function loadJob(file) {
  // Not before the packages are installed.
  const { build: bundle } = await import("esbuild");
  const outfile = path.join(root, "dist", `${path.basename(file, ".ts")}.js`);
  const { version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  await bundle({
    stdin: {
      contents: `export * from ${JSON.stringify(`./${file}`)}; export { Cancellation } from "./src/protocol/rpc.ts";`,
      resolveDir: root,
      loader: "ts",
    },
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    logLevel: "error",
    banner: { js: 'const bundleUrl = require("node:url").pathToFileURL(__filename).href;' },
    define: { __VERSION__: JSON.stringify(version), "import.meta.url": "bundleUrl" },
  });
  return createRequire(import.meta.url)(outfile);
}
