import type { Material } from "../core/descriptors/material.js";
import { describeShells } from "../core/descriptors/shells.js";
import { defaultKernelModelOptions, fitKernelModelOnFeatures, type KernelModelName } from "../core/learning/kernelModel.js";
import type { EpochReport } from "../core/learning/networkModel.js";
import { fitDomain } from "../core/learning/outOfDomain.js";
import { fitTargetScale, standardise } from "../core/learning/targetScaling.js";
import { mean } from "../core/math/statistics.js";
import { featuresOf } from "./featureCache.js";
import { learnNetwork, type NetworkHooks } from "./learnNetwork.js";
import type { LearnOutcome, LearnRequest } from "./learnRequest.js";
import { cellSize, describable, type EncodedMaterial } from "./material.js";
import { type Learned, type Model, writeModel } from "./modelFile.js";
import { Predictor } from "./predictor.js";
import { learnedValue, reportedOfLearned } from "./targetKinds.js";
import { softwareVersion } from "./version.js";

export type LearnHooks = Omit<NetworkHooks, "onEpoch"> & {
  readonly materials: ReadonlyMap<string, EncodedMaterial>;
  /** `validationMae` in about the target's reported unit. */
  readonly onEpoch: (report: EpochReport, validationMae: number) => void;
};

/** Learns one work item and predicts its test materials; writes the model where the request wants it. Rejects with `cancelled` when stopped. */
export async function learnItem(request: LearnRequest, hooks: LearnHooks): Promise<LearnOutcome> {
  const began = performance.now();
  const model = await learnModel(request, hooks);
  const predictor = new Predictor(model, hooks.createEngine);
  try {
    const predictions = request.test.map((id) => ({ id, ...predictor.predict(materialOf(hooks, id)) }));
    if (request.keep !== undefined) writeModel(request.keep, model);
    return { predictions, seconds: (performance.now() - began) / 1000 };
  } finally {
    predictor.dispose();
  }
}

async function learnModel(request: LearnRequest, hooks: LearnHooks): Promise<Model> {
  const { model, target, normalize, component, training } = request;
  const samples = request.train.map(({ id, value }) => {
    const material = materialOf(hooks, id);
    const size = cellSize(material);
    return { material, size, learned: learnedValue(target, normalize, value, size) };
  });
  const scale = fitTargetScale(samples.map(({ learned }) => learned));
  const described = samples.map(({ material }) => describable(material));
  const targets = Float64Array.from(samples, ({ learned }) => standardise(learned, scale));
  const reportedPerUnit = mean(samples.map(({ size }) => reportedOfLearned(target, normalize, scale.deviation, size)));
  const learned: Learned =
    model === "r3dvs"
      ? { kind: "networks", members: [await learnMember(request, described, targets, reportedPerUnit, hooks)] }
      : { kind: "kernel", kernel: fitBaseline(model, request, samples, targets) };
  return {
    format: 1,
    software: { name: "r3dvs", version: softwareVersion },
    model,
    target,
    normalize,
    component,
    training,
    materials: samples.map(({ material }) => ({ id: material.id, sha256: material.sha256 })),
    scale,
    domain: fitDomain(described.map((material) => ({ ...material, shells: describeShells(material.spectrum) }))),
    learned,
  };
}

function fitBaseline(
  name: KernelModelName,
  { seed, hyperparameters }: LearnRequest,
  samples: readonly { readonly material: EncodedMaterial }[],
  targets: Float64Array,
) {
  const vectors = samples.map(({ material }) => featuresOf(name, material));
  return fitKernelModelOnFeatures(name, vectors, targets, seed, { ...defaultKernelModelOptions, hyperparameters });
}

function learnMember(request: LearnRequest, materials: readonly Material[], targets: Float64Array, perUnit: number, hooks: LearnHooks) {
  const samples = materials.map(({ spectrum }, index) => ({ spectrum, target: targets[index] ?? Number.NaN }));
  const { training, seed, fingerprint, checkpoint } = request;
  return learnNetwork(
    { training, samples, seed, checkpoint: { file: checkpoint, fingerprint: `${seed} ${fingerprint}` } },
    {
      createEngine: hooks.createEngine,
      shouldStop: hooks.shouldStop,
      onEpoch: (report) => hooks.onEpoch(report, report.validationMae * perUnit),
    },
  );
}

function materialOf({ materials }: LearnHooks, id: string): EncodedMaterial {
  const material = materials.get(id);
  if (material === undefined) throw new Error(`the material ${id} was not shared with this thread`);
  return material;
}
