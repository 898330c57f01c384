import { parseArgs } from "node:util";
import { liveRun } from "../jobs/cluster/liveRun.js";
import { describeMaterials } from "../jobs/dataset/describeMaterials.js";
import { linkedOut } from "../jobs/dataset/linkedOut.js";
import { listEncoded } from "../jobs/dataset/listEncoded.js";
import { inspectDataset } from "../jobs/dataset/targetsOfDataset.js";
import { hasVolumetricData } from "../jobs/densities/volumetricContent.js";
import { encodeFiles, exportVoxels } from "../jobs/encoding/editorEncoding.js";
import { installPackage } from "../jobs/engines/installPackage.js";
import { inspectEnginesMethod } from "../jobs/engines/threadMethods.js";
import { openVoxels } from "../jobs/inspect/openVoxels.js";
import { inspectFileMethod, outlineOutputMethod, readConvergenceMethod } from "../jobs/inspect/threadMethods.js";
import { exportModel } from "../jobs/models/exportModel.js";
import { listModels } from "../jobs/models/modelList.js";
import { ModelPreparation } from "../jobs/models/prepareModels.js";
import { explainPredictionMethod, predictFileMethod } from "../jobs/models/threadMethods.js";
import { writeReport } from "../jobs/report/writeReport.js";
import { compareRuns } from "../jobs/runs/compareRuns.js";
import { renameRun } from "../jobs/runs/renameRun.js";
import { runDetails } from "../jobs/runs/runDetails.js";
import { createRequestedRun, pictureOf, readManifest, runsFolders } from "../jobs/runs/runFolder.js";
import { listRunsWithErrors } from "../jobs/runs/runOverview.js";
import { doneTasks } from "../jobs/runs/studyStore.js";
import { materialId } from "../jobs/spectra/materialFile.js";
import { DensityThread } from "../jobs/surfaces/densityThread.js";
import { ThreadPool } from "../jobs/threads/threadPool.js";
import { type CallContext, Cancellation, type Handlers, RpcPeer } from "../protocol/rpc.js";
import type { WorkerMethods } from "../protocol/workerMethods.js";
import { clusterHandlers } from "./clusterHandlers.js";

/**
 * The editor's job process: forked on first use, its threads stay warm, it ends with the editor. Fork with
 * `serialization: "advanced"`.
 */
const { values: options } = parseArgs({ options: { threads: { type: "string" } } });
const pool = new ThreadPool(options.threads === undefined ? undefined : Number(options.threads));
const preparation = new ModelPreparation(pool);
const densities = new DensityThread();

const handlers: Handlers<WorkerMethods> = {
  ...densities.handlers,
  ...clusterHandlers,
  openVoxels: (params, context) => openVoxels(pool, params, callOptions(context)),
  encodeFiles: (params, context) => encodeFiles(pool, params, callOptions(context)),
  exportVoxels: (params, context) => exportVoxels(pool, params, callOptions(context)),
  inspectFile: async (params, context) => {
    const { info, problems } = await pool.run(inspectFileMethod, params, callOptions(context));
    return { info: { ...info }, problems };
  },
  readConvergence: async (params, context) => {
    const { value, problems } = await pool.run(readConvergenceMethod, params, callOptions(context));
    return { ...(value && { convergence: value }), problems };
  },
  outlineOutput: async (params, context) => {
    const { value, problems } = await pool.run(outlineOutputMethod, params, callOptions(context));
    return { ...(value && { outline: value }), problems };
  },
  findLinkOut: async ({ paths, folders }) => {
    const outside = linkedOut(paths, folders);
    return outside === undefined ? {} : { outside };
  },
  hasVolumetricData: async ({ file }) => ({ hasVolumetricData: await hasVolumetricData(file) }),
  listEncoded: async ({ folder }) => ({ materials: await listEncoded(folder) }),
  inspectDataset: ({ folder }) => inspectDataset(folder),
  describeMaterials: async ({ folder, materials }) => ({ materials: await describeMaterials(folder, materials) }),
  predict: async ({ models, file }, context) => {
    const options = callOptions(context);
    await preparation.prepare(models, options.cancellation);
    const { value, problems } = await pool.run(
      predictFileMethod,
      { models, entry: { id: materialId(file), file } },
      options,
    );
    return { predictions: value ?? [], problems };
  },
  explainPrediction: async ({ model, file }, context) => {
    const params = { model, entry: { id: materialId(file), file } };
    const { value, problems } = await pool.run(explainPredictionMethod, params, callOptions(context));
    return { ...(value && { explanation: value }), problems };
  },
  inspectEngines: (_, context) => pool.run(inspectEnginesMethod, {}, callOptions(context)),
  listModels: ({ folders }) => ({ models: listModels(folders) }),
  exportModel: ({ model, output }) => ({ file: exportModel(model, output) }),
  installEngine: ({ name }, context) =>
    installPackage(name, {
      cancellation: callOptions(context).cancellation,
      onLine: (line) => process.stdout.write(`${line}\n`),
    }),
  createRun: (request) => ({ folder: createRequestedRun(request), problems: [] }),
  listRuns: async ({ dataset }) => ({
    runs: await Promise.all(listRunsWithErrors(dataset).map(liveRun)),
    folders: runsFolders(dataset),
  }),
  readRun: ({ folder, parity }) => readRun(folder, parity),
  compareRuns: ({ folder, other }) => ({ comparison: compareRuns(folder, other) }),
  renameRun: ({ folder, name }) => ({ folder: renameRun(folder, name) }),

  writeReport: ({ folder }) => ({ file: writeReport(folder) }),
};

new RpcPeer<WorkerMethods, Record<string, never>>(
  {
    post: (message) => void process.send?.(message),
    onMessage: (receive) => void process.on("message", receive),
  },
  handlers,
);
process.on("disconnect", () => process.exit(0));

async function readRun(folder: string, whole: boolean) {
  const run = await liveRun(pictureOf(folder));
  if (!whole) return { run, parity: [], details: { baselines: {}, materials: [], coverage: [] } };
  const manifest = readManifest(folder);
  const outcomes = doneTasks(folder, manifest);
  return { run, parity: outcomes.flatMap(({ points }) => points), details: runDetails(folder, manifest, outcomes) };
}

function callOptions(context: CallContext) {
  const cancellation = new Cancellation();
  context.onCancel(() => cancellation.cancel());
  return { cancellation, onProgress: (fraction: number) => context.progress(fraction) };
}
