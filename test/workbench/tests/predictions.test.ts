import assert from "node:assert/strict";
import { workbenchTest } from "../harness/scenario.ts";
import { addStructure, makeTrainedWorkspace } from "../harness/trainedWorkspace.ts";
import { VoxelView } from "../harness/voxelView.ts";
import { waitFor } from "../harness/waiting.ts";
import { readSampleDensity, type Workspace } from "../harness/workspace.ts";

/** A material that the training set does not hold. */
const NEW = "mp-361";
const density = () => readSampleDensity(NEW);

function trainedWithNewMaterial(): Workspace {
  const workspace = makeTrainedWorkspace();
  workspace.write("new/CHGCAR", density());
  addStructure(workspace, "new", density());
  return workspace;
}

workbenchTest(
  "A prediction stands above a structure and beside its voxels, and says when it is outdated",
  { workspace: trainedWithNewMaterial },
  async ({ workbench, workspace, screenshot }) => {
    await workbench.openFile("new", "POSCAR");
    await workbench.openPickerOf("Predict with a model…");
    await workbench.tickQuickPick("Band gap", "Composition");
    await workbench.tickQuickPickAlso("Band gap", "|g| shells");
    await workbench.acceptQuickInput();
    const prediction = workbench.codeLens(/^gap [\d.]+ ± [\d.]+ eV · /);
    await prediction.waitFor();
    const text = (await prediction.textContent()) ?? "";
    assert.doesNotMatch(text, /outdated|Predicting/);
    assert.ok(text.length <= 80, text);
    await screenshot("prediction");

    await workbench.openFile("new", "CHGCAR");
    const view = new VoxelView(workbench);
    await view.waitUntilDrawn();
    const row = view.predictions.filter({ hasText: "Composition" });
    await row.waitFor();
    const values = [...text.matchAll(/gap ([\d.]+) ±/g)].map(([, value]) => value);
    const shown = ((await row.locator("strong").textContent()) ?? "").split(" ")[0];
    assert.ok(values.includes(shown), `${shown} in the view, ${text} above the structure`);
    await screenshot("voxels-with-prediction");

    assert.match((await view.domainBanner.textContent()) ?? "", /this density is unlike every training density/);
    await view.domainBanner.locator("vscode-button").click();
    assert.equal(await row.locator(".explain").count(), 0, "a model of composition reads no plane waves");
    const explain = view.predictions.filter({ hasText: "|g| shells" }).locator(".explain");
    assert.equal(await explain.getAttribute("aria-label"), "Explain: Band gap (|g| shells)");
    await explain.focus();
    await workbench.page.keyboard.press("Enter");
    await view.explanation.locator("svg rect").first().waitFor();
    assert.equal(await explain.getAttribute("aria-expanded"), "true");
    assert.equal(
      await view.predictions.locator("xpath=following-sibling::tr[1][contains(@class, 'explanation-row')]").count(),
      1,
      "below its own row",
    );
    assert.match((await view.explanation.locator("svg desc").textContent()) ?? "", /the largest effects are .* eV/);
    assert.equal(await view.paintedBy(), "band_gap");
    assert.match((await view.overlay.getAttribute("aria-label")) ?? "", /what each voxel adds to Band gap/);
    await screenshot("voxels-with-effects");
    await workbench.tab("POSCAR").click();
    await prediction.waitFor();
    await workbench.tab("CHGCAR").click();
    await view.explanation.locator("svg rect").first().waitFor();
    assert.equal(await view.paintedBy(), "band_gap", "an explanation is kept while the tab is hidden");
    await view.explanation.locator("vscode-checkbox").click();
    await waitFor(async () => (await view.paintedBy()) === "", "the voxels show |s_g| again");
    await view.explanation.locator("vscode-button").click();
    await view.explanation.waitFor({ state: "detached" });

    await view.showTextButton.click();
    await prediction.waitFor();
    await workbench.closeEditor();

    workspace.write("new/CHGCAR", density().replace(/^[^\n]*/, "the same density under another name"));
    await view.badges.filter({ hasText: "outdated" }).waitFor();
    await workbench.tab("POSCAR").click();
    await workbench.codeLens(/outdated: gap/).click();
    await workbench.codeLens(/outdated|Predicting/).waitFor({ state: "detached" });
    await prediction.waitFor();
  },
);
