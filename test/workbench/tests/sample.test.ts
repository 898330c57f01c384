import assert from "node:assert/strict";
import { workbenchTest } from "../harness/scenario.ts";
import { Workbench } from "../harness/workbench.ts";
import { makeWorkspace, type Workspace } from "../harness/workspace.ts";

function emptyProject(): Workspace {
  const workspace = makeWorkspace("project");
  workspace.write("notes.txt", "nothing yet\n");
  return workspace;
}

workbenchTest("The bundled sample opens as a folder of one's own", { workspace: emptyProject }, async ({ workbench, page }) => {
  const opened = page.waitForEvent("popup");
  await workbench.runCommand("R3DVS: Open the Sample");
  await workbench.quickPickRow("Extension storage").click();
  const sample = new Workbench(await opened);
  const rows = await sample.openViewContainer("R3DVS");
  await rows.filter({ hasText: /r3dvs-oxides\s*120 materials · targets\.csv/ }).waitFor();
  assert.ok((await rows.count()) > 20);
});
