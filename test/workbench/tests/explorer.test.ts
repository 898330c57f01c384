import assert from "node:assert/strict";
import { workbenchTest } from "../harness/scenario.ts";
import { makeSampleWorkspace, type Workspace } from "../harness/workspace.ts";

function sampleWithNotes(): Workspace {
  const workspace = makeSampleWorkspace({ count: 3 });
  workspace.write("notes.txt", "no density\n");
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
});
