// `npm test`: types, lint, unit tests, then the tests in the real VS Code. The last line is the sum: `N passed, N
// failed, N skipped`.
// Options: --only unit|workbench, and parts of the names of the test files to run.
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { ensureInstalled, ensureNodes, ensureOnnx, ensureWorkbench, root, whyNoWorkbench } from "./install.mjs";
import { build, run, runNode } from "./processes.mjs";
import { skippedTests } from "./skippedTests.mjs";

const PARTS = ["unit", "workbench"];
const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: { only: { type: "string" } },
});

const bin = (name) => path.join(root, "node_modules", name);
const results = (file) => path.join(root, "out", file);

/** Counts so far. A check that fails counts as one failed test, so that the sum never contradicts the exit code. */
const sum = { passed: 0, failed: 0, skipped: 0 };
const failures = [];
/** Workbench tests that waited in vain and passed when tried once more. */
const triedTwice = [];
/** Lines that say why. */
const skipped = [];

async function test() {
  if (options.only !== undefined && !PARTS.includes(options.only))
    throw new Error(`--only takes ${PARTS.join(" or ")}, not ${options.only}`);
  const wanted = options.only === undefined ? PARTS : [options.only];
  await ensureInstalled();
  await timed("Build", build);
  if (wanted.includes("unit")) await testUnits();
  if (wanted.includes("workbench")) await testWorkbench();
}

async function testUnits() {
  await check("Types", [bin("typescript/bin/tsc"), "-b"]);
  // without them the tests that need them are skipped, and named
  for (const ensure of [ensureOnnx, ensureNodes]) await ensure().catch((error) => console.log(error.message));
  await check("Lint", [bin("@biomejs/biome/bin/biome"), "check", "--config-path=src/build/lint.json", "."]);
  const file = freshFile("unit/results.json");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  await timed("Unit tests", async () => {
    const code = await runNode([
      bin("vitest/vitest.mjs"),
      "run",
      "--config",
      "test/vitest.config.mjs",
      ...reporters,
      ...names,
    ]);
    const report = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
    add(report ? countUnits(report) : {}, code, "vitest");
    if (report) skipped.push(...skippedTests(report, (name) => path.relative(root, name).split(path.sep).join("/")));
  });
}

/** A file that broke before its first test counts as one failed. */
function countUnits(report) {
  const broken = report.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.every((test) => test.status !== "failed"),
  );
  const failed = report.testResults.flatMap((file) => file.assertionResults).filter((test) => test.status === "failed");
  return {
    passed: report.numPassedTests,
    failed: failed.length + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
    failures: [...failed.map((test) => test.fullName), ...broken.map((file) => path.relative(root, file.name))],
  };
}

async function testWorkbench() {
  const reason = whyNoWorkbench();
  if (reason) {
    console.log(`\nSkipped: the workbench tests, since ${reason}.`);
    sum.skipped += 1;
    skipped.push(`      the workbench tests skipped: ${reason}`);
    return;
  }
  const { node, folder } = await ensureWorkbench();
  await check("Types of the workbench tests", [bin("typescript/bin/tsc"), "-p", folder]);
  if (names.length === 0) {
    await counted("Tests in the extension host", "workbench/extension.json", () =>
      runNode(["src/build/desktop.mjs", "--server"]),
    );
  }
  await counted("Tests of the workbench", "workbench/results.json", () =>
    run(node, [path.join(folder, "run.ts"), ...names]),
  );
}

async function counted(what, resultsFile, work) {
  const file = freshFile(resultsFile);
  await timed(what, async () => {
    const code = await work();
    add(existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {}, code, what);
  });
}

async function check(what, args) {
  await timed(what, async () => add({}, await runNode(args), what));
}

/** A runner that fails without a failed test (it broke, or found nothing to run) counts as one. */
function add(counts, code, what) {
  sum.passed += counts.passed ?? 0;
  sum.skipped += counts.skipped ?? 0;
  sum.failed += counts.failed ?? 0;
  failures.push(...(counts.failures ?? []));
  triedTwice.push(...(counts.triedTwice ?? []));
  if (code === 130) process.exit(130);
  if (code === 0 || counts.failed > 0) return;
  sum.failed += 1;
  failures.push(`${what} (exit code ${code})`);
}

function freshFile(name) {
  const file = results(name);
  mkdirSync(path.dirname(file), { recursive: true });
  rmSync(file, { force: true });
  return file;
}

async function timed(what, work) {
  const began = Date.now();
  console.log(`\n── ${what}`);
  await work();
  console.log(`── ${what}: ${((Date.now() - began) / 1000).toFixed(1)} s`);
}

try {
  await test();
} catch (error) {
  console.error(`npm test: ${error.message}`);
  sum.failed += 1;
}
if (failures.length > 0) console.log(`\nFailed:\n${failures.map((name) => `  ${name}`).join("\n")}`);
if (triedTwice.length > 0)
  console.log(`\nPassed at the second try:\n${triedTwice.map((name) => `  ${name}`).join("\n")}`);
if (skipped.length > 0) console.log(`\nSkipped:\n${skipped.join("\n")}`);
process.exitCode = sum.failed === 0 ? 0 : 1;
console.log(`\n${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
