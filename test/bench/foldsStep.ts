// One model of `npm run bench -- folds`, in a process of its own: a line of JSON for each target.
import { type FoldsTask, runFolds } from "./foldsJob.js";

const [dataset = "", task = ""] = process.argv.slice(2);
runFolds(dataset, JSON.parse(task) as FoldsTask, (result) => process.stdout.write(`${JSON.stringify(result)}\n`)).catch(
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
