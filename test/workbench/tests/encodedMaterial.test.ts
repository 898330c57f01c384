import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { CrystalView } from "../harness/crystalView.ts";
import { root } from "../harness/paths.ts";
import { workbenchTest } from "../harness/scenario.ts";
import { VoxelView } from "../harness/voxelView.ts";
import { makeSampleWorkspace, makeWorkspace, type Workspace } from "../harness/workspace.ts";

/** Three materials as they would be shared: their spectra and targets, without the densities. */
function sharedSpectra(): Workspace {
  const workspace = makeSampleWorkspace({ count: 3, below: "oxides" });
  const args = ["encode", workspace.path("oxides"), "-o", workspace.path("shared"), "--packed", "--quiet"];
  execFileSync(process.execPath, [path.join(root, "dist/cli.js"), ...args], { stdio: ["ignore", "ignore", "inherit"] });
  rmSync(workspace.path("oxides"), { recursive: true });
  return workspace;
}

/** A table of two densities. */
function table(): Workspace {
  const workspace = makeWorkspace("project");
  mkdirSync(workspace.path("tables"));
  const file = path.join(root, "test/fixtures/forms/materials_snappy.parquet");
  copyFileSync(file, workspace.path("tables/materials.parquet"));
  return workspace;
}

workbenchTest(
  "A click on a material of packed spectra shows its crystal, its voxels and its Patterson function",
  { workspace: sharedSpectra, viewport: { width: 1500, height: 950 } },
  async ({ workbench, page, screenshot }) => {
    const rows = await workbench.openViewContainer("R3DVS");
    const material = rows.filter({ hasText: /BeO\s*mp-1778/ });
    await material.click();
    await workbench.tab("mp-1778").waitFor();
    const view = new CrystalView(workbench);
    const voxels = new VoxelView(workbench);
    await voxels.waitUntilDrawn();
    await view.waitUntilDrawn({ surface: true });
    assert.equal(await view.text("field"), "Patterson function");
    assert.ok((await view.number("atoms")) >= 8);
    await workbench.webview
      .locator(".warnings", { hasText: "without phases, so the density itself cannot be drawn" })
      .waitFor();
    await view.symmetry.filter({ hasText: "(216)" }).waitFor();
    assert.equal(await workbench.webview.locator("vscode-button", { hasText: "Show as text" }).count(), 0);
    await workbench.hideSideBar();
    await screenshot("packed-material");
    await voxels.overlay.press("n");
    await voxels.overlay.press("Enter");
    await view.waitForText("wave", (text) => text !== "");

    await workbench.waitUntilStored();
    await page.reload();
    await workbench.tab("mp-1778").waitFor();
    await view.waitUntilDrawn({ surface: true });
    assert.equal(await view.text("field"), "Patterson function");
  },
);

workbenchTest(
  "A click on a row of a Parquet table shows the crystal and the density of that row",
  { workspace: table, viewport: { width: 1500, height: 950 } },
  async ({ workbench, screenshot }) => {
    const rows = await workbench.openViewContainer("R3DVS");
    // the only dataset stands open
    await rows.filter({ hasText: "agm-2" }).click();
    await workbench.tab("agm-2").waitFor();
    const view = new CrystalView(workbench);
    await new VoxelView(workbench).waitUntilDrawn();
    await view.waitUntilDrawn({ surface: true });
    assert.equal(await view.text("field"), "Charge density");
    // the first row has 24
    await workbench.webview.getByText("25.000", { exact: true }).first().waitFor();
    await screenshot("parquet-row");
  },
);
