// `npm run test:nodes [-- 22 24] [-- test/cli ...]`: the tests of jobs and command line on other versions of Node than
// the one that runs this. `npm test` has the main jobs on each of them (test/cli/otherNodes.test.ts).
import { ensureInstalled, ensureNodes, nodeProgram } from "./install.mjs";
import { build, run } from "./processes.mjs";

const VERSIONS = ["22", "24"];
/** What differs between versions of Node: files, streams, threads, processes, WebAssembly. */
const TESTS = ["test/cli", "test/jobs", "test/worker", "test/mcp"];

const asked = process.argv.slice(2);
const tests = asked.filter((one) => one.includes("/"));
const versions = asked.filter((one) => !one.includes("/"));
await ensureInstalled();
await ensureNodes();
await build();
for (const version of versions.length > 0 ? versions : VERSIONS) {
  const program = nodeProgram(version);
  if (!program) throw new Error(`npm has no Node ${version} for ${process.platform} on ${process.arch}`);
  console.log(`\n── Node ${version}`);
  const suite = ["node_modules/vitest/vitest.mjs", "run", "--config", "test/vitest.config.mjs"];
  const code = await run(program, [...suite, ...(tests.length > 0 ? tests : TESTS)]);
  if (code !== 0) process.exitCode = code;
}
