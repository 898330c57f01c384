// Runs tests/*.test.ts in the real VS Code. `node run.ts [part of a file's name]... [--list]`; Node 24, after
// ensureWorkbench().
// Writes the counts to out/workbench/results.json, for `npm test`.
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { unpackChromium } from "./harness/browser.ts";
import { output } from "./harness/paths.ts";
import { SECOND_TRY } from "./harness/waiting.ts";

const folder = path.join(import.meta.dirname, "tests");
const wanted = process.argv.slice(2);
const files = readdirSync(folder)
  .filter((name) => name.endsWith(".test.ts") && (wanted.length === 0 || wanted.some((part) => name.includes(part))))
  .sort()
  .map((name) => path.join(folder, name));

if (files.length === 0) {
  console.error(`No file of ${folder} has ${wanted.join(" or ")} in its name.`);
  process.exit(2);
}
await unpackChromium();

const counts = { passed: 0, failed: 0, skipped: 0 };
const failures: string[] = [];
/** Tests that waited in vain once and passed when tried again. */
const triedTwice: string[] = [];
const began = Date.now();

// One window at a time: its pictures are drawn on all cores, so a second makes both late (measured: no gain).
const stream = run({ files, concurrency: 1, forceExit: true });
stream.on("test:pass", (event) => {
  if (event.details.type === "suite") return;
  if (event.skip || event.todo) counts.skipped += 1;
  else counts.passed += 1;
});
stream.on("test:fail", (event) => {
  if (event.details.type === "suite") return;
  counts.failed += 1;
  failures.push(event.name);
  process.exitCode = 1;
});
stream.on("test:diagnostic", ({ message }) => {
  if (message.startsWith(SECOND_TRY)) triedTwice.push(message.slice(SECOND_TRY.length));
});
stream.compose(new spec()).pipe(process.stdout);
stream.on("end", () => {
  mkdirSync(path.join(output, "workbench"), { recursive: true });
  const seconds = (Date.now() - began) / 1000;
  writeFileSync(
    path.join(output, "workbench/results.json"),
    JSON.stringify({ ...counts, failures, triedTwice, seconds }, undefined, 2),
  );
});
