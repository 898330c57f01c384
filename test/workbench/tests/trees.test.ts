import assert from "node:assert/strict";
import { workbenchTest } from "../harness/scenario.ts";
import { makeTrainedWorkspace, TRAINED_RUN } from "../harness/trainedWorkspace.ts";
import { VoxelView } from "../harness/voxelView.ts";

workbenchTest("The side bar lists datasets, runs and models", { workspace: makeTrainedWorkspace }, async ({ workbench, screenshot }) => {
  const rows = await workbench.openViewContainer("R3DVS");
  await rows.filter({ hasText: /oxides\s*16 materials · targets\.csv/ }).waitFor();
  await rows.filter({ hasText: new RegExp(`${TRAINED_RUN}\\s*finished`) }).waitFor();
  await workbench.expandPane("Models");
  const models = rows.filter({ hasText: /Band gap\s*(Composition|\|g\| shells) · 12 materials/ });
  await models.first().waitFor();
  assert.equal(await models.count(), 2);
  await screenshot("trees");

  await rows.filter({ hasText: "mp-1778" }).click();
  const view = new VoxelView(workbench);
  await view.waitUntilDrawn();
  assert.equal(await view.heading.textContent(), "BeO");
});
