import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";
import { root } from "../harness/paths.ts";
import { workbenchTest } from "../harness/scenario.ts";
import { VoxelView } from "../harness/voxelView.ts";
import { makeWorkspace, readSampleDensity, type Workspace } from "../harness/workspace.ts";

/**
 * BeO, and the same density under the name of titanium oxide, of which the training materials have ten electrons more.
 */
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
    assert.match(
      (await gap.textContent()) ?? "",
      /^Band gap\s*[\d.]+ ± [\d.]+ eV[\d.]+●$/,
      "property, value with its unit, test error, trust",
    );
    assert.match(
      (await view.predictions.first().textContent()) ?? "",
      /^Band gap/,
      "the best known property comes first",
    );
    assert.equal(await view.domainBanner.count(), 0);
    assert.equal(await view.badges.textContent(), "training material");
    const near = (await view.numbers.locator(".nearest").textContent()) ?? "";
    assert.match(
      near,
      /^Nearest training materials: ([A-Z][A-Za-z0-9]+ mp-\d+ \d+ %(, )?){2,3}$/,
      "once, with formulas",
    );
    assert.doesNotMatch(near, /mp-1778/, "not the material itself");
    assert.ok(await view.isInSight('input[aria-label="Level"]'), "the settings of the picture stay in sight");
    await screenshot("built-in-voxels");
    const heights = await view.predictions.evaluateAll((rows) => rows.map((row) => row.getBoundingClientRect().height));
    assert.ok(Math.max(...heights) < 30, `rows of one line: ${heights.join(", ")} px`);
    await view.predictions
      .first()
      .getByRole("button", { name: /^Explain: Band gap/ })
      .click();
    const parts = view.numbers.locator(".explanation-chart svg");
    await parts.getByText("Composition", { exact: true }).waitFor();
    assert.match(
      (await parts.locator("desc").textContent()) ?? "",
      /^Band gap, model Combined: .* for the mean of the training materials; Composition/,
    );
    await screenshot("built-in-explained");
    await view.showTextButton.click();
    const line = workbench.codeLens(/^gap [\d.]+ ± [\d.]+ eV · E_coh [\d.]+ ± [\d.]+ eV\/atom · \d more/);
    await line.waitFor();
    assert.ok(((await line.textContent()) ?? "").length <= 80);
    await workbench.page
      .locator(".editor-instance:visible .view-line")
      .first()
      .hover({ position: { x: 20, y: 8 } });
    await workbench.page.keyboard.press("Control+k");
    await workbench.page.keyboard.press("Control+i");
    const table = workbench.page.locator(".monaco-hover:visible table");
    await table.waitFor();
    assert.match((await table.textContent()) ?? "", /Property.*Predicted.*Test error.*Band gap.*Cohesive energy/s);
    await screenshot("built-in-text");
    await workbench.page.keyboard.press("Escape");
    await workbench.closeEditor();
    await workbench.closeEditor();

    await workbench.openFile("other", "CHGCAR");
    // The composition is one of the training set's: only models that read the density find it unlike theirs, and their
    // values are not shown.
    await view.domainBanner
      .filter({ hasText: "Ti has 2 valence electrons here; the models were trained with 12" })
      .waitFor();
    assert.equal(await view.domainBanner.count(), 1, "one reason for all properties");
    const inside = await view.predictions.count();
    assert.ok(inside < 6);
    await screenshot("built-in-out-of-domain");
    await view.domainBanner.locator("vscode-button", { hasText: "Show anyway" }).click();
    assert.equal(await view.predictions.count(), 6);
    assert.equal(
      await view.predictions.locator('.trust[aria-label="out of domain: not to be trusted"]').count(),
      6 - inside,
    );

    const rows = await workbench.openViewContainer("R3DVS");
    await workbench.expandPane("Models");
    await rows
      .filter({
        hasText:
          /(R3DVS|\|g\| shells|Composition|Combined|Density)\s*error [\d.]+ eV · reads [a-z ]+ · \d+ materials · bundled/,
      })
      .first()
      .waitFor();
    await screenshot("built-in-tree");
  },
);
