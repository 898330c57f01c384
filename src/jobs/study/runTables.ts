import type { RepeatSplit } from "../../core/learning/evaluation/splits.js";
import { csv } from "../../core/text/csv.js";
import type { RunManifest } from "../../protocol/runFiles.js";
import { writeFileAtomically } from "../files/atomicFile.js";
import { runFile } from "../runs/runFolder.js";
import { planStudy } from "../runs/studyPlan.js";
import { resultsCsv, timingsCsv } from "../runs/studyResults.js";
import { predictionsCsv, type TaskOutcome } from "../runs/studyStore.js";
import { TaskHashes } from "../runs/taskHash.js";

/** The tables of what is done. Throws `WriteError`. */
export function writeTables(folder: string, outcomes: readonly TaskOutcome[]): void {
  const results = outcomes.map(({ result }) => result);
  writeFileAtomically(runFile(folder, "results"), resultsCsv(results));
  writeFileAtomically(runFile(folder, "timings"), timingsCsv(results));
  writeFileAtomically(runFile(folder, "predictions"), predictionsCsv(outcomes));
}

/** `tasks.csv`: every work item, with the hash of all that its result follows from. Throws `WriteError`. */
export function writeTaskTable(folder: string, manifest: RunManifest, splits: readonly RepeatSplit[]): void {
  if (manifest.settings === undefined) return;
  const hashes = new TaskHashes(manifest, splits);
  const rows = planStudy(manifest.settings).flatMap((task) =>
    task.members.map((item) => [
      task.target,
      task.model,
      task.trainSize,
      task.repeat,
      item.member,
      item.place,
      hashes.of(task, item),
    ]),
  );
  writeFileAtomically(
    runFile(folder, "tasks"),
    csv(["target", "model", "train_size", "repeat", "member", "place", "inputs_sha256"], rows),
  );
}
