import { parentPort, workerData } from "node:worker_threads";
import { soapEnvironments } from "../core/descriptors/soapKernel.js";
import { soapKernelMatrix } from "../core/learning/soapModel.js";
import { explainPrediction } from "../jobs/explainPrediction.js";
import { inspectFile } from "../jobs/inspect.js";
import { loadKernel } from "../jobs/kernelModule.js";
import { learnItem } from "../jobs/learnItem.js";
import type { EncodedMaterial } from "../jobs/material.js";
import { PredictorShelf, predictFile } from "../jobs/predictFile.js";
import { readMaterial } from "../jobs/readMaterial.js";
import type { SharedSoap } from "../jobs/sharedSoap.js";
import type { ThreadData, ThreadEvents, ThreadMethods } from "../jobs/threadMethods.js";
import { networkEngines } from "../kernels/networkEngine.js";
import { type CallContext, type Handlers, RpcPeer } from "../protocol/rpc.js";

const port = parentPort;
if (port === null) throw new Error("dist/thread.js runs as a worker thread only");
const { stopFlag } = workerData as ThreadData;

const materials = new Map<string, EncodedMaterial>();
let soap: SharedSoap | undefined;
const createEngine: ReturnType<typeof networkEngines> = (spec) => networkEngines(loadKernel("network"))(spec);
const shelf = new PredictorShelf(createEngine);

const handlers: Handlers<ThreadMethods> = {
  readMaterial: ({ entry, settings }, context) => readMaterial(entry, settings, readingOf(context)),
  predictFile: ({ models, entry }, context) => predictFile(shelf, models, entry, readingOf(context)),
  explainPrediction: ({ model, entry }, context) => explainPrediction(createEngine, model, entry, readingOf(context)),
  inspectFile: ({ file }, context) => inspectFile(file, readingOf(context)),
  share: (params) => {
    for (const material of params.materials) materials.set(material.id, material);
    soap = params.soap ?? soap;
  },
  soapEnvironments: ({ atoms, settings }) => soapEnvironments(atoms, settings),
  soapKernel: ({ rows, columns, settings }) => soapKernelMatrix(rows, columns, settings),
  learn: (request, context) =>
    learnItem(request, {
      materials,
      ...(soap && { soap }),
      createEngine,
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

function readingOf(context: CallContext) {
  const controller = new AbortController();
  context.onCancel(() => controller.abort());
  return { signal: controller.signal, onProgress: (fraction: number) => context.progress(fraction) };
}
