import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { look } from "../harness/pixels.ts";
import { workbenchTest } from "../harness/scenario.ts";
import { StudyView } from "../harness/studyView.ts";
import type { Workbench } from "../harness/workbench.ts";
import { makeSampleWorkspace } from "../harness/workspace.ts";

/**
 * Two networks, together long enough that the run is under way still when the window has looked on and stored its
 * editors: 20 s of two idle cores.
 */
const EPOCHS = "100";
const ROTATIONS = "10";
/** What that may take where others use the cores as well. */
const TRAINING_MS = 400_000;
const TEST_MS = 900_000;

/** Answers every question of the train command. */
async function answerQuestions(workbench: Workbench): Promise<StudyView> {
  await workbench.tickQuickPick("Band gap");
  await workbench.acceptQuickInput(/Models to compare/);
  await workbench.tickQuickPick("network on the voxels");
  await workbench.tickQuickPickAlso("composition");
  await workbench.acceptQuickInput(/Preset/);
  await workbench.quickPickRow("Custom…").click();
  await workbench.answerQuickInput(/Training-set sizes/, "8, 16");
  await workbench.answerQuickInput(/test set/, "6");
  await workbench.answerQuickInput(/Random splits/, "1");
  await workbench.answerQuickInput(/Networks per model/, "1");
  await workbench.answerQuickInput(/Rotated copies/, ROTATIONS);
  await workbench.answerQuickInput(/Epochs/, EPOCHS);
  const study = new StudyView(workbench);
  await study.waitForState(["queued", "running", "finished"]);
  return study;
}

/** What the dataset's one run has logged. */
function readEvents(dataset: string): { readonly event: string }[] {
  const runs = path.join(dataset, ".r3dvs/runs");
  const [run = ""] = readdirSync(runs);
  const lines = readFileSync(path.join(runs, run, "events.jsonl"), "utf8")
    .trim()
    .split("\n");
  return lines.map((line) => JSON.parse(line));
}

workbenchTest(
  "Training shows its loss live, goes on while the window reloads, and ends with learning curves",
  { workspace: () => makeSampleWorkspace({ count: 24, below: "oxides" }), timeoutMs: TEST_MS },
  async ({ workbench, workspace, screenshot }) => {
    await workbench.openContextMenu(await workbench.explorerRow("oxides"));
    await workbench.chooseMenuEntry("Train on this folder…");
    const study = await answerQuestions(workbench);
    await study.waitForEpoch((epoch) => epoch >= 2);
    const early = await look(study.figure("loss"));
    const seen = await study.epoch();
    await study.waitForEpoch((epoch) => epoch > seen);
    assert.notDeepEqual((await look(study.figure("loss"))).colors, early.colors);
    await workbench.statusBarItem(/R3DVS: training/).waitFor();
    await screenshot("study-running");
    await workbench.waitUntilStored();
    assert.equal(await study.state(), "running");

    await workbench.reload();
    const restored = new StudyView(workbench);
    await restored.waitForState(["running", "finished"]);
    await restored.waitForEpoch((epoch) => epoch >= 2);
    await restored.waitForState(["finished"], TRAINING_MS);
    assert.equal(
      readEvents(workspace.path("oxides")).filter(({ event }) => event === "started").length,
      1,
      "the run was started again",
    );

    assert.equal(await restored.results(), 4);
    const curves = await look(restored.figure("curves"));
    assert.ok(
      curves.colors.length > 20 && curves.drawn > 0.02,
      `${curves.colors.length} colours, ${curves.drawn} drawn`,
    );
    assert.match((await restored.errorTable.textContent()) ?? "", /Band gap.*n = 8.*n = 16.*R3DVS.*\d/s);
    await screenshot("study");

    await restored.action("report").click();
    await workbench.tab(/^Report of/).waitFor();
    await workbench.webview.locator("figure svg, svg").first().waitFor();
    await screenshot("report");

    const rows = await workbench.openViewContainer("R3DVS");
    await rows.filter({ hasText: /custom\s*finished/ }).waitFor();
  },
);

workbenchTest(
  "A run is stopped and resumed from its page",
  { workspace: () => makeSampleWorkspace({ count: 24 }), timeoutMs: TEST_MS },
  async ({ workbench, workspace }) => {
    await workbench.runCommand("R3DVS: Train on this folder…");
    await workbench.quickPickRow("oxides").click();
    const study = await answerQuestions(workbench);
    await study.waitForEpoch((epoch) => epoch >= 3);
    await study.action("stop").click();
    await study.waitForState(["stopped"]);
    const before = readEvents(workspace.folder).filter(({ event }) => event === "epoch").length;
    await study.action("resume").click();
    await study.waitForState(["running"]);
    await study.waitForState(["finished"], TRAINING_MS);
    const events = readEvents(workspace.folder);
    assert.ok(events.filter(({ event }) => event === "epoch").length > before);
    assert.ok(events.some(({ event }) => event === "stopped"));
    assert.equal(await study.results(), 4);
  },
);
