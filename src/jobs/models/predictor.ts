import { pureTranslations } from "../../core/crystal/pureTranslations.js";
import type { Spectrum } from "../../core/descriptors/spectrum.js";
import {
  assessDomain,
  type DomainVerdict,
  magnetizationShare,
  uncertaintyReason,
} from "../../core/learning/domain/applicabilityDomain.js";
import {
  applyBounds,
  type BoundedValue,
  boundsOf,
  hasOddElectrons,
  isGap,
} from "../../core/learning/evaluation/physicalBounds.js";
import { unstandardise } from "../../core/learning/evaluation/targetScaling.js";
import type { CreateNetworkEngine } from "../../core/learning/networks/networkEngine.js";
import type { SharedSoap } from "../features/sharedSoap.js";
import { isAtomsMaterial } from "../spectra/atomsMaterial.js";
import { atomsOf, cellSize, domainMember, type EncodedMaterial } from "../spectra/material.js";
import { type LearnedPrediction, type LearnedPredictor, learnedPredictor } from "./learnedPredictor.js";
import type { Model } from "./modelFile.js";
import { inputsOf } from "./modelNames.js";
import { reportedOfLearned } from "./targetUnits.js";

/** In the target's reported unit, within its physical bounds. `lower`, `upper`: the 90 % interval. */
export type Prediction = LearnedPrediction & BoundedValue;

/** The standard deviation of Gaussian errors over their mean absolute value. */
const DEVIATION_PER_MAE = Math.sqrt(Math.PI / 2);
/** A magnetisation below this share of the mean density is none. */
const NO_SPIN = 0.01;

const NEAREST = 3;

/** Standard deviations of the training values; a guess of their mean errs by one. */
const MOST_SPREADS = 2;

/** Of the strongest wave: less is nothing. */
const NO_WAVE = 1e-3;

/** Whether a density has no wave that a translation (in fractions of the cell) would change. */
function isPeriod({ hkl, amplitude }: Spectrum, [u, v, w]: readonly [number, number, number]): boolean {
  const limit = NO_WAVE * amplitude.reduce((most, one, wave) => (wave === 0 ? most : Math.max(most, one)), 0);
  return amplitude.every((one, wave) => {
    const turns = (hkl[3 * wave] ?? 0) * u + (hkl[3 * wave + 1] ?? 0) * v + (hkl[3 * wave + 2] ?? 0) * w;
    return one <= limit || Math.abs(turns - Math.round(turns)) < 0.01;
  });
}

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
    const { value, sigma, count, isCalibrated } = this.learned.predict(material);
    const inUnits = (learned: number) => reportedOfLearned(target, normalize, learned, cellSize(material));
    if (this.hasNoGap(material)) return { value: 0, sigma: 0, lower: 0, upper: 0, count, isCalibrated: true };
    const reported = { value: inUnits(unstandardise(value, scale)), sigma: inUnits(sigma * scale.deviation) };
    const honest = isCalibrated ? reported : { ...reported, sigma: this.leastSigma(reported.sigma) };
    return { ...applyBounds(honest, boundsOf(target.name)), count, isCalibrated };
  }

  /**
   * Whether the material is like those the model learned from. `sigma`: of its prediction; one far beyond the spread of
   * the training values says that the model knows nothing of it.
   */
  judge(material: EncodedMaterial, sigma = 0): DomainVerdict {
    const { domain, model, target, normalize, scale } = this.model;
    const inputs = inputsOf(model);
    const found = assessDomain(domain, domainMember(material), inputs);
    const spread = Math.abs(reportedOfLearned(target, normalize, scale.deviation, cellSize(material)));
    const reasons = [...found.reasons, ...(sigma > MOST_SPREADS * spread ? [uncertaintyReason(sigma / spread)] : [])];
    const verdict = { ...found, reasons, outOfDomain: reasons.length > 0 };
    return inputs.density ? verdict : { ...verdict, nearest: this.nearestByAtoms(material) };
  }

  /**
   * A model that does not read the density knows nothing of how alike densities are: it says which materials its own
   * kernel takes for alike.
   */
  private nearestByAtoms(material: EncodedMaterial): DomainVerdict["nearest"] {
    const similarities = this.learned.compare?.(material) ?? new Float64Array();
    const ids = this.learned.compared ?? this.model.materials.map(({ id }) => id);
    return ids
      .map((id, i) => ({ id, similarity: Math.min(1, Math.round((similarities[i] ?? Number.NaN) * 1e9) / 1e9) }))
      .filter(({ similarity }) => Number.isFinite(similarity))
      .sort((a, b) => b.similarity - a.similarity)
      .slice(0, NEAREST);
  }

  /**
   * An odd number of electrons leaves a band half filled where spins are not polarised: all training materials of a
   * model without magnetisation are of that kind, and so is a density without one. Of a supercell its primitive cell
   * counts. A structure alone tells it too: cores hold pairs.
   */
  private hasNoGap(material: EncodedMaterial): boolean {
    const { target, domain } = this.model;
    const known = domain.magnetization;
    if (!isGap(target.name) || known === undefined || known > NO_SPIN) return false;
    if (isAtomsMaterial(material)) {
      const charges = atomsOf(material).atomicNumbers.reduce((sum, z) => sum + z, 0);
      return hasOddElectrons(charges / (1 + pureTranslations(material.structure).length));
    }
    const { electrons, spectrum, structure } = material;
    if (electrons === undefined || (magnetizationShare(spectrum) ?? 1) > NO_SPIN) return false;
    if (hasOddElectrons(electrons)) return true;
    const translations = pureTranslations(structure).filter((shift) => isPeriod(spectrum, shift));
    return translations.length > 0 && hasOddElectrons(electrons / (1 + translations.length));
  }

  /** A spread that is not calibrated says too little: the error on test sets is the least. */
  private leastSigma(spread: number): number {
    return Math.max(spread, DEVIATION_PER_MAE * (this.model.heldOut?.mae ?? 0));
  }

  dispose(): void {
    this.learned.dispose();
  }
}
