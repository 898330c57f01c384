// One task of `npm run bench -- sparse`, in a process of its own: its peak of memory is the task's.
import { runSparse, type SparseTask } from "./sparseJob.js";

const [dataset = "", task = ""] = process.argv.slice(2);
process.stdout.write(`${JSON.stringify(runSparse(dataset, JSON.parse(task) as SparseTask))}\n`);
