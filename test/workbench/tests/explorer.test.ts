import assert from "node:assert/strict";
import { workbenchTest } from "../harness/scenario.ts";
import { makeSampleWorkspace } from "../harness/workspace.ts";

workbenchTest("Context menus offer what fits the file", { workspace: () => makeSampleWorkspace(3) }, async ({ workbench, workspace }) => {
  workspace.write("notes.txt", "no density\n");
  const offered = async (...names: string[]) => {
    const entries = await workbench.openContextMenu(await workbench.explorerRow(...names));
    await workbench.closeMenu();
    return entries.filter((entry) => /R3DVS|Train|Predict|Voxels/.test(entry));
  };
  assert.deepEqual(await offered("mp-13161", "CHGCAR.gz"), ["Generate R3DVS", "Predict"]);
  assert.deepEqual(await offered("mp-13161"), ["Generate R3DVS", "Train on This Folder…"]);
  assert.deepEqual(await offered("notes.txt"), []);
});
