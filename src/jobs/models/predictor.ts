import { assessDomain, type DomainVerdict } from "../../core/learning/domain/applicabilityDomain.js";
import { unstandardise } from "../../core/learning/evaluation/targetScaling.js";
import type { CreateNetworkEngine } from "../../core/learning/networks/networkEngine.js";
import type { SharedSoap } from "../features/sharedSoap.js";
import { cellSize, domainMember, type EncodedMaterial } from "../spectra/material.js";
import { type LearnedPrediction, type LearnedPredictor, learnedPredictor } from "./learnedPredictor.js";
import type { Model } from "./modelFile.js";
import { reportedOfLearned } from "./targetUnits.js";

/** In the target's reported unit. */
export type Prediction = LearnedPrediction;

/** A model made ready to predict any number of materials. */
export class Predictor {
  private readonly learned: LearnedPredictor;

  /** `soap`: kernels that are known already. */
  constructor(
    readonly model: Model,
    createEngine: CreateNetworkEngine,
    soap?: readonly SharedSoap[],
  ) {
    this.learned = learnedPredictor(model.learned, createEngine, soap);
  }

  predict(material: EncodedMaterial): Prediction {
    const { target, normalize, scale } = this.model;
    const { value, sigma, count } = this.learned.predict(material);
    const inUnits = (learned: number) => reportedOfLearned(target, normalize, learned, cellSize(material));
    return { value: inUnits(unstandardise(value, scale)), sigma: inUnits(sigma * scale.deviation), count };
  }

  /** Whether the material is like those the model learned from. */
  judge(material: EncodedMaterial): DomainVerdict {
    return assessDomain(this.model.domain, domainMember(material));
  }

  dispose(): void {
    this.learned.dispose();
  }
}
