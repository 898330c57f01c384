// Builds dist/: kernels (WebAssembly, and addons where there is a C compiler) and bundles. `node src/build/build.mjs [--watch] [--production] [--outdir FOLDER]`
// A production build writes beside the bundles what they contain (`inputs.json`, the bundler's own lists).
import { cpSync, existsSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { context } from "esbuild";
import { buildKernels } from "./kernels.mjs";
import { buildNative } from "./native.mjs";

const root = path.resolve(import.meta.dirname, "../..");
const production = process.argv.includes("--production");
/** Relative to the checkout; elsewhere than dist/, the kernels are copied there. */
const outdir = process.argv.includes("--outdir") ? process.argv[process.argv.indexOf("--outdir") + 1] : "dist";

const common = {
  absWorkingDir: root,
  outdir,
  bundle: true,
  sourcemap: production ? false : "linked",
  minify: production,
  metafile: production,
  logLevel: "warning",
  define: {
    __VERSION__: JSON.stringify(
      JSON.parse(await (await import("node:fs/promises")).readFile(path.join(root, "package.json"), "utf8")).version,
    ),
  },
};

/** Only the entry points that exist, so that a checkout in the middle of a change still builds the rest. */
const present = (entries) => Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(path.join(root, file))));

const node = {
  ...common,
  platform: "node",
  format: "cjs",
  target: "node20",
  external: ["vscode"],
  // Packages that are ES modules ask for their own address, which a CommonJS bundle lacks.
  banner: { js: 'const bundleUrl = require("node:url").pathToFileURL(__filename).href;' },
  define: { ...common.define, "import.meta.url": "bundleUrl" },
  entryPoints: present({
    extension: "src/host/extension.ts",
    worker: "src/worker/main.ts",
    run: "src/worker/run.ts",
    thread: "src/worker/thread.ts",
    blockPart: "src/worker/blockPart.ts",
    hdf5: "src/jobs/densities/hdf5Library.ts",
    selfTest: "src/worker/selfTest.ts",
    packageTest: "src/worker/packageTest.ts",
    gpuThread: "src/worker/gpuThread.ts",
    cli: "src/cli/main.ts",
    cliInfo: "src/cli/infoProgram.ts",
    cliCommands: "src/cli/allCommands.ts",
  }),
};

const browser = {
  ...common,
  platform: "browser",
  format: "iife",
  target: "es2022",
  loader: { ".ttf": "file", ".svg": "text" },
  entryPoints: present({ "webview/voxels": "webview/voxels/main.ts", "webview/study": "webview/study/main.ts" }),
};

/** Builds everything once. */
export async function build() {
  await buildKernels();
  await buildNative();
  if (outdir !== "dist") copyKernels();
  const contents = [];
  for (const options of [node, browser]) {
    if (Object.keys(options.entryPoints).length === 0) continue;
    const bundler = await context(options);
    const { metafile } = await bundler.rebuild();
    contents.push(metafile);
    if (process.argv.includes("--watch")) await bundler.watch();
    else await bundler.dispose();
  }
  if (production) writeFileSync(path.join(root, outdir, "inputs.json"), JSON.stringify(contents));
}

function copyKernels() {
  const filter = (file) => !/\.(hash|node)$/.test(file);
  cpSync(path.join(root, "dist/kernels"), path.join(root, outdir, "kernels"), { recursive: true, filter });
}

if (process.argv[1] && statSync(process.argv[1]).ino === statSync(import.meta.filename).ino) await build();
