// The entry that VS Code calls in its extension host: runs every bundled *.test.cjs beside it with mocha and leaves the
// counts for `npm test`.
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import Mocha from "mocha";

const results = path.resolve(__dirname, "../../../../out/workbench/extension.json");

/** Rejects when a test fails, which VS Code turns into its exit code. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: "tdd", color: false, timeout: 300_000, reporter: "spec" });
  for (const name of readdirSync(__dirname).sort()) {
    if (name.endsWith(".test.cjs")) mocha.addFile(path.join(__dirname, name));
  }
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const failures: string[] = [];
  const failed = await new Promise<number>((resolve) => {
    const runner = mocha.run(resolve);
    runner.on("pass", () => counts.passed++);
    runner.on("pending", () => counts.skipped++);
    runner.on("fail", (test) => {
      counts.failed++;
      failures.push(test.fullTitle());
    });
  });
  mkdirSync(path.dirname(results), { recursive: true });
  writeFileSync(results, JSON.stringify({ ...counts, failures }, undefined, 2));
  if (failed > 0) throw new Error(`${failed} of the tests in the extension host failed.`);
}
