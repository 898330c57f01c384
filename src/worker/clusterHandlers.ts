import { hostname } from "node:os";
import { forgetQueue } from "../jobs/cluster/queue.js";
import { runStatus } from "../jobs/cluster/runStatus.js";
import { hasSlurm, listPartitions, SlurmMissingError } from "../jobs/cluster/slurmClient.js";
import { stopRun } from "../jobs/cluster/stopRun.js";
import { commandsOf, planSubmission, type SubmitPlan, submitPlan, testSubmission } from "../jobs/cluster/submitRun.js";
import { distFile } from "../jobs/files/distFile.js";
import { readManifest } from "../jobs/runs/runFolder.js";
import { prepareStudy } from "../jobs/study/runStudy.js";
import type { ClusterMethods, SlurmOptions, SubmissionAmount } from "../protocol/clusterCalls.js";
import { type CallContext, Cancellation, type Handlers } from "../protocol/rpc.js";
import type { WorkerMethods } from "../protocol/workerMethods.js";

/** What the editor asks about clusters. The command line does the same. */
export const clusterHandlers: Handlers<ClusterMethods & Pick<WorkerMethods, "stopRun">> = {
  inspectCluster: async () => {
    const isInstalled = await hasSlurm();
    return { isInstalled, host: hostname(), partitions: isInstalled ? await listPartitions().catch(() => []) : [] };
  },
  prepareRun: ({ run }, context) => prepare(run, context),
  planSubmission: async ({ run, options }) => {
    const plan = await planSubmission(requestOf(run, options), readManifest(run));
    return { ...summaryOf(plan), text: textOf(run, plan) };
  },
  testSubmission: async ({ run, options }) => {
    const plan = await planSubmission(requestOf(run, options), readManifest(run));
    return { answers: await testSubmission(run, plan) };
  },
  submitRun: async ({ run, options }) => {
    const manifest = readManifest(run);
    const request = requestOf(run, options);
    const plan = await planSubmission(request, manifest);
    const jobs = await submitPlan(request, manifest, plan);
    forgetQueue();
    return { ...summaryOf(plan), jobs };
  },
  // a run that was submitted on another machine may go on, and stop, here
  stopRun: async ({ folder }) => ({
    jobs: await stopRun(folder).catch((error: unknown) => {
      if (error instanceof SlurmMissingError) return [];
      throw error;
    }),
  }),
  runStatus: ({ folder }) => runStatus(folder, readManifest(folder)),
};

/** A run's materials are read once, here; what its elements need is then in its folder. */
async function prepare(run: string, context: CallContext): Promise<void> {
  if (readManifest(run).inputs !== undefined) return;
  const cancellation = new Cancellation();
  context.onCancel(() => cancellation.cancel());
  let [count, read] = [0, 0];
  await prepareStudy(run, {
    cancellation,
    onEvent: (event) => {
      if (event.event === "stage" && event.count !== undefined) count = event.count;
      if (event.event === "encoded" || event.event === "skipped") read += 1;
      if (count > 0) context.progress(Math.min(1, read / count));
    },
  });
}

/** The nodes call the same program that comes with the editor's extension. */
const requestOf = (run: string, options: SlurmOptions) => ({
  ...options,
  run,
  program: [process.execPath, distFile("cli.js")],
});

const summaryOf = ({ open, live, minutes, isMeasured, scripts }: SubmitPlan): SubmissionAmount => ({
  open,
  live,
  minutes,
  isMeasured,
  elements: scripts.reduce((sum, script) => sum + script.elements, 0),
});

function textOf(run: string, plan: SubmitPlan): string {
  const scripts =
    plan.scripts.length === 0 ? [] : [...plan.scripts, plan.merge].map(({ file, text }) => `# ${file}\n${text}`);
  const commands = plan.scripts.length === 0 ? [] : commandsOf(run, plan).map((command) => `# ${command}`);
  return [...scripts, commands.join("\n")].join("\n");
}
