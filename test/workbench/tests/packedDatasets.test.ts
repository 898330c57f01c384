import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { root } from "../harness/paths.ts";
import { workbenchTest } from "../harness/scenario.ts";
import { StudyView } from "../harness/studyView.ts";
import { makeSampleWorkspace, type Workspace } from "../harness/workspace.ts";

/** Sixteen materials with their densities, and the same as they would be shared: spectra and targets in one folder. */
function makePackedWorkspace(): Workspace {
  const workspace = makeSampleWorkspace({ count: 16, below: "oxides" });
  const args = ["encode", workspace.path("oxides"), "-o", workspace.path("shared"), "--packed", "--quiet"];
  execFileSync(process.execPath, [path.join(root, "dist/cli.js"), ...args], { stdio: ["ignore", "ignore", "inherit"] });
  return workspace;
}

workbenchTest(
  "Packed spectra are a dataset: listed, trained on and reported from the side bar",
  { workspace: makePackedWorkspace },
  async ({ workbench, workspace, screenshot }) => {
    const rows = await workbench.openViewContainer("R3DVS");
    await rows.filter({ hasText: /oxides\s*16 materials · targets\.csv/ }).waitFor();
    const dataset = rows.filter({ hasText: /shared\s*16 materials, encoded · targets\.csv/ });
    await dataset.click();
    const material = rows.filter({ hasText: /BeO\s*mp-1778/ });
    await material.waitFor();
    await workbench.chooseTheme("Light Modern", "vs", { webview: false });
    await screenshot("packed-dataset-light");
    await workbench.chooseTheme("Dark Modern", "vs-dark", { webview: false });
    await screenshot("packed-dataset");

    const entries = await workbench.openContextMenu(dataset);
    assert.deepEqual(
      entries.filter((entry) => /R3DVS|Train|Report/.test(entry)),
      ["Train on this folder…", "Open Report"],
    );
    await workbench.chooseMenuEntry("Open Report");
    const untrained = await workbench.keptNotification("shared has no trained models yet");
    await untrained.getByText("Train on this folder").last().click();

    await workbench.tickQuickPick("Band gap");
    await workbench.acceptQuickInput(/Models to compare/);
    await workbench.tickQuickPick("composition");
    await workbench.acceptQuickInput(/Preset/);
    await workbench.quickPickRow("Quick").click();
    await new StudyView(workbench).waitForState(["finished"]);
    assert.ok(existsSync(workspace.path("shared/.r3dvs/runs")));
    assert.equal(existsSync(workspace.path("oxides/.r3dvs")), false);

    await workbench.openContextMenu(dataset);
    await workbench.chooseMenuEntry("Open Report");
    await workbench.tab(/^Report of/).waitFor();
    await workbench.webview.locator("figure svg, svg").first().waitFor();
  },
);
