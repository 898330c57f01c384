import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Locator } from "playwright-core";
import { CrystalView } from "../harness/crystalView.ts";
import { workbenchTest } from "../harness/scenario.ts";
import { StudyView } from "../harness/studyView.ts";
import { COMPARED_RUN, makeComparedWorkspace, makeStartedWorkspace, TRAINED_RUN } from "../harness/trainedWorkspace.ts";
import { waitFor } from "../harness/waiting.ts";
import type { Workbench } from "../harness/workbench.ts";

async function openStudy(workbench: Workbench): Promise<StudyView> {
  const rows = await workbench.openViewContainer("R3DVS");
  await rows.filter({ hasText: TRAINED_RUN }).click();
  const study = new StudyView(workbench);
  await study.waitForState(["finished"]);
  await workbench.hideSideBar();
  return study;
}

/** Texts of the page's figures that lie on each other, as they are drawn. */
const overlaps = (figure: Locator): Promise<string[]> =>
  figure.evaluateAll((svgs) =>
    svgs.flatMap((svg) => {
      const texts = [...svg.querySelectorAll("text")].map((text) => ({
        text: text.textContent,
        box: text.getBoundingClientRect(),
      }));
      // a line of text has 2 px of air above and below
      const meet = (a: DOMRect, b: DOMRect) =>
        a.left < b.right - 1 && b.left < a.right - 1 && a.top + 2 < b.bottom - 2 && b.top + 2 < a.bottom - 2;
      return texts.flatMap((a, i) =>
        texts.slice(i + 1).flatMap((b) => (meet(a.box, b.box) ? [`${a.text} on ${b.text}`] : [])),
      );
    }),
  );

workbenchTest(
  "A study shows trend, baseline and calibration, and reads its marks out to pointer and keyboard",
  { workspace: makeComparedWorkspace, viewport: { width: 1600, height: 1000 } },
  async ({ workbench, page, screenshot }) => {
    const study = await openStudy(workbench);
    const curves = study.figure("curves");
    assert.equal(await curves.locator(".baseline").count(), 2, "the training mean of each target");
    const sizes = await curves
      .locator("[data-mark]")
      .evaluateAll((marks) => marks.map((mark) => JSON.parse(mark.getAttribute("data-mark") ?? "")[2]));
    assert.deepEqual(
      [...new Set(sizes)].sort((a, b) => a - b),
      [8, 15, 30],
      "three training sizes for 40 materials",
    );
    assert.ok((await curves.locator(".names text").allTextContents()).includes("training mean"));
    assert.match((await curves.locator(".caption").textContent()) ?? "", /standard error/);
    assert.ok(await study.figure("calibration").locator("svg").isVisible());

    const parity = study.figure("parity");
    const tip = parity.locator(".mark-tip");
    await study.hoverMark("parity");
    assert.match((await tip.textContent()) ?? "", /^[A-Z][A-Za-z0-9]* \(mp-\d+\).*eV/);
    await screenshot("study-readout");
    await page.mouse.move(5, 5);

    await curves.locator(".figure-canvas").focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    assert.match((await curves.locator(".mark-tip").textContent()) ?? "", /n = 15/);

    await parity.locator(".figure-canvas").focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    await new CrystalView(workbench).waitUntilDrawn({ surface: true });
    await workbench.closeEditor();

    await study.waitForState(["finished"]);
    const worst = study.worstErrors.getByRole("button");
    assert.equal(await worst.count(), 10);
    assert.match((await worst.first().textContent()) ?? "", /^[A-Z].* mp-\d+$/);
    await worst.first().click();
    await new CrystalView(workbench).waitUntilDrawn({ surface: true });
  },
);

workbenchTest(
  "Figures grow with the window, and no text lies on another at any width",
  { workspace: makeComparedWorkspace },
  async ({ workbench, page, screenshot }) => {
    const study = await openStudy(workbench);
    const widths: number[] = [];
    for (const width of [720, 900, 1100, 1400, 1920]) {
      await page.setViewportSize({ width, height: 1000 });
      await waitFor(async () => (await study.figure("curves").locator("svg").count()) === 1, "the curves");
      const canvas = study.figure("curves").locator(".figure-canvas");
      await waitFor(
        async () =>
          Math.abs((await canvas.evaluate((box) => box.clientWidth)) - (await study.figureWidth("curves"))) < 2,
        `the curves to fill a window of ${width} px`,
      );
      assert.deepEqual(await overlaps(study.figures), [], `${width} px`);
      widths.push(await study.figureWidth("curves"));
      await screenshot(`study-${width}`);
    }
    assert.ok((widths.at(-1) ?? 0) > 1.5 * (widths[2] ?? 0), widths.join());
  },
);

workbenchTest(
  "Two runs are compared, figures are saved beside the data, and a run's models are put to use",
  { workspace: makeComparedWorkspace, viewport: { width: 1400, height: 1000 } },
  async ({ workbench, workspace, screenshot }) => {
    const study = await openStudy(workbench);
    await study.compareWith(COMPARED_RUN);
    await study.comparison.waitFor();
    const rows = await study.comparison.locator("tbody tr").allTextContents();
    assert.equal(rows.length, 3, "composition for one target at three sizes");
    // the same model on the same splits: no difference
    for (const row of rows) assert.match(row, /Band gap.*Composition.*0/);
    assert.equal(await study.figure("curves").locator(".compared").count(), 2);
    await screenshot("study-compared");

    await study.openExport("curves");
    await study.dialog.getByText("600", { exact: true }).click();
    await study.dialog.locator("vscode-checkbox").click();
    await screenshot("study-export");
    await study.dialogAction("save").click();
    const suggested = workspace.path(`${TRAINED_RUN} learning-curves.png`);
    await waitFor(async () => (await workbench.saveDialogPath()) === suggested, `the dialog to suggest ${suggested}`);
    await workbench.saveAs(suggested);
    await waitFor(() => Promise.resolve(existsSync(suggested)), `${path.basename(suggested)} on the disk`);
    const png = readFileSync(suggested);
    assert.equal(png.readUInt32BE(16), Math.round(Math.round((17 * 96) / 2.54) * (600 / 96)), "17 cm at 600 dpi");
    assert.equal(png[25], 6, "with an alpha channel");
    assert.equal(png.readUInt32BE(png.indexOf("pHYs") + 4), Math.round(600 / 0.0254));
    await workbench.notification(/saved first study learning-curves\.png/).waitFor();

    await study.action("use-models").click();
    await study.page.getByText(/In use for predictions: .*Band gap/).waitFor();
  },
);

workbenchTest(
  "The first seconds of a run say what is being done, in Japanese too",
  { workspace: makeStartedWorkspace, language: "ja", viewport: { width: 900, height: 800 } },
  async ({ workbench, screenshot }) => {
    const rows = await workbench.openViewContainer("R3DVS");
    await rows.filter({ hasText: TRAINED_RUN }).click();
    const study = new StudyView(workbench);
    await study.waitForState(["queued"]);
    await waitFor(
      async () => /電荷密度の読み込み: 5 \/ 16/.test((await study.page.textContent()) ?? ""),
      "the number of densities that are read",
    );
    assert.equal(await study.page.locator('.step[aria-current="step"]').count(), 1);
    assert.equal(await study.figure("curves").isVisible(), false, "no empty figures");
    assert.doesNotMatch((await study.page.textContent()) ?? "", /0 \/ 0/);
    assert.doesNotMatch((await rows.filter({ hasText: TRAINED_RUN }).textContent()) ?? "", /0\/0/);
    await screenshot("study-started-ja");
  },
);
