import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";
import { root } from "../harness/paths.ts";
import { workbenchTest } from "../harness/scenario.ts";
import { VoxelView } from "../harness/voxelView.ts";
import { makeWorkspace, readSampleDensity, type Workspace } from "../harness/workspace.ts";

/** BeO, and the same density under the name of titanium oxide, of which the training materials have ten electrons more. */
function twoDensities(): Workspace {
  const workspace = makeWorkspace("new");
  const density = readSampleDensity("mp-1778");
  workspace.write("BeO/CHGCAR", density);
  workspace.write("other/CHGCAR", density.replace(/^( *)Be( +O *)$/m, "$1Ti$2"));
  return workspace;
}

assert.ok(existsSync(path.join(root, "media/models/library.json")), "media/models is made by npm run models");

workbenchTest(
  "A new window predicts the first density it opens with the models that come with the extension, and says where they do not hold",
  { workspace: twoDensities, settings: { "r3dvs.builtInModels": true } },
  async ({ workbench, screenshot }) => {
    await workbench.openFile("BeO", "CHGCAR");
    const view = new VoxelView(workbench);
    await view.waitUntilDrawn();
    const gap = view.predictions.filter({ hasText: "Band gap" });
    await gap.waitFor();
    assert.equal(await view.predictions.count(), 6);
    assert.match((await gap.textContent()) ?? "", /Band gap\s*-?[\d.]+ ± [\d.]+ eV/);
    assert.doesNotMatch((await view.predictions.allTextContents()).join("\n"), /out of domain/);
    await screenshot("built-in-voxels");
    await view.showTextButton.click();
    await workbench.codeLens(/Band gap: -?[\d.]+ ± [\d.]+ eV · (R3DVS|\|g\| shells|Composition)$/).waitFor();
    await screenshot("built-in-text");
    await workbench.closeEditor();
    await workbench.closeEditor();

    await workbench.openFile("other", "CHGCAR");
    // The composition is one of the training set's: only models that read the density find it unlike theirs.
    const reading = view.predictions.filter({ hasNotText: "Model: Composition" });
    await reading.filter({ hasText: "Ti has 2 valence electrons here; the models were trained with 12" }).first().waitFor();
    const outside = await view.predictions.filter({ hasText: "out of domain" }).allTextContents();
    assert.equal(await view.predictions.count(), 6);
    assert.deepEqual(outside, await reading.allTextContents());
    await screenshot("built-in-out-of-domain");

    const rows = await workbench.openViewContainer("R3DVS");
    await workbench.expandPane("Models");
    await rows
      .filter({ hasText: /One-electron sum\s*(R3DVS|\|g\| shells|Composition) · \d+ materials · bundled/ })
      .first()
      .waitFor();
    await screenshot("built-in-tree");
  },
);
