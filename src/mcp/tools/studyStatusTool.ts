import { existsSync } from "node:fs";
import { UsageError } from "../../jobs/files/usageError.js";
import { listRuns, pictureOf, readManifest, runFile } from "../../jobs/runs/runFolder.js";
import { averageRepeats } from "../../jobs/runs/studyResults.js";
import { doneTasks } from "../../jobs/runs/studyStore.js";
import { RUN_FILES } from "../../protocol/runFiles.js";
import { aPath, firstOf, mcpTool, type ToolContext } from "../mcpTool.js";

const MAX_ROWS = 300;
const MAX_SKIPPED = 20;

export const studyStatusTool = mcpTool({
  name: "study_status",
  title: "Progress and results of a study",
  description:
    "Tells how far a learning-curve study is and what it found: state, tasks done of all, materials that were left out, and for each target, model and training size the mean absolute error with its standard error over the repeats (corrected for the materials that splits share). For the folder of a dataset it lists the dataset's studies, newest first.",
  input: { path: aPath.describe("the folder of a study (with run.json), or of a dataset") },
  call: async ({ path: given }, context) => {
    const folder = await context.folders.resolve(given);
    if (!existsSync(runFile(folder, "manifest"))) return studiesOf(folder, given, context);
    const manifest = readManifest(folder);
    const picture = pictureOf(folder);
    const unitOf = new Map(picture.targets.map(({ name, unit }) => [name, unit]));
    const results = doneTasks(folder, manifest).map(({ result }) => result);
    const errors = averageRepeats(results, manifest.settings?.testSize);
    return {
      ...picture,
      progress: { ...picture.progress, failed: manifest.progress.failed },
      software: manifest.software.version,
      ...firstOf(
        "errors",
        errors.map((error) => ({ ...error, unit: unitOf.get(error.target) })),
        MAX_ROWS,
      ),
      ...firstOf("skipped", manifest.skipped, MAX_SKIPPED),
    };
  },
});

async function studiesOf(folder: string, given: string, context: ToolContext): Promise<object> {
  const runs = listRuns(folder);
  if (runs.length === 0)
    throw new UsageError(`${given} holds no study: ${RUN_FILES.manifest} is missing, as is a dataset's folder of runs`);
  // of a dataset that cannot be written they stand in the user's cache
  const own = await Promise.all(runs.map(async (run) => ((await isAllowed(run.folder, context)) ? [run] : [])));
  return { studies: own.flat().slice(0, MAX_ROWS) };
}

const isAllowed = (folder: string, { folders }: ToolContext) =>
  folders.resolve(folder).then(
    () => true,
    () => false,
  );
