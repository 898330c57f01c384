import assert from "node:assert/strict";
import { cpSync, readFileSync } from "node:fs";
import path from "node:path";
import { root } from "../harness/paths.ts";
import { workbenchTest } from "../harness/scenario.ts";
import { addStructure } from "../harness/trainedWorkspace.ts";
import { VoxelView } from "../harness/voxelView.ts";
import { waitFor } from "../harness/waiting.ts";
import { makeSampleWorkspace, readSampleDensity, type Workspace } from "../harness/workspace.ts";

/**
 * ZnO of the sample: its row of targets.csv holds the Hartree energy of 127.955421 eV per atom that the calculation
 * gave.
 */
const KNOWN = "mp-13161";

function knownMaterials(): Workspace {
  const workspace = makeSampleWorkspace({ count: 4 });
  addStructure(workspace, KNOWN, readSampleDensity(KNOWN));
  // The same values, as a potential has them: no model was trained on such files.
  cpSync(path.join(root, "media/sample/oxides", KNOWN, "CHGCAR.gz"), workspace.path(KNOWN, "LOCPOT.gz"));
  return workspace;
}

workbenchTest(
  "Beside a density stand what follows from it, what was calculated and what is predicted, in this order",
  { workspace: knownMaterials, settings: { "r3dvs.builtInModels": true } },
  async ({ workbench, workspace, page, screenshot }) => {
    await workbench.openFile(KNOWN, "CHGCAR.gz");
    const view = new VoxelView(workbench);
    await view.waitUntilDrawn();
    await view.predictions.first().waitFor();
    await view.numbers.locator(".exact").first().waitFor();
    assert.deepEqual(await view.numbers.locator("h2").allTextContents(), [
      "From this file, exactly",
      "Known",
      "Predictions",
    ]);
    const exact = (await view.numbers.nth(0).locator(".exact").allTextContents()).join("\n");
    assert.match(exact, /Electrons\d+\.000\n/);
    assert.match(exact, /EHartree127\.95\d eV\/atom · (< )?[\d.]+ % beyond gcut/);
    assert.match(exact, /\(LDA\)42\.\d+ eV\/atom/);
    const known = view.numbers.nth(1);
    assert.match((await known.textContent()) ?? "", /DFT, from targets\.csv/);
    assert.match(
      (await known.textContent()) ?? "",
      /^Known.*Band gap0 eVCohesive energy[\d.]+ eV\/atom.*Hartree energy127\.96 eV\/atom/,
    );
    assert.equal(await view.predictions.count(), 6);
    assert.ok(await view.isInSight('input[aria-label="Level"]'));
    assert.ok(await view.isInSight(".prediction-table thead"));
    await screenshot("numbers");
    for (const width of [1300, 1400]) {
      await page.setViewportSize({ width, height: 900 });
      await waitFor(
        async () => (await view.predictions.locator(".brief:visible").count()) > 0 === width < 1400,
        "names",
      );
      const names = view.predictions.locator("th .symbols:visible");
      assert.equal(await names.count(), 6);
      const isCut = await names.evaluateAll((spans) => spans.map((span) => span.scrollWidth > span.clientWidth + 1));
      assert.deepEqual(isCut, Array(6).fill(false), `names at ${width} px`);
    }

    await workbench.openFile(KNOWN, "POSCAR");
    await workbench.codeLens(/^DFT: gap 0 eV · 5 more/).waitFor();
    await workbench.codeLens(/^predicted: gap /).waitFor();
    await screenshot("known-above-structure");
    const table = readFileSync(workspace.path("targets.csv"), "utf8");
    workspace.write(
      "targets.csv",
      table.replace(/^(mp-13161,.*,)[^,]*$/m, (_, before: string) => `${before}1.25`),
    );
    await workbench.codeLens(/^DFT: gap 1\.25 eV · 5 more/).waitFor();

    await workbench.openFile(KNOWN, "LOCPOT.gz");
    await view.waitUntilDrawn();
    await view.numbers.locator(".refusal").waitFor();
    assert.match(
      (await view.numbers.locator(".refusal").textContent()) ?? "",
      /^No prediction: Not a charge density \(LOCPOT\)/,
    );
    assert.equal(await view.predictions.count(), 0, "no number where no model has a say");
    await view.numbers.filter({ hasText: /Minimum, maximum.* eV$/ }).waitFor();
    await screenshot("numbers-of-potential");
  },
);
