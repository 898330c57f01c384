// Takes pictures of every view in every theme, wide and narrow, for people to look at: `npm run pictures`, after `npm
// start`.
// The README's go to media/screenshots, the rest to out/screenshots. `node pictures.ts [animated|dark|light|...]...`
// takes some alone.
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";
import { launchBrowser } from "./harness/browser.ts";
import { CrystalView } from "./harness/crystalView.ts";
import { toPalette } from "./harness/palette.ts";
import { output, root } from "./harness/paths.ts";
import { Recording } from "./harness/recording.ts";
import { startServer } from "./harness/server.ts";
import { StudyView } from "./harness/studyView.ts";
import { addStructure } from "./harness/trainedWorkspace.ts";
import { VoxelView } from "./harness/voxelView.ts";
import { Workbench } from "./harness/workbench.ts";
import { makeWorkspace, readSampleDensity, type Workspace } from "./harness/workspace.ts";

const STUDIED = path.join(root, "out/sample/oxides");
const RUN = "quick study";
/** A material of the sample whose row stands among the first, with a rich spectrum. */
const MATERIAL = "mp-470";

const THEMES = {
  dark: "Default Dark Modern",
  light: "Default Light Modern",
  "high-contrast": "Default High Contrast",
  "high-contrast-light": "Default High Contrast Light",
};
/** The pictures of the README. */
const README_THEME: Readonly<Record<string, string>> = { voxels: "dark", study: "light", prediction: "dark" };
const WIDE = { width: 1400, height: 900 };
/** As wide as the README shows it, so that its text is not made smaller. */
const ANIMATED = { width: 1180, height: 680 };
const GENERATE = "Generate R3DVS";
/** Frames of turning, 10° each. */
const TURNS = 15;
const NARROW = { width: 720, height: 900 };
/** Of the walkthrough, which shows its pictures at half of a window's width. */
const STEP = { width: 1000, height: 640 };
/** A picture that was resized is drawn again. */
const SETTLED_MS = 1500;
const STEP_THEMES = ["dark", "light"];

if (!existsSync(path.join(STUDIED, ".r3dvs/runs", RUN, "report.html")))
  throw new Error("Run `npm start` first: the pictures show its study.");
const workspace = makeStudiedWorkspace();
try {
  const wanted = process.argv.length > 2 ? process.argv.slice(2) : ["animated", ...Object.keys(THEMES)];
  if (wanted.includes("animated")) await recordFirstPicture();
  for (const theme of Object.keys(THEMES)) if (wanted.includes(theme)) await takePictures(theme as keyof typeof THEMES);
} finally {
  workspace.dispose();
}

/**
 * The dataset that `npm start` studied, with one material as plain text, its structure beside it; no path of this
 * machine is seen.
 */
function makeStudiedWorkspace(): Workspace {
  const studied = makeWorkspace("oxides");
  cpSync(STUDIED, studied.folder, { recursive: true });
  studied.write(`${MATERIAL}/CHGCAR`, readSampleDensity(MATERIAL));
  addStructure(studied, MATERIAL, readSampleDensity(MATERIAL));
  const manifest = path.join(".r3dvs/runs", RUN, "run.json");
  studied.write(manifest, readFileSync(studied.path(manifest), "utf8").replaceAll(STUDIED, "/home/you/oxides"));
  return studied;
}

async function takePictures(theme: keyof typeof THEMES): Promise<void> {
  const server = await startServer({
    settings: { "workbench.colorTheme": THEMES[theme], "editor.minimap.enabled": false, "r3dvs.builtInModels": true },
  });
  const browser = await launchBrowser({ webgl: true });
  try {
    const page = await browser.newPage({ viewport: WIDE });
    const workbench = new Workbench(page);
    await workbench.open(server, workspace.folder);
    await showPredictions(workbench);
    await save(page, theme, "prediction");
    await saveStep(page, theme, "predict");
    await workbench.openFile(MATERIAL, "CHGCAR");
    const voxels = new VoxelView(workbench);
    await workbench.openViewContainer("R3DVS");
    await new VoxelView(workbench).predictions.first().waitFor();
    await saveStep(page, theme, "sample");
    await workbench.hideSideBar();
    await voxels.waitUntilDrawn();
    await new CrystalView(workbench).waitUntilDrawn({ surface: true });
    await voxels.predictions.first().waitFor();
    await save(page, theme, "voxels");
    await saveStep(page, theme, "generate");
    await showStudy(workbench);
    await save(page, theme, "study");
    await saveStep(page, theme, "train");
    await page.setViewportSize(NARROW);
    await save(page, theme, "study-narrow");
    await workbench.tab("CHGCAR").click();
    await new CrystalView(workbench).waitUntilDrawn({ surface: true });
    await save(page, theme, "voxels-narrow");
  } finally {
    await browser.close();
    await server.stop();
  }
}

/** From the menu of a file to its crystal and descriptor, which turn together; the animated picture of the README. */
async function recordFirstPicture(): Promise<void> {
  const server = await startServer({
    settings: { "workbench.colorTheme": THEMES.dark, "r3dvs.builtInModels": true, "workbench.hover.delay": 1_000_000 },
  });
  const browser = await launchBrowser({ webgl: true });
  try {
    const page = await browser.newPage({ viewport: ANIMATED });
    const workbench = new Workbench(page);
    await workbench.open(server, workspace.folder);
    const recording = new Recording(page);
    const row = await workbench.explorerRow(MATERIAL, "CHGCAR");
    await row.click();
    await workbench.closeAllEditors();
    await row.scrollIntoViewIfNeeded();
    await recording.pointAt(row, [-40, 4]);
    await recording.keep(900);
    await workbench.openContextMenu(row);
    await recording.keep(600);
    await recording.pointAt(page.locator(".context-view .monaco-menu .action-item", { hasText: GENERATE }), [-60, 4]);
    await recording.keep(900);
    await workbench.chooseMenuEntry(GENERATE);
    const crystal = new CrystalView(workbench);
    const voxels = new VoxelView(workbench);
    await crystal.waitUntilDrawn({ surface: true });
    // Both halves need the whole window.
    await workbench.hideSideBar();
    await voxels.waitUntilDrawn();
    await voxels.predictions.first().waitFor();
    await page.mouse.move(ANIMATED.width - 2, ANIMATED.height / 2);
    await page.waitForTimeout(SETTLED_MS);
    await recording.pointAt(crystal.overlay, [50, 60], false);
    await recording.keep(1200);
    for (let turned = 0; turned < TURNS; turned++) {
      for (let step = 0; step < 2; step++) await crystal.overlay.press("ArrowLeft");
      await recording.pointAt(crystal.overlay, [50 - 7 * turned, 60], false);
      await workbench.webview.locator(".crystal-pane canvas.moving").waitFor({ state: "hidden" });
      await page.waitForTimeout(SETTLED_MS / 3);
      await recording.keep(110);
    }
    await recording.hidePointer();
    for (const key of ["n", "n", "Enter"]) await voxels.overlay.press(key);
    await crystal.waitForText("wave", (text) => text !== "");
    await page.waitForTimeout(SETTLED_MS);
    await recording.keep(2400);
    const file = path.join(root, "media/screenshots/first-picture.png");
    console.log(`${file}: ${(recording.write(file) / 1e6).toFixed(2)} MB`);
  } finally {
    await browser.close();
    await server.stop();
  }
}

async function showPredictions(workbench: Workbench): Promise<void> {
  await workbench.openFile(MATERIAL, "POSCAR");
  await workbench.codeLens(/^predicted: gap .* ± /).waitFor();
}

async function showStudy(workbench: Workbench): Promise<void> {
  const rows = await workbench.openViewContainer("R3DVS");
  await rows.filter({ hasText: RUN }).first().click();
  await new StudyView(workbench).waitForState(["finished"]);
}

async function save(page: Page, theme: string, view: string): Promise<void> {
  const folder = path.join(output, "screenshots", theme);
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${view}.png`);
  await page.screenshot({ path: file, animations: "disabled" });
  const shown = path.join(root, "media/screenshots");
  if (README_THEME[view] === theme) cpSync(file, path.join(shown, `${view}.png`));
}

/** The same view in the size of the walkthrough's steps. */
async function saveStep(page: Page, theme: string, step: string): Promise<void> {
  if (!STEP_THEMES.includes(theme)) return;
  const before = page.viewportSize() ?? WIDE;
  await page.setViewportSize(STEP);
  // No tooltip of what was clicked last.
  await page.mouse.move(STEP.width - 2, STEP.height / 2);
  await page.waitForTimeout(SETTLED_MS);
  const picture = await page.screenshot({ animations: "disabled" });
  writeFileSync(path.join(root, "media/walkthrough", `${step}-${theme}.png`), toPalette(picture));
  await page.setViewportSize(before);
  await page.waitForTimeout(SETTLED_MS);
}
