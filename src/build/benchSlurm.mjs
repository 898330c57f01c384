// `npm run bench -- slurm`: the paper's whole protocol on clusters of several sizes, and what a chunk size costs, by
// simulating the scheduler with the estimates of src/jobs/cluster/taskCost.ts (`npm run bench -- tasks` measures them).
// Nothing is submitted.
import { loadJob } from "./jobBundle.mjs";

const MINUTE = 60;
const HOUR = 3600;
/** What src/measurements.md says of them. */
const USUAL = {
  threadsPerElement: 1,
  aim: HOUR,
  mostElements: 500,
  queueWait: 10 * MINUTE,
  refill: 30,
  startup: 5,
  failuresPerCoreHour: 1e-4,
  requeued: 0.8,
  requeueWait: 121,
  attention: HOUR,
  spread: 0.3,
};
/** Threads of an element: at most 500 elements are in the queue at once, so many cores need wide ones. */
const MACHINES = [
  { cores: 1, threadsPerElement: 1 },
  { cores: 16, threadsPerElement: 1 },
  { cores: 256, threadsPerElement: 1 },
  { cores: 4096, threadsPerElement: 8 },
  { cores: 4096, threadsPerElement: 8, chunks: 500 },
];
const CHUNK_MINUTES = [5, 15, 30, 60, 120, 240, 480];

export async function benchSlurm() {
  const { simulateCluster, paperEstimates } = await loadJob("src/jobs/cluster/paperProtocol.ts");
  const tasks = paperEstimates(20);
  const hours = (seconds) => String(Number((seconds / HOUR).toPrecision(2)));
  const total = tasks.reduce((sum, seconds) => sum + seconds, 0);
  console.log(
    `The protocol: ${tasks.length} tasks, ${hours(total)} core hours, the longest task ${hours(Math.max(...tasks))} h\n`,
  );
  const heads = ["cores", "threads of an element", "hours", "elements begun", "cores used at once", "efficiency"];
  console.log(`| ${heads.join(" | ")} |\n|${" --- |".repeat(heads.length)}`);
  for (const { chunks, ...machine } of MACHINES) {
    const aim = chunks === undefined ? USUAL.aim : total / machine.threadsPerElement / chunks;
    const { seconds, starts, efficiency } = simulateCluster(tasks, { ...USUAL, ...machine, aim });
    const { cores, threadsPerElement } = machine;
    const cells = [
      cores,
      threadsPerElement,
      hours(seconds),
      starts,
      Math.min(cores, starts * threadsPerElement),
      percent(efficiency),
    ];
    console.log(`| ${cells.join(" | ")} |`);
  }
  const many = paperEstimates(Math.ceil(1e5 / (tasks.length / 20)));
  const work = many.reduce((sum, seconds) => sum + seconds, 0);
  console.log(
    `\n${many.length} tasks (${hours(work)} core hours) on 256 cores, any number of elements, ten times as many failures:\n`,
  );
  console.log(
    "| an element, min | elements | hours | more than the work alone | lost work, core hours | starts a minute |\n| --- | --- | --- | --- | --- | --- |",
  );
  for (const minutes of CHUNK_MINUTES) {
    const cluster = { ...USUAL, cores: 256, aim: minutes * MINUTE, mostElements: 1e6, failuresPerCoreHour: 1e-3 };
    const run = simulateCluster(many, cluster);
    const elements = Math.min(many.length, Math.ceil(work / cluster.aim));
    const cells = [
      minutes,
      elements,
      hours(run.seconds),
      percent(1 / run.efficiency - 1),
      hours(run.lost),
      ((60 * run.starts) / run.seconds).toPrecision(2),
    ];
    console.log(`| ${cells.join(" | ")} |`);
  }
}

const percent = (share) => `${Math.round(100 * share)} %`;
