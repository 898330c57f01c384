// Builds dist/: kernels (WebAssembly, and addons where there is a C compiler) and bundles. `node src/build/build.mjs
// [--production] [--outdir FOLDER]`
// A production build writes beside the bundles what they contain (`inputs.json`, the bundler's own lists).
import { cpSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { context } from "esbuild";
import { buildKernels } from "./kernels.mjs";
import { buildNative } from "./native.mjs";

const root = path.resolve(import.meta.dirname, "../..");
const production = process.argv.includes("--production");
/** A path from the checkout on, or an absolute one. Elsewhere than in dist/, the kernels are copied there. */
const outdir = path.resolve(
  root,
  process.argv.includes("--outdir") ? process.argv[process.argv.indexOf("--outdir") + 1] : "dist",
);

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

const node = {
  ...common,
  platform: "node",
  format: "cjs",
  target: "node20",
  // zarrita would load the last one for a packing that we unpack ourselves
  external: ["vscode", "numcodecs/zstd"],
  // Packages that are ES modules ask for their own address, which a CommonJS bundle lacks.
  banner: { js: 'const bundleUrl = require("node:url").pathToFileURL(__filename).href;' },
  define: { ...common.define, "import.meta.url": "bundleUrl" },
  entryPoints: {
    extension: "src/host/extension.ts",
    worker: "src/worker/main.ts",
    run: "src/worker/run.ts",
    thread: "src/worker/thread.ts",
    blockPart: "src/worker/blockPart.ts",
    hdf5: "src/jobs/densities/hdf5Library.ts",
    parquet: "src/jobs/densities/parquetLibrary.ts",
    zarr: "src/jobs/densities/zarrLibrary.ts",
    selfTest: "src/worker/selfTest.ts",
    packageTest: "src/worker/packageTest.ts",
    gpuThread: "src/worker/gpuThread.ts",
    densityThread: "src/worker/densityThread.ts",
    cli: "src/cli/main.ts",
    cliInfo: "src/cli/infoProgram.ts",
    cliCommands: "src/cli/allCommands.ts",
    mcpServer: "src/mcp/main.ts",
  },
};

const browser = {
  ...common,
  platform: "browser",
  format: "iife",
  target: "es2022",
  loader: { ".ttf": "file", ".svg": "text" },
  entryPoints: { "webview/voxels": "webview/voxels/main.ts", "webview/study": "webview/study/main.ts" },
};

/** VS Code for the Web: a web worker, CommonJS as its loader wants it, nothing of Node. */
const web = {
  ...common,
  platform: "browser",
  format: "cjs",
  target: "es2022",
  external: ["vscode"],
  entryPoints: {
    browser: "src/host/browserExtension.ts",
    browserWorker: "src/worker/browserWorker.ts",
  },
};

/** Builds everything once. */
export async function build() {
  await buildKernels();
  await buildNative();
  if (outdir !== path.join(root, "dist")) copyKernels();
  const contents = [];
  for (const options of [node, browser, web]) {
    const bundler = await context(options);
    const { metafile } = await bundler.rebuild();
    contents.push(metafile);
    await bundler.dispose();
  }
  if (production) writeFileSync(path.join(outdir, "inputs.json"), JSON.stringify(contents));
}

/** Builds everything, then the bundles again after each change of a source, until the process ends. */
export async function watch() {
  const busy = new Set();
  console.log("[watch] building");
  await buildKernels();
  await buildNative();
  for (const [name, options] of Object.entries({ node, browser, web })) {
    busy.add(name);
    const bundler = await context({ ...options, logLevel: "silent", plugins: [watchReporter(name, busy)] });
    await bundler.watch();
  }
}

/** Prints when the first bundle starts and when the last one is done. */
function watchReporter(name, busy) {
  const setup = (builder) => {
    builder.onStart(() => {
      if (busy.size === 0) console.log("[watch] building");
      busy.add(name);
    });
    builder.onEnd(({ errors }) => {
      for (const { text, location } of errors) {
        const position = location ? `${location.file}:${location.line}:${location.column + 1}` : "esbuild:1:1";
        console.log(`${position}: error: ${text}`);
      }
      busy.delete(name);
      if (busy.size === 0) console.log("[watch] ready");
    });
  };
  return { name: "watch-reporter", setup };
}

function copyKernels() {
  const filter = (file) => !/\.(hash|node)$/.test(file);
  cpSync(path.join(root, "dist/kernels"), path.join(outdir, "kernels"), { recursive: true, filter });
}

if (process.argv[1] && statSync(process.argv[1]).ino === statSync(import.meta.filename).ino) await build();
