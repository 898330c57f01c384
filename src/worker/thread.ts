import { parentPort } from "node:worker_threads";
import { soapEnvironments } from "../core/descriptors/soapKernel.js";
import { soapKernelMatrix } from "../core/learning/kernelRidge/soapKernelMatrix.js";
import type { CreateNetworkEngine } from "../core/learning/networks/networkEngine.js";
import { knownValues } from "../jobs/dataset/knownValues.js";
import { chooseEngine, createEngines } from "../jobs/engines/engineChoice.js";
import { inspectEngines } from "../jobs/engines/inspectEngines.js";
import { inspectEnginesMethod, shareEngineMethod } from "../jobs/engines/threadMethods.js";
import { useFastAlgebra } from "../jobs/features/fastAlgebra.js";
import { rememberModelSoap } from "../jobs/features/processSoap.js";
import type { SharedSoap } from "../jobs/features/sharedSoap.js";
import {
  shareModelSoapMethod,
  shareSoapMethod,
  soapEnvironmentsMethod,
  soapKernelMethod,
  soapRowsMethod,
} from "../jobs/features/threadMethods.js";
import { useWasmSoap } from "../jobs/features/useWasmSoap.js";
import { inspectFile } from "../jobs/inspect/inspect.js";
import { outlineOutput } from "../jobs/inspect/outlineOutput.js";
import { readConvergence } from "../jobs/inspect/readConvergence.js";
import { inspectFileMethod, outlineOutputMethod, readConvergenceMethod } from "../jobs/inspect/threadMethods.js";
import { explainPrediction } from "../jobs/models/explainPrediction.js";
import { PredictorCache, predictFile } from "../jobs/models/predictFile.js";
import { explainPredictionMethod, predictFileMethod } from "../jobs/models/threadMethods.js";
import { MaterialStore } from "../jobs/spectra/materialStore.js";
import { readMaterial } from "../jobs/spectra/readMaterial.js";
import { readMaterialMethod, shareMaterialsMethod } from "../jobs/spectra/threadMethods.js";
import { answer, answerCalls } from "../jobs/threads/answerCalls.js";
import { epochEvent, trainTaskMethod } from "../jobs/training/threadMethods.js";
import { trainTask } from "../jobs/training/trainTask.js";
import type { CallContext } from "../protocol/rpc.js";
import type { EngineFacts } from "../protocol/runFiles.js";

/**
 * A thread of a `ThreadPool`: binds the methods that the folders of jobs declare to what answers them, one call at a
 * time.
 */
const port = parentPort;
if (port === null) throw new Error("dist/thread.js runs as a worker thread only");

let store: MaterialStore | undefined;
let soap: readonly SharedSoap[] = [];
let engine: EngineFacts | undefined;
const createEngine: CreateNetworkEngine = (spec) => createEngines(chosenEngine())(spec);
const predictors = new PredictorCache(createEngine);

const pool = answerCalls(port, [
  answer(readMaterialMethod, ({ entry, settings, reading }, context) =>
    readMaterial(entry, settings, { ...reading, ...readingOf(context) }),
  ),
  answer(shareMaterialsMethod, (shared) => {
    store = MaterialStore.open(shared);
  }),
  answer(inspectFileMethod, ({ file, frame }, context) =>
    inspectFile(file, { ...readingOf(context), ...(frame !== undefined && { frame }) }),
  ),
  answer(outlineOutputMethod, ({ file }, context) => outlineOutput(file, readingOf(context))),
  answer(readConvergenceMethod, ({ file }, context) => readConvergence(file, readingOf(context))),
  answer(predictFileMethod, ({ models, entry, frame }, context) =>
    predictFile(predictors, models, entry, {
      ...readingOf(context),
      known: knownValues,
      ...(frame !== undefined && { frame }),
    }),
  ),
  answer(explainPredictionMethod, ({ model, entry }, context) =>
    explainPrediction(createEngine, model, entry, readingOf(context)),
  ),
  answer(inspectEnginesMethod, () => inspectEngines()),
  answer(shareEngineMethod, (shared) => {
    engine = shared;
  }),
  answer(soapEnvironmentsMethod, ({ atoms, settings }) =>
    useWasmSoap((kernels) => soapEnvironments(atoms, settings, kernels)),
  ),
  answer(soapRowsMethod, ({ atoms, columns, settings }) => {
    useFastAlgebra();
    return useWasmSoap((kernels) =>
      soapKernelMatrix(
        atoms.map((one) => soapEnvironments(one, settings, kernels)),
        columns,
        settings,
        kernels,
      ),
    );
  }),
  answer(soapKernelMethod, ({ rows, columns, settings }) => {
    useFastAlgebra();
    return useWasmSoap((kernels) => soapKernelMatrix(rows, columns, settings, kernels));
  }),
  answer(shareModelSoapMethod, (shared) => rememberModelSoap(shared)),
  answer(shareSoapMethod, (shared) => {
    soap = shared;
  }),
  answer(trainTaskMethod, (task, context) =>
    trainTask(task, {
      materials: { get: (id) => store?.get(id) },
      soap,
      createEngine,
      engine: chosenEngine,
      shouldStop: () => context.cancelled || pool.isStopping(),
      onEpoch: (report, validationMae) =>
        pool.tell(epochEvent, { item: task.item, report, epochs: task.training.epochs, validationMae }),
    }),
  ),
]);

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
