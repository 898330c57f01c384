import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { PNG } from "pngjs";
import { CrystalView } from "../harness/crystalView.ts";
import { type Scenario, workbenchTest } from "../harness/scenario.ts";
import { StudyView } from "../harness/studyView.ts";
import { COMPARED_RUN, makeComparedWorkspace, TRAINED_RUN } from "../harness/trainedWorkspace.ts";
import { VoxelView } from "../harness/voxelView.ts";
import { waitFor } from "../harness/waiting.ts";
import { makeSampleWorkspace } from "../harness/workspace.ts";

/** Saves at the suggested place, which must be this one. */
async function saved({ workbench, workspace }: Scenario, ...names: string[]): Promise<Buffer> {
  const place = workspace.path(...names);
  await waitFor(async () => (await workbench.saveDialogPath()) === place, `the dialog to suggest ${place}`);
  await workbench.saveAs(place);
  await waitFor(() => Promise.resolve(existsSync(place) && readFileSync(place).length > 0), `${place} on the disk`);
  return readFileSync(place);
}

/** Copies from the page's clipboard, by its types. */
const clipboard = ({ page }: Scenario): Promise<{ readonly type: string; readonly bytes: number[] }[]> =>
  page.evaluate(async () => {
    const [item] = await navigator.clipboard.read();
    const types = item?.types ?? [];
    return Promise.all(
      types.map(async (type) => ({
        type,
        bytes: [...new Uint8Array(await (await (item as ClipboardItem).getType(type)).arrayBuffer())],
      })),
    );
  });

workbenchTest(
  "A figure of a study is saved as SVG and CSV, copied as picture and text, and its calibration is read out by keys; runs are compared by keys",
  { workspace: makeComparedWorkspace, viewport: { width: 1400, height: 1000 } },
  async (scenario) => {
    const { workbench, page, screenshot } = scenario;
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    const rows = await workbench.openViewContainer("R3DVS");
    await rows.filter({ hasText: TRAINED_RUN }).click();
    const study = new StudyView(workbench);
    await study.waitForState(["finished"]);
    await workbench.hideSideBar();

    await study.openExport("curves");
    await study.dialog.getByText("SVG", { exact: true }).click();
    await study.dialogAction("save").click();
    const svg = (await saved(scenario, `${TRAINED_RUN} learning-curves.svg`)).toString();
    assert.match(svg, /^<svg [^>]*width="643"/, "17 cm at 96 px an inch");
    assert.doesNotMatch(svg, /var\(--/, "its colours do not depend on a page");
    await study.openExport("curves");
    await study.dialog.getByText("CSV", { exact: true }).click();
    await study.dialogAction("save").click();
    const csv = (await saved(scenario, `${TRAINED_RUN} learning-curves.csv`)).toString().trim().split("\n");
    assert.match(csv[0] ?? "", /target.*model.*mae/i);
    assert.ok(csv.length > 10);

    await study.openExport("curves");
    await study.dialog.getByText("CSV", { exact: true }).click();
    await study.dialogAction("copy").click();
    await study.dialog.getByText("Copied.").waitFor();
    const [text] = await clipboard(scenario);
    assert.equal(text?.type, "text/plain");
    assert.equal(
      Buffer.from(text?.bytes ?? [])
        .toString()
        .trim(),
      csv.join("\n"),
    );
    await study.dialog.getByText("PNG", { exact: true }).click();
    await study.dialog.getByText("150", { exact: true }).click();
    await study.dialogAction("copy").click();
    await study.dialog.getByText("Copied.").waitFor();
    const [picture] = await clipboard(scenario);
    assert.equal(picture?.type, "image/png");
    assert.equal(PNG.sync.read(Buffer.from(picture?.bytes ?? [])).width, Math.round((643 * 150) / 96));
    await page.keyboard.press("Escape");
    await study.dialog.waitFor({ state: "detached" });

    const calibration = study.figure("calibration");
    await calibration.locator(".figure-canvas").focus();
    await page.keyboard.press("ArrowRight");
    assert.match(
      (await calibration.locator(".mark-tip").textContent()) ?? "",
      /Within one standard deviation: [\d.]+ ± [\d.]+ % of \d+ errors.*68\.3 %/,
    );
    await screenshot("study-calibration-readout");

    await study.compareByKeys(COMPARED_RUN);
    await study.comparison.waitFor();
    assert.equal(await study.comparison.locator("tbody tr").count(), 3);
  },
);

workbenchTest(
  "The picture of a crystal with its surface is saved with a transparent background",
  { workspace: () => makeSampleWorkspace({ count: 3 }) },
  async (scenario) => {
    const { workbench } = scenario;
    await workbench.openFile("mp-1778", "CHGCAR.gz");
    const view = new VoxelView(workbench);
    await view.waitUntilDrawn();
    await new CrystalView(workbench).waitUntilDrawn({ surface: true });
    await view.exportButton("png").click();
    await workbench.webview.locator("dialog[open] vscode-checkbox", { hasText: "Transparent background" }).click();
    await view.exportDialog("save").click();
    const { data, width, height } = PNG.sync.read(await saved(scenario, "mp-1778", "CHGCAR.r3dvs.png"));
    const alpha = (x: number, y: number) =>
      data[4 * (Math.floor(y * (height - 1)) * width + Math.floor(x * (width - 1))) + 3] ?? -1;
    for (const [x, y] of [
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1],
    ] as const)
      assert.equal(alpha(x, y), 0, `the corner ${x}, ${y}`);
    const opaque = data.filter((_, i) => i % 4 === 3 && (data[i] ?? 0) > 200).length;
    assert.ok(opaque > 0.02 * width * height, `${opaque} of ${width * height} pixels are drawn`);
  },
);
