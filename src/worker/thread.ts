import { parentPort, workerData } from "node:worker_threads";
import { soapEnvironments } from "../core/descriptors/soapKernel.js";
import { soapKernelMatrix } from "../core/learning/kernelRidge/soapModel.js";
import type { CreateNetworkEngine } from "../core/learning/networks/networkEngine.js";
import { chooseEngine, createEngines } from "../jobs/engines/engineChoice.js";
import { inspectEngines } from "../jobs/engines/inspectEngines.js";
import type { SharedSoap } from "../jobs/features/sharedSoap.js";
import { useWasmSoap } from "../jobs/features/useWasmSoap.js";
import { inspectFile } from "../jobs/inspect/inspect.js";
import { explainPrediction } from "../jobs/models/explainPrediction.js";
import { PredictorCache, predictFile } from "../jobs/models/predictFile.js";
import type { EncodedMaterial } from "../jobs/spectra/material.js";
import { readMaterial } from "../jobs/spectra/readMaterial.js";
import type { ThreadData, ThreadEvents, ThreadMethods } from "../jobs/threadMethods.js";
import { trainTask } from "../jobs/training/trainTask.js";
import { type CallContext, type Handlers, RpcPeer } from "../protocol/rpc.js";
import type { EngineFacts } from "../protocol/runFiles.js";

const port = parentPort;
if (port === null) throw new Error("dist/thread.js runs as a worker thread only");
const { stopFlag } = workerData as ThreadData;

const materials = new Map<string, EncodedMaterial>();
let soap: SharedSoap | undefined;
let engine: EngineFacts | undefined;
const createEngine: CreateNetworkEngine = (spec) => createEngines(chosenEngine())(spec);
const shelf = new PredictorCache(createEngine);

const handlers: Handlers<ThreadMethods> = {
  readMaterial: ({ entry, settings, reading }, context) => readMaterial(entry, settings, { ...reading, ...readingOf(context) }),
  predictFile: ({ models, entry, frame }, context) =>
    predictFile(shelf, models, entry, { ...readingOf(context), ...(frame !== undefined && { frame }) }),
  explainPrediction: ({ model, entry }, context) => explainPrediction(createEngine, model, entry, readingOf(context)),
  inspectFile: ({ file, frame }, context) => inspectFile(file, { ...readingOf(context), ...(frame !== undefined && { frame }) }),
  share: (params) => {
    for (const material of params.materials ?? []) materials.set(material.id, material);
    soap = params.soap ?? soap;
    engine = params.engine ?? engine;
  },
  inspectEngines: () => inspectEngines(),
  soapEnvironments: ({ atoms, settings }) => useWasmSoap((kernels) => soapEnvironments(atoms, settings, kernels)),
  soapKernel: ({ rows, columns, settings }) => useWasmSoap((kernels) => soapKernelMatrix(rows, columns, settings, kernels)),
  learn: (request, context) =>
    trainTask(request, {
      materials,
      ...(soap && { soap }),
      createEngine,
      engine: chosenEngine,
      shouldStop: () => context.cancelled || Atomics.load(stopFlag, 0) !== 0,
      onEpoch: (report, validationMae) =>
        peer.tell("epoch", { item: request.item, report, epochs: request.training.epochs, validationMae }),
    }),
};

const peer = new RpcPeer<ThreadMethods, Record<string, never>, Record<string, never>, ThreadEvents>(
  {
    post: (message, transfer) => port.postMessage(message, [...(transfer ?? [])]),
    onMessage: (receive) => void port.on("message", receive),
  },
  handlers,
);

/** The engine that was shared; for predictions in the editor, which share none, the default. */
function chosenEngine(): EngineFacts {
  engine ??= chooseEngine().engine;
  return engine;
}

function readingOf(context: CallContext) {
  const controller = new AbortController();
  context.onCancel(() => controller.abort());
  return { signal: controller.signal, onProgress: (fraction: number) => context.progress(fraction) };
}
