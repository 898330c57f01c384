import assert from "node:assert/strict";
import { workbenchTest } from "../harness/scenario.ts";
import { makeSampleWorkspace } from "../harness/workspace.ts";

workbenchTest("A density's context menu offers the descriptor, a folder's the training", { workspace: () => makeSampleWorkspace(3) }, async ({ workbench, workspace }) => {
  workspace.write("notes.txt", "no density\n");
  const density = await workbench.explorerRow("mp-361", "CHGCAR.gz");
  assert.ok((await workbench.openContextMenu(density)).includes("Generate R3DVS"));
  await workbench.closeMenu();
  const notes = await workbench.explorerRow("notes.txt");
  assert.ok(!(await workbench.openContextMenu(notes)).includes("Generate R3DVS"));
});
