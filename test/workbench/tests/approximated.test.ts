import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import path from "node:path";
import { root } from "../harness/paths.ts";
import { workbenchTest } from "../harness/scenario.ts";
import { addStructure } from "../harness/trainedWorkspace.ts";
import { VoxelView } from "../harness/voxelView.ts";
import { makeSampleWorkspace, readSampleDensity, type Workspace } from "../harness/workspace.ts";

const NEW = "mp-1778";

/** A study of forty materials whose models are approximated, and one of them once more. */
function approximatedStudy(): Workspace {
  const workspace = makeSampleWorkspace({ count: 40 });
  const study = ["study", workspace.folder, "-o", workspace.path(".r3dvs/runs/large"), "--targets", "band_gap"];
  const sizes = ["--train-sizes", "30", "--test-size", "8", "--repeats", "1", "--exact-up-to", "29"];
  const args = [...study, "--models", "composition,shells", ...sizes, "--quiet"];
  execFileSync(process.execPath, [path.join(root, "dist/cli.js"), ...args], { stdio: ["ignore", "ignore", "inherit"] });
  workspace.write("a-new/CHGCAR", readSampleDensity(NEW));
  addStructure(workspace, "a-new", readSampleDensity(NEW));
  return workspace;
}

workbenchTest(
  "A value of an approximated model has a mark, which is explained beside the picture and above the text",
  { workspace: approximatedStudy },
  async ({ workbench, screenshot }) => {
    await workbench.openFile("a-new", "POSCAR");
    await workbench.openPickerOf("Predict with a model…");
    await workbench.tickQuickPick("Band gap", "Composition");
    await workbench.acceptQuickInput();
    const line = workbench.codeLens(/gap ≈ [\d.]+ ± [\d.]+ eV/);
    await line.waitFor();
    await workbench.openFile("a-new", "CHGCAR");
    const view = new VoxelView(workbench);
    await view.waitUntilDrawn();
    const outside = await view.domainBanner.count();
    if (outside > 0) await view.domainBanner.locator("vscode-button").click();
    const row = view.predictions.filter({ hasText: "Band gap" });
    await row.waitFor();
    assert.match((await row.textContent()) ?? "", /≈\s*[\d.]+ ± [\d.]+/);
    const said = "≈ Approximated model: learned from 30 materials through 15 of them.";
    const note = view.numbers.locator(".approximation");
    assert.equal(await note.textContent(), said);
    assert.ok(((await row.locator("td").first().getAttribute("title")) ?? "").endsWith(said), "and on the value");
    await note.scrollIntoViewIfNeeded();
    await screenshot("approximated");
  },
);
