import { readFile } from "node:fs/promises";
import * as vscode from "vscode";
import { messageOf } from "../../core/text/messageOf.js";
import type { ClusterFacts, SlurmOptions, SubmissionPreview } from "../../protocol/clusterCalls.js";
import type { RunSummary } from "../../protocol/runEvents.js";
import type { ReadOnlyTexts } from "../base/readOnlyTexts.js";
import { slurmOptions, slurmSettings } from "../base/slurmSettings.js";
import { wasCancelled } from "../process/crystalJobs.js";
import type { JobProcess } from "../process/jobProcess.js";
import type { RunRegistry } from "../registries/runRegistry.js";
import type { StatusBar } from "../views/statusBar.js";
import type { StudyPanels } from "../views/studyPanels.js";
import { amountText, type SlurmAction, showSlurmForm } from "./slurmForm.js";

interface Services {
  readonly jobs: JobProcess;
  readonly runs: RunRegistry;
  readonly statusBar: StatusBar;
  readonly studies: StudyPanels;
  readonly texts: ReadOnlyTexts;
}

/**
 * Submits a run as job arrays, or shows what would be submitted. `findRun` chooses or makes the run; `action` skips the
 * form.
 */
export async function runOnSlurm(
  services: Services,
  findRun: () => Promise<RunSummary | undefined>,
  action?: unknown,
): Promise<void> {
  const { jobs } = services;
  const cluster = await jobs.call("inspectCluster", {});
  if (!cluster.isInstalled) return explainNoSlurm(cluster);
  const run = await findRun();
  if (run === undefined) return;
  try {
    await services.statusBar.during(vscode.l10n.t("preparing the run"), (token, activity) =>
      jobs.call("prepareRun", { run: run.folder }, { token, onProgress: activity.report }),
    );
    await services.runs.adopt(run.dataset);
    await decide(services, run, cluster, action);
  } catch (error) {
    if (!wasCancelled(error)) throw error;
  }
}

async function explainNoSlurm({ host }: ClusterFacts): Promise<void> {
  const text = vscode.l10n.t(
    "R3DVS: {0} has no Slurm (no sbatch on its PATH). Connect to a login node of the cluster with Remote - SSH, and try again there.",
    host,
  );
  await vscode.window.showWarningMessage(text);
}

/** Shows the form until something is submitted, shown or the user leaves. */
async function decide(services: Services, run: RunSummary, cluster: ClusterFacts, action: unknown): Promise<void> {
  for (let next = isAction(action) ? action : undefined; ; ) {
    const options = await currentOptions();
    const plan = await services.jobs.call("planSubmission", { run: run.folder, options });
    if (plan.elements === 0) {
      // what follows the elements may be missing, where whoever submitted them was ended before that
      if (plan.live > 0) await services.jobs.call("submitRun", { run: run.folder, options });
      return explainNothingOpen(run, plan);
    }
    const chosen = next ?? (await showSlurmForm({ name: run.name, cluster, plan }));
    next = undefined;
    if (chosen === undefined) return;
    if (chosen === "changed") continue;
    if (chosen === "submit") return submit(services, run, options);
    const again = chosen === "show" ? await show(services, run, plan) : await ask(services, run, options);
    if (again === undefined) return;
    if (again === "submit") return submit(services, run, options);
  }
}

const isAction = (value: unknown): value is SlurmAction => value === "submit" || value === "show" || value === "ask";

function currentOptions(): Promise<SlurmOptions> {
  return slurmOptions(slurmSettings(), async (file) => {
    try {
      return await readFile(file, "utf8");
    } catch (error) {
      throw new Error(vscode.l10n.t("the template {0} cannot be read ({1})", file, messageOf(error)));
    }
  });
}

async function explainNothingOpen(run: RunSummary, { live }: SubmissionPreview): Promise<void> {
  const text =
    live > 0
      ? vscode.l10n.t("R3DVS: nothing to submit: {0} elements in the queue do what is open in {1}.", live, run.name)
      : vscode.l10n.t("R3DVS: nothing to submit: no task of {0} is open.", run.name);
  await vscode.window.showInformationMessage(text);
}

async function show(
  { texts }: Services,
  run: RunSummary,
  plan: SubmissionPreview,
): Promise<"submit" | "form" | undefined> {
  await texts.show(`${run.name}.sbatch.sh`, plan.text);
  return offerSubmit(vscode.l10n.t("R3DVS: this is what Run on Slurm submits: {0}.", amountText(plan)));
}

async function ask({ jobs }: Services, run: RunSummary, options: SlurmOptions): Promise<"submit" | "form" | undefined> {
  const { answers } = await jobs.call("testSubmission", { run: run.folder, options });
  return offerSubmit(vscode.l10n.t("R3DVS: Slurm says: {0}", answers.join(" ")));
}

async function offerSubmit(text: string): Promise<"submit" | "form" | undefined> {
  const [submitIt, change] = [vscode.l10n.t("Submit"), vscode.l10n.t("Change…")];
  const chosen = await vscode.window.showInformationMessage(text, submitIt, change);
  return chosen === submitIt ? "submit" : chosen === change ? "form" : undefined;
}

async function submit({ jobs, runs, studies }: Services, run: RunSummary, options: SlurmOptions): Promise<void> {
  const submission = await jobs.call("submitRun", { run: run.folder, options });
  await runs.refresh();
  await studies.show(run.folder);
  const text = vscode.l10n.t("R3DVS: submitted {0} (jobs {1}).", amountText(submission), submission.jobs.join(", "));
  void vscode.window.showInformationMessage(text);
}
