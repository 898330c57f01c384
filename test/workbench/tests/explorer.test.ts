import assert from "node:assert/strict";
import path from "node:path";
import { workbenchTest } from "../harness/scenario.ts";
import { makeSampleWorkspace, type Workspace } from "../harness/workspace.ts";

function sampleWithNotes(): Workspace {
  const workspace = makeSampleWorkspace({ count: 3 });
  workspace.write("notes.txt", "no density\n");
  for (const name of ["benzene.cube", "MgO.vasp", "vaspwave.h5", "POSCAR"])
    workspace.write(path.join("other", name), "");
  return workspace;
}

workbenchTest("Context menus offer what fits the file", { workspace: sampleWithNotes }, async ({ workbench }) => {
  const offered = async (...names: string[]) => {
    const entries = await workbench.openContextMenu(await workbench.explorerRow(...names));
    await workbench.closeMenu();
    return entries.filter((entry) => /R3DVS|Train|Predict|Voxels/.test(entry));
  };
  assert.deepEqual(await offered("mp-13161", "CHGCAR.gz"), ["Generate R3DVS", "Predict"]);
  assert.deepEqual(await offered("mp-13161"), ["Generate R3DVS", "Train on this folder…"]);
  assert.deepEqual(await offered("notes.txt"), []);
  assert.deepEqual(await offered("other", "benzene.cube"), ["Generate R3DVS", "Predict"]);
  assert.deepEqual(await offered("other", "vaspwave.h5"), ["Generate R3DVS", "Predict"]);
  assert.deepEqual(await offered("other", "MgO.vasp"), ["Generate R3DVS", "Predict", "Show Voxels"]);
  assert.deepEqual(await offered("other", "POSCAR"), ["Predict", "Show Voxels"]);
});
