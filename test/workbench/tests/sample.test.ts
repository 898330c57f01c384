import assert from "node:assert/strict";
import path from "node:path";
import { output } from "../harness/paths.ts";
import { workbenchTest } from "../harness/scenario.ts";
import { answerTrust } from "../harness/trust.ts";
import { VoxelView } from "../harness/voxelView.ts";
import { Workbench } from "../harness/workbench.ts";
import { makeWorkspace, type Workspace } from "../harness/workspace.ts";

function emptyProject(): Workspace {
  const workspace = makeWorkspace("project");
  workspace.write("notes.txt", "nothing yet\n");
  return workspace;
}

workbenchTest(
  "The bundled sample opens as a folder of one's own, on a density with its predictions and a next step",
  { workspace: emptyProject, settings: { "r3dvs.builtInModels": true } },
  async ({ workbench, page }) => {
    const opened = page.waitForEvent("popup");
    await workbench.runCommand("R3DVS: Open the Sample");
    await workbench.quickPickRow("Extension storage").click();
    const sample = new Workbench(await opened);
    await answerTrust(sample.page, true);
    await sample.tab("CHGCAR.gz").waitFor();
    const view = new VoxelView(sample);
    await view.waitUntilDrawn();
    assert.equal(await view.heading.textContent(), "GeO2");
    await view.predictions.first().waitFor();
    const next = await sample.keptNotification("Next: train models of your own");
    await next.getByText("Train on this folder…").last().waitFor();
    await sample.page.screenshot({ path: path.join(output, "screenshots", "sample.png") });
    const rows = await sample.openViewContainer("R3DVS");
    await rows.filter({ hasText: /r3dvs-oxides\s*120 materials · targets\.csv/ }).waitFor();
    assert.ok((await rows.count()) > 20);
  },
);
