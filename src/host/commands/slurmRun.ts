import path from "node:path";
import * as vscode from "vscode";
import type { RunSummary } from "../../protocol/runEvents.js";
import type { JobProcess } from "../process/jobProcess.js";
import { isActive, type RunRegistry } from "../registries/runRegistry.js";
import { runDescription } from "../views/runTree.js";
import { datasetOf, folderOf } from "./runCommands.js";

interface Services {
  readonly jobs: JobProcess;
  readonly runs: RunRegistry;
}

/** Makes a run for a dataset, or asks for which; its folder, or nothing when the user leaves. */
export type MakeRun = (dataset: vscode.Uri | undefined) => Promise<string | undefined>;

/**
 * The run that is to be submitted: the tree's, one that is not finished, or a new one of a dataset. Throws where the
 * run is at work here.
 */
export async function chooseSlurmRun(
  services: Services,
  argument: unknown,
  make: MakeRun,
): Promise<RunSummary | undefined> {
  const { jobs, runs } = services;
  const read = async (folder: string) => (await jobs.call("readRun", { folder, parity: false })).run;
  const created = async (dataset: string | undefined) => {
    const folder = await make(dataset === undefined ? undefined : vscode.Uri.file(dataset));
    return folder === undefined ? undefined : read(folder);
  };
  await runs.refresh();
  const place = folderOf(argument) ?? datasetOf(argument);
  const known = runs.runs.find(({ folder }) => folder === place);
  if (known !== undefined) return refuseIfBusy(known);
  if (typeof argument === "string") return refuseIfBusy(await read(argument));
  const open = runs.runs.filter((run) => canSubmit(run) && (place === undefined || run.dataset === place));
  if (open.length === 0) return created(place);
  const fresh = { label: `$(add) ${vscode.l10n.t("New run…")}`, run: undefined };
  const items = open.map((run) => ({
    label: run.name,
    description: runDescription(run),
    detail: path.basename(run.dataset),
    run,
  }));
  const title = vscode.l10n.t("Run on Slurm");
  const chosen = await vscode.window.showQuickPick([fresh, ...items], { title, matchOnDescription: true });
  return chosen && (chosen.run ?? created(place));
}

const canSubmit = (run: RunSummary) =>
  (!isActive(run) && run.state !== "finished") || run.shared?.cluster !== undefined;

function refuseIfBusy(run: RunSummary): RunSummary {
  if (isActive(run) && run.shared === undefined)
    throw new Error(vscode.l10n.t("{0} is being worked on here. Stop it first; what it did is kept.", run.name));
  return run;
}
