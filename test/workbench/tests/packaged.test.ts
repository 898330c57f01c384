import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { before, test } from "node:test";
import { root } from "../harness/paths.ts";
import { workbenchTest } from "../harness/scenario.ts";
import { VoxelView } from "../harness/voxelView.ts";
import { makeSampleWorkspace } from "../harness/workspace.ts";

const vsix = path.join(
  root,
  "out/package",
  `r3dvs-${JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")).version}.vsix`,
);

before(() => {
  rmSync(vsix, { force: true });
  execFileSync(process.execPath, ["src/build/package.mjs", "--target", "universal", "--unscanned"], {
    cwd: root,
    stdio: "pipe",
  });
});

workbenchTest(
  "The packed extension installs and shows a density as voxels",
  { workspace: () => makeSampleWorkspace({ count: 3 }), vsix: () => vsix },
  async ({ workbench }) => {
    await workbench.openFile("mp-1778", "CHGCAR.gz");
    const view = new VoxelView(workbench);
    await view.waitUntilDrawn();
    assert.equal(await view.heading.textContent(), "BeO");
  },
);

test("The packed extension is a small download", () => {
  const rows = execFileSync("unzip", ["-v", vsix], { encoding: "utf8" }).matchAll(
    /^\s*\d+\s+\S+\s+(\d+)\s.*\s(extension\/\S+)$/gm,
  );
  const sizes = [...rows].map(([, size, name = ""]) => ({ name, size: Number(size) }));
  const sum = (wanted: (name: string) => boolean) =>
    sizes.filter(({ name }) => wanted(name)).reduce((total, { size }) => total + size, 0);
  const isData = (name: string) => /^extension\/media\/(sample|models)\//.test(name);
  assert.ok(sizes.length > 100);
  assert.ok(sum((name) => !isData(name)) < 5e6, `${sum((name) => !isData(name))} bytes of code and texts`);
  assert.ok(sum(() => true) < 13e6, `${sum(() => true)} bytes`);
});

test("The packed command line reads its own sample, away from the checkout", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "r3dvs-packed-"));
  try {
    execFileSync("unzip", ["-q", vsix, "-d", folder]);
    const packed = path.join(folder, "extension");
    const run = (...args: string[]) =>
      execFileSync(process.execPath, [path.join(packed, "dist/cli.js"), ...args], { encoding: "utf8" });
    const info = JSON.parse(run("info", path.join(packed, "media/sample/oxides/mp-1778/CHGCAR.gz"), "--json"));
    assert.equal(info.electrons?.toFixed(3), "8.000");
    assert.equal(
      readdirSync(path.join(packed, "media/sample/oxides")).filter((name) => name.startsWith("mp-")).length,
      120,
    );
    assert.ok(!readdirSync(packed).some((name) => ["node_modules", "src", "test"].includes(name)));
    assert.doesNotMatch(readFileSync(path.join(packed, "readme.md"), "utf8"), /\]\((?!https?:|data:|#)/);
    assert.doesNotMatch(readFileSync(path.join(packed, "package.json"), "utf8"), /devDependencies|"scripts"/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
