import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { look } from "../harness/pixels.ts";
import { workbenchTest } from "../harness/scenario.ts";
import { VoxelView } from "../harness/voxelView.ts";
import { waitFor } from "../harness/waiting.ts";
import { makeSampleWorkspace } from "../harness/workspace.ts";

const sample = () => makeSampleWorkspace({ count: 3 });

workbenchTest(
  "Generate R3DVS shows a density as voxels, which turn with the pointer",
  { workspace: sample },
  async ({ workbench, page, screenshot }) => {
    await workbench.openContextMenu(await workbench.explorerRow("mp-1778", "CHGCAR.gz"));
    await workbench.chooseMenuEntry("Generate R3DVS");
    const view = new VoxelView(workbench);
    await view.waitUntilDrawn();

    assert.equal(await view.renderer(), "webgl");
    assert.equal(await view.heading.textContent(), "BeO");
    assert.equal(await view.fact("Electrons"), "8.000");
    assert.match((await view.fact("Voxels")) ?? "", /^32³/);
    assert.match((await view.overlay.getAttribute("aria-label")) ?? "", /BeO/);

    const before = await look(view.picture);
    await screenshot("voxels");
    await assertVoxelsAreDrawn(view);

    const box = await view.picture.boundingBox();
    assert.ok(box);
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 + 120, box.y + box.height / 2 + 50, { steps: 6 });
    await page.mouse.up();
    // The page draws in a frame of its own, some time after the pointer.
    await waitFor(
      async () => !isDeepStrictEqual((await look(view.picture)).colors, before.colors),
      "the picture to turn",
    );

    await view.overlay.press("z");
    await view.slider("Plane").waitFor();
    const slice = await look(view.picture);
    assert.ok(slice.colors.length > 10 && slice.drawn > 0.02);
    await screenshot("slice");
  },
);

workbenchTest(
  "Without WebGL a plain canvas shows the same voxels",
  { workspace: sample, webgl: false },
  async ({ workbench, screenshot }) => {
    await workbench.openFile("mp-1778", "CHGCAR.gz");
    const view = new VoxelView(workbench);
    await view.waitUntilDrawn();
    assert.equal(await view.renderer(), "canvas2d");
    assert.match((await view.warnings.first().textContent()) ?? "", /WebGL is not available/);
    await screenshot("voxels-without-webgl");
    await assertVoxelsAreDrawn(view);
  },
);

/** The guides alone would fill some pixels too: what vanishes with the voxels must have been the voxels. */
async function assertVoxelsAreDrawn(view: VoxelView): Promise<void> {
  const all = await look(view.picture);
  const count = await view.voxels();
  assert.ok(all.colors.length > 60, `only ${all.colors.length} colours`);
  await view.slider("Hide below").fill("1");
  await view.waitForVoxels((voxels) => voxels < 3);
  const one = await look(view.picture);
  assert.ok(all.drawn - one.drawn > 0.005, `${count} voxels cover ${all.drawn - one.drawn} of the picture`);
  assert.ok(
    all.colors.length > one.colors.length + 20,
    `${count} voxels add ${all.colors.length - one.colors.length} colours`,
  );
  await view.slider("Hide below").fill("0.2");
  await view.waitForVoxels((voxels) => voxels > 10);
}
