import assert from "node:assert/strict";
import { CrystalView } from "../harness/crystalView.ts";
import { workbenchTest } from "../harness/scenario.ts";
import { VoxelView } from "../harness/voxelView.ts";
import { makeSampleWorkspace, makeWorkspace, type Workspace } from "../harness/workspace.ts";

/** The extension in the window's own web worker, as in VS Code for the Web, in place of the server's extension host. */
const IN_WEB_WORKER = { "remote.extensionKind": { "r3dvs.r3dvs": ["web"] } };

function inputs(): Workspace {
  const workspace = makeWorkspace("salt");
  workspace.write("INCAR", "ENCUTT = 500\nISMEAR = -5\nISPIN = 2\nMAGMOM = 3*1\n");
  workspace.write(
    "POSCAR",
    "NaCl\n1.0\n0 2.82 2.82\n2.82 0 2.82\n2.82 2.82 0\nNa Cl\n1 1\nDirect\n0 0 0\n0.5 0.5 0.5\n",
  );
  return workspace;
}

workbenchTest(
  "In a web worker, without a process, an INCAR is checked, explained and mended, and the rest says what it needs",
  { workspace: inputs, settings: IN_WEB_WORKER },
  async ({ workbench, page, screenshot }) => {
    await workbench.openFile("INCAR");
    const problems = await workbench.openProblems();
    await problems.filter({ hasText: "ENCUTT" }).first().waitFor();
    await problems.filter({ hasText: "MAGMOM" }).first().waitFor();
    await workbench.goToLine(1);
    await page.keyboard.press("Control+.");
    await page.locator(".action-widget .monaco-list-row", { hasText: "ENCUT" }).first().waitFor();
    await page.keyboard.press("Enter");
    await workbench.editorLines.getByText("ENCUT ", { exact: false }).first().waitFor();
    await page.keyboard.press("Control+End");
    await page.keyboard.type("ALG");
    await page.locator(".suggest-widget .monaco-list-row", { hasText: "ALGO" }).first().waitFor();
    await page.keyboard.press("Enter");
    await screenshot("web-worker");
    await workbench.runCommand("R3DVS: Train on this folder…");
    await workbench.notification(/needs a process/).waitFor();
  },
);

function densities(): Workspace {
  const workspace = makeSampleWorkspace({ count: 3 });
  workspace.write(
    "salt/POSCAR",
    "NaCl\n1.0\n0 2.82 2.82\n2.82 0 2.82\n2.82 2.82 0\nNa Cl\n1 1\nDirect\n0 0 0\n0.5 0.5 0.5\n",
  );
  return workspace;
}

workbenchTest(
  "In a web worker, a density shows its crystal, surface and voxels, and a structure its crystal and symmetry",
  { workspace: densities, settings: IN_WEB_WORKER },
  async ({ workbench, screenshot }) => {
    await workbench.openFile("mp-1778", "CHGCAR.gz");
    const view = new VoxelView(workbench);
    await view.waitUntilDrawn();
    const crystal = new CrystalView(workbench);
    await crystal.waitUntilDrawn({ surface: true });
    assert.equal(await view.fact("Electrons"), "8.000");
    await screenshot("web-worker-density");
    await workbench.openFile("salt", "POSCAR");
    await workbench.runCommand("R3DVS: Show Crystal");
    await crystal.waitUntilDrawn({ surface: false });
    await crystal.open("Symmetry");
    await crystal.symmetry.getByText("(225)").waitFor();
    await screenshot("web-worker-crystal");
  },
);
