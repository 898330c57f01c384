import { realpathSync } from "node:fs";
import type { SlurmOptions } from "../../protocol/clusterCalls.js";
import type { Cancellation } from "../../protocol/rpc.js";
import { planSubmission, submitPlan } from "../cluster/submitRun.js";
import { distFile } from "../files/distFile.js";
import { readManifest } from "../runs/runFolder.js";
import { mergeRun } from "../study/mergeRun.js";
import { prepareStudy } from "../study/runStudy.js";

/** What became of a run that was to be submitted. */
export type Submitted =
  | { readonly state: "submitted"; readonly elements: number; readonly jobs: readonly string[] }
  | { readonly state: "queued" | "merged" };

/**
 * Submits what is open of one run; where nothing is, and nothing of it is in the queue, its results are brought
 * together. Throws `UsageError`, `SlurmError` and `WriteError`.
 */
export async function submitRepeat(
  folder: string,
  options: SlurmOptions,
  cancellation: Cancellation,
): Promise<Submitted> {
  if (readManifest(folder).inputs === undefined) await prepareStudy(folder, { cancellation });
  const run = realpathSync(folder);
  const request = { ...options, run, program: [process.execPath, distFile("cli.js")] };
  const manifest = readManifest(run);
  const plan = await planSubmission(request, manifest);
  if (plan.scripts.length > 0) {
    const jobs = await submitPlan(request, manifest, plan);
    return { state: "submitted", elements: plan.scripts.reduce((sum, { elements }) => sum + elements, 0), jobs };
  }
  if (plan.lacksMerge) await submitPlan(request, manifest, plan);
  if (plan.live > 0) return { state: "queued" };
  await mergeRun(run);
  return { state: "merged" };
}
