import { describeShells } from "../core/descriptors/shells.js";
import { predictFeatures } from "../core/learning/kernelModel.js";
import type { CreateNetworkEngine } from "../core/learning/networkEngine.js";
import { type DomainVerdict, judgeDomain } from "../core/learning/outOfDomain.js";
import { NetworkEnsemble } from "../core/learning/predictNetworks.js";
import { unstandardise } from "../core/learning/targetScaling.js";
import { featuresOf } from "./featureCache.js";
import { cellSize, describable, type EncodedMaterial } from "./material.js";
import type { Model } from "./modelFile.js";
import { reportedOfLearned } from "./targetKinds.js";

/** In the target's reported unit. `sigma`: over `count` members and orientations, or a kernel model's own with a count of 1. */
export interface Prediction {
  readonly value: number;
  readonly sigma: number;
  readonly count: number;
}

/** The orientations in which a network sees a material are the same for every network and every time. */
const ORIENTATION_SEED = 0;

/** A model made ready to predict any number of materials. */
export class Predictor {
  private readonly ensemble: NetworkEnsemble | undefined;

  constructor(
    readonly model: Model,
    createEngine: CreateNetworkEngine,
  ) {
    const { learned } = model;
    this.ensemble = learned.kind === "networks" ? new NetworkEnsemble(createEngine, learned.members) : undefined;
  }

  predict(material: EncodedMaterial): Prediction {
    const { target, normalize, scale } = this.model;
    const { value, sigma, count } = this.standardised(material);
    const inUnits = (learned: number) => reportedOfLearned(target, normalize, learned, cellSize(material));
    return { value: inUnits(unstandardise(value, scale)), sigma: inUnits(sigma * scale.deviation), count };
  }

  /** Whether the material is like those the model learned from. */
  judge(material: EncodedMaterial): DomainVerdict {
    const described = describable(material);
    return judgeDomain(this.model.domain, { ...described, shells: describeShells(described.spectrum) });
  }

  dispose(): void {
    this.ensemble?.dispose();
  }

  private standardised(material: EncodedMaterial): Prediction {
    const { learned, training } = this.model;
    if (learned.kind === "kernel")
      return { ...predictFeatures(learned.kernel, featuresOf(learned.kernel.name, material, learned.kernel.coulombMatrix)), count: 1 };
    if (this.ensemble === undefined) throw new Error("the predictor is disposed");
    return { ...this.ensemble.predict(material.spectrum, ORIENTATION_SEED), count: learned.members.length * training.testRotations };
  }
}
