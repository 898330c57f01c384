import assert from "node:assert/strict";
import { CrystalView } from "../harness/crystalView.ts";
import { look, type Picture } from "../harness/pixels.ts";
import { workbenchTest } from "../harness/scenario.ts";
import { waitFor } from "../harness/waiting.ts";
import { makeSampleWorkspace, readSampleDensity, type Workspace } from "../harness/workspace.ts";

/** A density's text with other values: of their place (from 0 to 1 along a, b, c) and of what stood there. */
function withValues(text: string, value: (place: readonly number[], before: number) => number): string {
  const [head = "", body = ""] = text.split(/(?<=\n\s*\n)/);
  const [gridLine = "", ...lines] = body.split("\n");
  const grid = gridLine.trim().split(/\s+/).map(Number);
  const [nx = 1, ny = 1, nz = 1] = grid;
  const numbers = lines
    .join(" ")
    .trim()
    .split(/\s+/)
    .slice(0, nx * ny * nz)
    .map(Number);
  const places = (i: number) => [(i % nx) / nx, (Math.floor(i / nx) % ny) / ny, Math.floor(i / (nx * ny)) / nz];
  const changed = numbers.map((number, i) => value(places(i), number).toExponential(8));
  const rows = Array.from(
    { length: Math.ceil(changed.length / 5) },
    (_, i) => ` ${changed.slice(5 * i, 5 * i + 5).join(" ")}`,
  );
  return `${head}${gridLine}\n${rows.join("\n")}\n`;
}

function comparable(): Workspace {
  const workspace = makeSampleWorkspace({ count: 1 });
  const text = readSampleDensity("mp-1778");
  workspace.write("whole/CHGCAR", text);
  workspace.write(
    "whole/LOCPOT",
    withValues(text, ([x = 0]) => 3 * Math.cos(2 * Math.PI * x)),
  );
  workspace.write(
    "part/CHGCAR",
    withValues(text, ([x = 0], before) => before * (1 + 0.2 * Math.sin(2 * Math.PI * x))),
  );
  workspace.write("other/CHGCAR", text.replace(/^(.*\n)\s*1\.0+\s*\n/, "$1 1.1\n"));
  return workspace;
}

/** Share of the pixels in which one channel (0 red, 1 green, 2 blue) stands out from the two others. */
const tinted = ({ colors, width, height }: Picture, channel: 0 | 2): number =>
  colors.reduce((sum, { color, pixels }) => {
    const [strong, weak] = channel === 0 ? [color >> 16, color & 0xff] : [color & 0xff, color >> 16];
    return sum + (strong > weak + 60 && strong > ((color >> 8) & 0xff) + 20 ? pixels : 0);
  }, 0) /
  (width * height);

workbenchTest(
  "The difference of two files is shown with both lobes, and a potential colours a density's surface",
  { workspace: comparable, viewport: { width: 1500, height: 950 } },
  async ({ workbench, page, screenshot }) => {
    await workbench.openFile("whole", "CHGCAR");
    await workbench.hideSideBar();
    const view = new CrystalView(workbench);
    await view.waitUntilDrawn({ surface: true });
    assert.equal(await view.text("surfaces"), "1");

    await view.choose("Combine with another field", "Another file…");
    await workbench.quickInput.locator(".monaco-list-row", { hasText: /part$/ }).click();
    await view.waitForText("field", (text) => text === "Charge density − part/CHGCAR");
    await view.waitForText("surfaces", (text) => text === "2");
    assert.match((await view.slider("Level").getAttribute("aria-valuetext")) ?? "", /^±\d.* e\/Å³/);
    await screenshot("density-difference");

    // the second file is there again after the window was loaded anew
    await workbench.waitUntilStored("part/CHGCAR");
    await page.reload();
    await view.waitForText("field", (text) => text === "Charge density − part/CHGCAR");
    await view.waitForText("surfaces", (text) => text === "2");
    await view.button("part/CHGCAR is subtracted: add it instead").click();
    await view.waitForText("field", (text) => text === "Charge density + part/CHGCAR");
    await view.waitForText("surfaces", (text) => text === "1");
    await view.button("Take away part/CHGCAR").click();
    await view.waitForText("field", (text) => text === "Charge density");

    await view.choose("Colour of the surface", "Another file…");
    await workbench.quickPickRow("LOCPOT").click();
    await view.waitForText("colouring", (text) => text !== "");
    const [low = 0, high = 0] = ((await view.text("colouring")) ?? "").split(" ").map(Number);
    assert.ok(high > 2 && high < 3.1 && low === -high, `colours from ${low} to ${high} eV`);
    await waitFor(async () => tinted(await look(view.picture), 0) > 0.003, "red where the potential is high");
    assert.ok(tinted(await look(view.picture), 2) > 0.003, "blue where it is low");
    assert.match(
      (await view.overlay.getAttribute("aria-label")) ?? "",
      /Its colours show whole\/LOCPOT, from .* to .* eV\./,
    );
    assert.equal(await view.chosen("Colour of the surface"), "whole/LOCPOT");
    await workbench.waitUntilStored("whole/LOCPOT");
    await page.reload();
    await view.waitForText("colouring", (text) => text === `${low} ${high}`);
    assert.equal(await view.chosen("Colour of the surface"), "whole/LOCPOT");
    await screenshot("potential-on-density");

    // a file of another cell is told to be one, and nothing changes
    await view.choose("Combine with another field", "Another file…");
    await workbench.quickInput.locator(".monaco-list-row", { hasText: /other$/ }).click();
    await view.problem.filter({ hasText: /other\/CHGCAR has another cell/ }).waitFor();
    assert.equal(await view.text("field"), "Charge density");
    await screenshot("another-cell");
  },
);
