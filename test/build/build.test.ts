import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { skippedTests } from "../../src/build/skippedTests.mjs";

const root = path.resolve(import.meta.dirname, "../..");
const out = mkdtempSync(path.join(tmpdir(), "r3dvs-build-"));
afterAll(() => rmSync(out, { recursive: true, force: true }));

describe("a build into another folder", () => {
  it("has every bundle and kernel there, wherever that is, and nothing of it in the checkout", () => {
    const before = readdirSync(root).sort();
    const { status, stderr } = spawnSync(process.execPath, ["src/build/build.mjs", "--outdir", out], {
      cwd: root,
      encoding: "utf8",
    });
    expect([status, stderr]).toEqual([0, ""]);
    expect(readdirSync(root).sort()).toEqual(before);
    const source = readFileSync(path.join(root, "src/build/build.mjs"), "utf8");
    const entries = [...source.matchAll(/^\s+"?([\w/]+)"?: "(?:src|webview)\/[\w/]+\.ts"/gm)].map(
      ([, name = ""]) => `${name}.js`,
    );
    expect(entries.length).toBeGreaterThan(10);
    expect(entries.filter((name) => !existsSync(path.join(out, name)))).toEqual([]);
    const kernels = (folder: string) =>
      readdirSync(path.join(folder, "kernels")).filter((name) => name.endsWith(".wasm"));
    expect(kernels(out)).toEqual(kernels(path.join(root, "dist")));
  });
});

describe("the reasons of skipped tests", () => {
  it("are told with their numbers", () => {
    const test = (status: string, fullName: string) => ({ status, fullName });
    const report = {
      testResults: [
        {
          name: "test/conformance/a.test.ts",
          assertionResults: [test("skipped", "x"), test("passed", "y"), test("pending", "z")],
        },
        { name: "test/cli/encode.test.ts", assertionResults: [test("skipped", "r3dvs encode is read by numpy")] },
        { name: "test/new.test.ts", assertionResults: [test("skipped", "something else")] },
      ],
    };
    expect(skippedTests(report, (name: string) => name)).toEqual([
      "    2 skipped: the collection of VASP files is not beside the checkout (../shared/data/vasp)",
      "    1 skipped: python3 with numpy is not installed",
      "    1 skipped: test/new.test.ts says what it needs",
    ]);
  });
});
