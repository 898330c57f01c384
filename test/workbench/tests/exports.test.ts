import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { CrystalView } from "../harness/crystalView.ts";
import { workbenchTest } from "../harness/scenario.ts";
import { VoxelView } from "../harness/voxelView.ts";
import { waitFor } from "../harness/waiting.ts";
import { makeSampleWorkspace, readSampleDensity, type Workspace } from "../harness/workspace.ts";

workbenchTest(
  "The picture, the voxels and the waves are saved where the dialog says",
  { workspace: () => makeSampleWorkspace({ count: 3 }) },
  async ({ workbench, workspace }) => {
    await workbench.openFile("mp-1778", "CHGCAR.gz");
    const view = new VoxelView(workbench);
    await view.waitUntilDrawn();

    const save = async (format: string, name?: string): Promise<Buffer> => {
      await view.exportButton(format === "glb" ? "png" : format).click();
      // pictures and surfaces are asked for in one dialog
      if (format === "glb") await view.chooseExportFormat("GLB");
      if (format === "png" || format === "glb") await view.exportDialog("save").click();
      const suggested = workspace.path("mp-1778", `CHGCAR.r3dvs.${format}`);
      const place = name === undefined ? suggested : workspace.path(name);
      await waitFor(async () => (await workbench.saveDialogPath()) === suggested, `the dialog to suggest ${suggested}`);
      await workbench.saveAs(place);
      await waitFor(() => Promise.resolve(existsSync(place) && readFileSync(place).length > 0), `${place} on the disk`);
      return readFileSync(place);
    };
    const png = await save("png");
    assert.deepEqual([...png.subarray(0, 8)], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    // 17 cm at 300 dpi, whatever the window's size
    assert.ok(Math.abs(png.readUInt32BE(16) - (17 / 2.54) * 300) <= 2, `${png.readUInt32BE(16)} px wide`);
    assert.equal(png.readUInt32BE(png.indexOf("pHYs") + 4), Math.round(300 / 0.0254));
    await workbench.notification(/saved CHGCAR\.r3dvs\.png/).waitFor();
    await new CrystalView(workbench).waitUntilDrawn({ surface: true });
    const mesh = await save("glb");
    assert.equal(mesh.subarray(0, 4).toString(), "glTF");
    const facts = JSON.parse(mesh.subarray(20, 20 + mesh.readUInt32LE(12)).toString());
    const [, , indices] = facts.accessors;
    assert.equal(indices.count / 3, await new CrystalView(workbench).number("triangles"));
    const array = await save("npz", "日本 語.npz");
    assert.equal(array.subarray(0, 2).toString(), "PK");
    assert.ok(array.includes("descriptor.npy"));
    await workbench.notification(/numpy\.load/).waitFor();
    const rows = (await save("csv")).toString().trim().split("\n");
    assert.match(rows[0] ?? "", /^h,k,l,/);
    assert.ok(rows.length > 20);
  },
);

/** Two frames, the second with all values halved. */
function frames(): Workspace {
  const workspace = makeSampleWorkspace({ count: 1 });
  const whole = readSampleDensity("mp-1778");
  const [head = "", grid = "", ...values] = whole.split(/^( +\d+ +\d+ +\d+)\n/m);
  const text = values.join("").split("augmentation")[0] ?? "";
  const halved = text.replace(/\S+/g, (number) => (Number(number) / 2).toExponential(10).toUpperCase());
  workspace.write("run/CHG", `${head}${grid}\n${text}${head}${grid}\n${halved}`);
  return workspace;
}

workbenchTest(
  "A file of several frames shows the last, or the one that is chosen",
  { workspace: frames },
  async ({ workbench, screenshot }) => {
    await workbench.openFile("run", "CHG");
    const view = new VoxelView(workbench);
    await view.waitUntilDrawn();
    assert.equal(await view.fact("Electrons"), "4.000");
    await view.chooseFrame("Frame 1 of 2");
    await waitFor(async () => (await view.fact("Electrons")) === "8.000", "the first frame's electrons");
    await screenshot("frames");
    await view.chooseFrame("Frame 2 of 2");
    await waitFor(async () => (await view.fact("Electrons")) === "4.000", "the last frame's electrons");
  },
);
