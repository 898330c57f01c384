import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { after, before } from "node:test";
import type { Locator } from "playwright-core";
import { SlurmCluster, until, whyNoSlurm } from "../../slurm/slurmCluster.mts";
import { workbenchTest } from "../harness/scenario.ts";
import { LOCAL_RUN, makeFailedWorkspace, makeSlurmWorkspace, PREPARED_RUN } from "../harness/slurmWorkspace.ts";
import { StudyView } from "../harness/studyView.ts";
import { waitFor } from "../harness/waiting.ts";
import type { Workbench } from "../harness/workbench.ts";

const skip = whyNoSlurm();
let cluster: SlurmCluster | undefined;
before(async () => {
  if (skip === undefined) cluster = await SlurmCluster.start({ nodes: 2, cpus: 2 });
});
after(() => cluster?.stop());
const env = () => cluster?.env ?? {};
const machineSettings = {
  "r3dvs.slurm.partition": "test",
  "r3dvs.slurm.chunks": 6,
  "r3dvs.slurm.lines": ["#SBATCH --comment=oxides"],
};

workbenchTest(
  "Run on Slurm asks Slurm, shows scripts and commands, submits them and tells of the end, with the bytes of this machine; so it does with a new run",
  { workspace: makeSlurmWorkspace, env, machineSettings, skip, viewport: { width: 1400, height: 1000 } },
  async ({ workbench, workspace, screenshot }) => {
    const rows = await workbench.openViewContainer("R3DVS");
    const run = rows.filter({ hasText: PREPARED_RUN });
    await run.filter({ hasText: /stopped/ }).waitFor();
    await workbench.openContextMenu(run);
    await workbench.chooseMenuEntry("Run on Slurm…");
    const form = workbench.quickInput;
    await form.getByText(/24 tasks in 6 array elements of at most \d+ min/).waitFor();
    await form.getByText("#SBATCH --comment=oxides").waitFor();
    await screenshot("slurm-form");

    // the partition is offered from what Slurm has; here it is the one that was asked for
    await workbench.quickPickRow("Partition").click();
    await workbench.quickPickRow("test").click();
    await workbench.quickPickRow("Array elements").click();
    await form.locator("input.input").fill("8");
    await workbench.acceptQuickInput();
    await form.getByText(/24 tasks in 8 array elements/).waitFor();

    // Slurm is asked, and takes nothing
    await workbench.quickPickRow("Ask Slurm whether it would take them").click();
    await workbench.keptNotification(/R3DVS: Slurm says: sbatch: Job \d+ to start at/);
    assert.equal(cluster?.ask("squeue", ["-h"]).trim(), "");
    await screenshot("slurm-asked");
    await (await workbench.keptNotification(/Slurm says/)).getByRole("button", { name: "Change…" }).click();
    await form.getByText(/24 tasks in 8 array elements/).waitFor();

    await workbench.quickPickRow("Show scripts and commands").click();
    await workbench.tab(`${PREPARED_RUN}.sbatch.sh`).waitFor();
    const lines = workbench.editorLines;
    for (const text of ["#SBATCH --array=1-8", "#SBATCH --partition=test", "#SBATCH --comment=oxides"])
      await lines.filter({ hasText: text }).first().waitFor();
    await screenshot("slurm-scripts");
    assert.ok(
      !existsSync(workspace.path(".r3dvs/runs", PREPARED_RUN, "cluster.json")),
      "nothing is submitted by showing it",
    );

    await (await workbench.keptNotification(/this is what Run on Slurm submits/))
      .getByRole("button", { name: "Submit" })
      .click();
    await run.filter({ hasText: /Slurm: \d+ running, \d+ waiting/ }).waitFor();
    await new StudyView(workbench).waitForState(["queued", "running", "finished"]);
    await screenshot("slurm-running");
    await run.filter({ hasText: /finished/ }).waitFor({ timeout: 240_000 });
    await workbench.keptNotification(`R3DVS: ${PREPARED_RUN} has finished on Slurm.`);
    await new StudyView(workbench).waitForState(["finished"]);
    await screenshot("slurm-finished");
    const results = (name: string) => readFileSync(workspace.path(".r3dvs/runs", name, "results.csv"), "utf8");
    assert.equal(results(PREPARED_RUN), results(LOCAL_RUN));
    await submitNewRun(workbench, rows);
  },
);

/** From the dataset: no run of it waits, so that its questions come first; the cluster does all of the new one. */
async function submitNewRun(workbench: Workbench, rows: Locator): Promise<void> {
  await workbench.openContextMenu(rows.filter({ hasText: /^oxides\s*16 materials/ }));
  await workbench.chooseMenuEntry("Run on Slurm…");
  await workbench.tickQuickPick("Band gap");
  await workbench.acceptQuickInput(/Models to compare/);
  await workbench.tickQuickPick("atomic fractions");
  await workbench.acceptQuickInput(/Preset/);
  await workbench.quickPickRow("Quick").click();
  await workbench.quickInput.getByText(/\d+ tasks? in \d+ array elements? of at most/).waitFor();
  await workbench.quickPickRow("Submit").click();
  await new StudyView(workbench).waitForState(["queued", "running", "finished"]);
  await rows.filter({ hasText: /quick.*finished/ }).waitFor({ timeout: 240_000 });
  await workbench.keptNotification(/R3DVS: .* quick has finished on Slurm\./);
}

workbenchTest(
  "A run on Slurm is cancelled after a question, everything kept, and resumed on this machine to the same bytes",
  {
    workspace: makeSlurmWorkspace,
    env,
    machineSettings: { ...machineSettings, "r3dvs.slurm.lines": ["--hold"] },
    skip,
  },
  async ({ workbench, workspace, page, screenshot }) => {
    const rows = await workbench.openViewContainer("R3DVS");
    const run = rows.filter({ hasText: PREPARED_RUN });
    await workbench.openContextMenu(run);
    await workbench.chooseMenuEntry("Run on Slurm…");
    await workbench.quickPickRow("Submit").click();
    await run.filter({ hasText: /queued 0\/24 · Slurm: 0 running, 6 waiting/ }).waitFor();
    const study = new StudyView(workbench);
    await study.waitForState(["queued"]);
    await study.page.getByText("Some elements will wait for ever: JobHeldUser").waitFor();
    await screenshot("slurm-held");
    await study.action("stop").click();
    const dialog = page.locator(".monaco-dialog-box");
    await dialog.filter({ hasText: `Cancel the Slurm jobs of ${PREPARED_RUN}?` }).waitFor();
    await dialog.getByText("Cancel Jobs", { exact: true }).click();
    await until(() => cluster?.ask("squeue", ["-h"]).trim() === "", 60_000);
    const toast = page
      .locator(".notifications-toasts")
      .filter({ hasText: `R3DVS: ${PREPARED_RUN} is no longer on Slurm; 0 of 24 tasks are done` });
    await toast.getByRole("button", { name: "Resume Here" }).click();
    await study.waitForState(["finished"], 120_000);
    const results = (name: string) => readFileSync(workspace.path(".r3dvs/runs", name, "results.csv"), "utf8");
    assert.equal(results(PREPARED_RUN), results(LOCAL_RUN));
  },
);

workbenchTest(
  "Where no Slurm is installed, Run on Slurm says so in a sentence and submits nothing",
  // programs are found by their paths here, so nothing else is missed
  { workspace: makeSlurmWorkspace, env: () => ({ PATH: path.dirname(process.execPath) }) },
  async ({ workbench, workspace, page }) => {
    const rows = await workbench.openViewContainer("R3DVS");
    await workbench.openContextMenu(rows.filter({ hasText: /^oxides\s*16 materials/ }));
    await workbench.chooseMenuEntry("Run on Slurm…");
    await page
      .locator(".notifications-toasts")
      .getByText(/has no Slurm \(no sbatch on its PATH\)\. Connect to a login node/)
      .waitFor();
    await waitFor(
      async () => !existsSync(workspace.path(".r3dvs/runs", PREPARED_RUN, "cluster.json")),
      "nothing to be submitted",
    );
  },
);

workbenchTest(
  "Tasks that failed stand below their run, each with the reason",
  { workspace: makeFailedWorkspace },
  async ({ workbench, screenshot }) => {
    const rows = await workbench.openViewContainer("R3DVS");
    const run = rows.filter({ hasText: PREPARED_RUN });
    await run.filter({ hasText: /finished/ }).waitFor();
    await run.locator(".monaco-tl-twistie").click();
    await rows
      .filter({
        hasText:
          /^Band gap, Composition, 12 materials, split 2, member 1\s*the process that worked on it was killed 3 times/,
      })
      .waitFor();
    await screenshot("failed-tasks");
  },
);
