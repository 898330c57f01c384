import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { CrystalView } from "../harness/crystalView.ts";
import { look, type Picture } from "../harness/pixels.ts";
import { workbenchTest } from "../harness/scenario.ts";
import { addStructure } from "../harness/trainedWorkspace.ts";
import { VoxelView } from "../harness/voxelView.ts";
import { waitFor } from "../harness/waiting.ts";
import { makeSampleWorkspace, readSampleDensity, type Workspace } from "../harness/workspace.ts";

const density = () => makeSampleWorkspace({ count: 3 });

function structures(): Workspace {
  const workspace = makeSampleWorkspace({ count: 1 });
  addStructure(workspace, "mp-1778", readSampleDensity("mp-1778"));
  const frame = (n: number) => `Direct configuration= ${n}\n 0.0 0.0 0.0\n 0.5 0.5 ${0.5 + 0.02 * n}\n`;
  const frames = Array.from({ length: 9 }, (_, i) => frame(i + 1)).join("");
  workspace.write("md/XDATCAR", `CsCl\n1.0\n 4.12 0 0\n 0 4.12 0\n 0 0 4.12\nCs Cl\n1 1\n${frames}`);
  workspace.write(
    "pm/POSCAR",
    "no species\n1.0\n 3.6 0 0\n 0 3.6 0\n 0 0 3.6\n4\nDirect\n0 0 0\n0 .5 .5\n.5 0 .5\n.5 .5 0\n",
  );
  return workspace;
}

/** Share of the pixels that are as yellow as a surface of positive values on a dark ground. */
const yellow = ({ colors, width, height }: Picture): number =>
  colors.reduce((sum, { color, pixels }) => {
    const [red, green, blue] = [color >> 16, (color >> 8) & 0xff, color & 0xff];
    return sum + (red > 0x70 && red >= green && green > 0x58 && blue < green - 0x28 && red > blue + 0x38 ? pixels : 0);
  }, 0) /
  (width * height);

workbenchTest(
  "A density opens as its crystal with an isosurface beside the descriptor, and both are linked",
  { workspace: density, viewport: { width: 1500, height: 950 } },
  async ({ workbench, screenshot }) => {
    await workbench.openFile("mp-1778", "CHGCAR.gz");
    await workbench.hideSideBar();
    const view = new CrystalView(workbench);
    const voxels = new VoxelView(workbench);
    await voxels.waitUntilDrawn();
    await view.waitUntilDrawn({ surface: true });
    assert.equal(await view.text("layout"), "both");
    assert.ok((await view.number("atoms")) > 4);
    const first = await look(view.picture);
    assert.ok(yellow(first) > 0.01, `only ${yellow(first)} of the picture is surface`);
    await screenshot("crystal-and-descriptor");

    const level = view.slider("Level");
    await waitFor(
      async () => /e\/Å³ · \d.* % of electrons$/.test((await level.getAttribute("aria-valuetext")) ?? ""),
      "the level in words",
    );
    await level.fill("0.95");
    await waitFor(
      async () => yellow(await look(view.picture)) < yellow(first) / 2,
      "a smaller surface at a higher level",
    );
    await level.fill("0.4");
    await waitFor(async () => yellow(await look(view.picture)) > yellow(first), "a larger surface at a lower level");

    // the keyboard alone: a voxel is chosen, its planes stand in the crystal, and the other way round
    await voxels.overlay.press("n");
    await voxels.overlay.press("n");
    await voxels.overlay.press("Enter");
    await view.waitForText("wave", (text) => /^-?\d+ -?\d+ -?\d+$/.test(text) && text !== "0 0 0");
    assert.match((await view.wave.textContent()) ?? "", /\|g\|\d\.\d+ Å⁻¹.*\d\.\d+ Å/);
    await screenshot("plane-wave");
    await view.strip.press("ArrowRight");
    await view.number3("Plane wave", "h").fill("1");
    await waitFor(async () => (await view.number("marked")) >= 2, "the wave's two voxels to be marked");
  },
);

workbenchTest(
  "A slice and a profile of a density are drawn with their unit",
  { workspace: density, viewport: { width: 1300, height: 900 } },
  async ({ workbench, page, screenshot }) => {
    await workbench.openFile("mp-1778", "CHGCAR.gz");
    const view = new CrystalView(workbench);
    await view.waitUntilDrawn({ surface: true });
    await view.show("Slice");
    await view.waitForText("slice", (text) => text.startsWith("0 0 1"));
    const map = await look(view.picture);
    assert.ok(map.colors.length > 60 && map.drawn > 0.1, `${map.colors.length} colours on ${map.drawn}`);
    const box = await view.picture.boundingBox();
    assert.ok(box);
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await view.tooltip.filter({ hasText: /\d e\/Å³/ }).waitFor();
    assert.match((await view.tooltip.textContent()) ?? "", /x, y, z = .*r = \(.*\) Å.*at \d\.\d+ Å/);
    await screenshot("slice-of-density");
    await view.number3("Plane", "h").fill("1");
    await view.waitForText("slice", (text) => text.startsWith("1 0 1"));
    await waitFor(
      async () => (await look(view.picture)).colors.some(({ color }, i) => color !== map.colors[i]?.color),
      "another plane",
    );

    await view.show("Profile");
    await view.profile.locator("path").first().waitFor();
    assert.match((await view.profile.locator("desc").textContent()) ?? "", /from .* to .* e\/Å³/);
    await view.slider("Macroscopic average").fill("2");
    await view.profile.filter({ hasText: "macroscopic" }).waitFor();
    await screenshot("profile-of-density");
  },
);

workbenchTest(
  "Structures and trajectories show their crystal from the context menu, by keyboard alone",
  { workspace: structures },
  async ({ workbench, screenshot }) => {
    await workbench.openContextMenu(await workbench.explorerRow("mp-1778", "POSCAR"));
    await workbench.chooseMenuEntry("Show Crystal");
    const view = new CrystalView(workbench);
    await view.waitUntilDrawn({ surface: false });
    assert.ok((await look(view.picture)).drawn > 0.05);
    await view.symmetry.filter({ hasText: "(216)" }).waitFor();
    for (const key of ["n", "Enter", "n", "Enter"]) await view.overlay.press(key);
    await view.waitForText("picked", (text) => text === "2");
    assert.match((await view.selection.textContent()) ?? "", /–.*\d\.\d{4} Å/);
    await view.overlay.press("n");
    await view.overlay.press("Enter");
    await waitFor(async () => /\d°/.test((await view.selection.textContent()) ?? ""), "an angle");
    await screenshot("poscar-crystal");
    await view.overlay.press("Escape");
    await view.waitForText("picked", (text) => text === "0");

    const before = await look(view.picture);
    await view.lookAlong("c").click();
    await waitFor(async () => (await look(view.picture)).drawn !== before.drawn, "the view along c");
    await view.open("Atoms and cell");
    await view.number3("Unit cells", "a").fill("2");
    await view.checkbox("Polyhedra").click();
    await waitFor(async () => (await view.number("triangles")) > 8, "polyhedra");
    await screenshot("poscar-polyhedra");
    await workbench.closeAllEditors();

    await workbench.openContextMenu(await workbench.explorerRow("md", "XDATCAR"));
    await workbench.chooseMenuEntry("Show Crystal");
    await view.waitUntilDrawn({ surface: false });
    const last = await look(view.picture);
    await view.slider("Frame").fill("2");
    await waitFor(
      async () => (await look(view.picture)).colors.some(({ pixels }, i) => pixels !== last.colors[i]?.pixels),
      "another frame",
    );
    assert.equal(await view.slider("Frame").getAttribute("aria-valuetext"), "2 of 9");
    await workbench.closeAllEditors();

    // a name is no formula: VASP 4 files have no species, and their file's name no subscripts
    await workbench.openContextMenu(await workbench.explorerRow("pm", "POSCAR"));
    await workbench.chooseMenuEntry("Show Crystal");
    await view.waitUntilDrawn({ surface: false });
    assert.equal(await new VoxelView(workbench).heading.locator("sub").count(), 0);
  },
);

workbenchTest(
  "Without WebGL a plain canvas shows the crystal and its surface",
  { workspace: density, webgl: false, viewport: { width: 1500, height: 950 } },
  async ({ workbench, screenshot }) => {
    await workbench.openFile("mp-1778", "CHGCAR.gz");
    const view = new CrystalView(workbench);
    await view.waitUntilDrawn({ surface: true });
    assert.equal(await view.text("crystal-renderer"), "canvas2d");
    const picture = await look(view.picture);
    assert.ok(
      picture.colors.length > 60 && yellow(picture) > 0.01,
      `${picture.colors.length} colours, ${yellow(picture)} surface`,
    );
    await screenshot("crystal-without-webgl");
  },
);

workbenchTest(
  "Every control of the page is reached by Tab, and sliders say their value with its unit",
  { workspace: density, viewport: { width: 1500, height: 950 } },
  async ({ workbench, page }) => {
    await workbench.openFile("mp-1778", "CHGCAR.gz");
    const view = new CrystalView(workbench);
    await view.waitUntilDrawn({ surface: true });
    await view.open("Atoms and cell");
    await view.open("Slice");
    const inside = workbench.webview.locator("body");
    const wanted = await inside.evaluate(
      (body) =>
        [...body.querySelectorAll("input, vscode-button, vscode-checkbox, vscode-dropdown, summary, canvas[tabindex]")]
          .filter(
            (one) =>
              one.checkVisibility() && (!(one instanceof HTMLInputElement) || one.type !== "radio" || one.checked),
          )
          .map((one, i) => one.setAttribute("data-stop", String(i))).length,
    );
    await inside.evaluate((body) => body.querySelector<HTMLElement>("[data-stop='0']")?.focus());
    const reached = new Set<string>();
    for (let i = 0; i < 2 * wanted && reached.size < wanted; i++) {
      const stop = await inside.evaluate((body) => body.ownerDocument.activeElement?.getAttribute("data-stop"));
      if (stop != null) reached.add(stop);
      await page.keyboard.press("Tab");
    }
    assert.equal(reached.size, wanted, `Tab reaches ${reached.size} of ${wanted} controls`);
    const texts = await workbench.webview
      .locator('input[type="range"]')
      .evaluateAll((sliders) =>
        sliders.map((one) => `${one.getAttribute("aria-label")}: ${one.getAttribute("aria-valuetext")}`),
      );
    for (const text of texts) assert.doesNotMatch(text, /: (0?\.\d+|null)$/, text);
  },
);

workbenchTest(
  "A narrow Japanese window shows one half at a time",
  { workspace: density, viewport: { width: 760, height: 950 }, language: "ja" },
  async ({ workbench, screenshot }) => {
    const texts = JSON.parse(
      readFileSync(new URL("../../../webview/ui/strings.ja.json", import.meta.url), "utf8"),
    ) as Record<string, string>;
    await workbench.openFile("mp-1778", "CHGCAR.gz");
    await workbench.hideSideBar();
    const view = new CrystalView(workbench);
    await view.waitUntilDrawn({ surface: true });
    assert.equal(await view.text("layout"), "crystal");
    await screenshot("crystal-narrow-japanese");
    await new VoxelView(workbench).show(texts.Descriptor ?? "");
    await new VoxelView(workbench).waitUntilDrawn();
    assert.equal(await view.text("layout"), "descriptor");
    await screenshot("descriptor-narrow-japanese");
  },
);
