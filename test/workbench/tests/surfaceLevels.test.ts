import assert from "node:assert/strict";
import { CrystalView } from "../harness/crystalView.ts";
import { workbenchTest } from "../harness/scenario.ts";
import { makeWorkspace, readSampleDensity, type Workspace } from "../harness/workspace.ts";

function berylliumOxide(): Workspace {
  const workspace = makeWorkspace();
  workspace.write("BeO/CHGCAR", readSampleDensity("mp-1778"));
  return workspace;
}

workbenchTest(
  "Several levels are shown at once, by keyboard too, and come back after a reload; the surface under the pointer is read out",
  { workspace: berylliumOxide, viewport: { width: 1500, height: 1000 } },
  async ({ workbench, page, screenshot }) => {
    await workbench.openFile("BeO", "CHGCAR");
    await workbench.hideSideBar();
    const view = new CrystalView(workbench);
    await view.waitUntilDrawn({ surface: true });
    assert.equal(await view.text("surfaces"), "1");

    // what is in the middle of the picture is read out without a pointer
    await view.overlay.press("v");
    await view.tooltip.filter({ hasText: /e\/Å³.*x, y, z = .*r = \(.*\) Å.* at \d\.\d+ Å/ }).waitFor();
    await screenshot("surface-probe");
    await view.overlay.press("Escape");
    await view.tooltip.waitFor({ state: "hidden" });

    await view.button("Add a level").focus();
    await page.keyboard.press("Enter");
    await view.waitForText("surfaces", (text) => text === "2");
    const second = view.slider("Level 2");
    assert.ok(
      await second.evaluate((slider) => slider === slider.ownerDocument.activeElement),
      "the new level has the focus",
    );
    const before = await second.getAttribute("aria-valuetext");
    assert.match(before ?? "", /^\d.* e\/Å³ · .* % of electrons$/);
    await second.press("ArrowRight");
    assert.notEqual(await second.getAttribute("aria-valuetext"), before);
    await view.choose("Colour of level 2", "green");
    assert.match((await view.overlay.getAttribute("aria-label")) ?? "", /Isosurface at [\d.]+, [\d.]+ e\/Å³\./);
    await screenshot("surface-levels");

    // both halves turn with fewer pixels, and rest with all of them
    const [turning, resting] = await view.overlay.evaluate(async (overlay) => {
      const shown = () =>
        [...overlay.ownerDocument.querySelectorAll<HTMLElement>(".viewport")].map((picture) => {
          const layers = [...picture.querySelectorAll<HTMLCanvasElement>("canvas:not(.overlay)")];
          const seen = layers.filter((canvas) => getComputedStyle(canvas).visibility === "visible");
          return seen.map(({ width }) => width / picture.clientWidth);
        });
      const frame = () => new Promise(requestAnimationFrame);
      overlay.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowLeft", bubbles: true }));
      for (let drawn = 0; drawn < 2; drawn++) await frame();
      const during = shown();
      while (shown().some(([sharpness]) => (sharpness ?? 1) < 1)) await frame();
      return [during, shown()];
    });
    assert.deepEqual(
      turning?.map((layers) => layers.length === 1 && Number(layers[0]) < 0.95),
      [true, true],
    );
    assert.deepEqual(
      resting?.map((layers) => layers.map((sharpness) => Math.round(sharpness))),
      [[1], [1]],
    );
    await screenshot("surface-levels-turned");

    // with the green of the second level: the window writes now and then
    await workbench.waitUntilStored(/furtherLevels[\\":]+\[\{[^\]]*colour[\\":]+2/);
    await page.reload();
    await view.waitForText("surfaces", (text) => text === "2");
    assert.equal(await view.chosen("Colour of level 2"), "green");

    await view.button("Remove level 2").click();
    await view.waitForText("surfaces", (text) => text === "1");
  },
);
