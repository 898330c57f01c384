import { sparseVoxels, voxelsPerSide } from "../descriptors/r3dvs.js";
import type { SparseVoxels } from "../descriptors/sparseVoxels.js";
import type { Spectrum } from "../descriptors/spectrum.js";
import { deriveSeed, Random } from "../math/random.js";
import { randomRotation } from "../math/rotation.js";
import { Adam } from "./adam.js";
import { initialParameters } from "./initialParameters.js";
import { measureInputScale, scaleVoxels } from "./inputScaling.js";
import { learningRateAt } from "./learningRate.js";
import type { CreateNetworkEngine, NetworkEngine } from "./networkEngine.js";
import type { EpochReport, TrainedNetwork } from "./networkModel.js";
import { networkPreset } from "./networkPresets.js";
import type { TrainingSettings } from "./trainingSettings.js";
import type { TrainingState } from "./trainingState.js";

/** A material to learn from or to be judged by. */
export interface TrainingMaterial {
  readonly spectrum: Spectrum;
  /** The target, normalised and standardised. */
  readonly target: number;
}

/** Orientations of each validation material; they stay the same over the epochs. */
const VALIDATION_ROTATIONS = 4;
/** Gradients of a larger 2-norm, in units of the standardised target, are scaled down to it. */
const MAXIMUM_GRADIENT = 5;

/**
 * The training of one network, an epoch at a time, on one thread. All randomness comes from `seed` and the place where it is used (epoch,
 * material, copy), so a training that goes on from a saved state comes to the same bits as one that never stopped.
 */
export class NetworkTraining {
  readonly #settings: TrainingSettings;
  readonly #training: readonly TrainingMaterial[];
  readonly #validation: readonly TrainingMaterial[];
  readonly #seed: number;
  readonly #engine: NetworkEngine;
  readonly #inputScale: Float32Array;
  readonly #parameters: Float32Array;
  readonly #adam: Adam;
  readonly #history: EpochReport[];
  #best: TrainingState["best"];

  /**
   * `state`: where an earlier training with the same arguments left off. Throws RangeError for settings that no network can be built from,
   * and without training materials.
   */
  constructor(
    create: CreateNetworkEngine,
    settings: TrainingSettings,
    training: readonly TrainingMaterial[],
    validation: readonly TrainingMaterial[],
    seed: number,
    state?: TrainingState,
  ) {
    if (training.length === 0) throw new RangeError("There is nothing to train on");
    const size = voxelsPerSide(settings.voxels);
    if ("error" in size) throw new RangeError(size.error);
    this.#settings = settings;
    this.#training = training;
    this.#validation = validation;
    this.#seed = seed;
    this.#engine = create(networkPreset(settings.network, size.value, settings.channels.length, settings.pooling));
    const unrotated = training.map(({ spectrum }) => sparseVoxels(spectrum, settings.voxels, settings.channels));
    this.#inputScale = measureInputScale(unrotated, settings.channels.length, settings.inputScaling);
    this.#parameters = state?.parameters.slice() ?? initialParameters(this.#engine.spec, deriveSeed(seed, "parameters"));
    this.#engine.writeParameters(this.#parameters);
    const { weightDecay } = settings;
    this.#adam = new Adam(this.#parameters.length, { weightDecay, maximumNorm: MAXIMUM_GRADIENT }, state);
    this.#history = [...(state?.history ?? [])];
    this.#best = state?.best;
  }

  /** Whether all epochs are done, or `patience` of them in vain. */
  get finished(): boolean {
    const { epochs, patience } = this.#settings;
    const epoch = this.#history.length;
    return epoch >= epochs || (patience > 0 && this.#best !== undefined && epoch - this.#best.epoch >= patience);
  }

  /**
   * Learns every rotated copy of the training materials once. `onBatch` hears the share of the epoch that is done; what it throws ends the
   * epoch, and the training then goes on from its last saved state only. Throws an Error when the loss is no longer finite.
   */
  runEpoch(onBatch?: (fraction: number) => void): EpochReport {
    const { batchSize, rotations, epochs, schedule, learningRate } = this.#settings;
    const epoch = this.#history.length + 1;
    const copies = this.#shuffledCopies(epoch);
    const batches = Math.ceil(copies.length / batchSize);
    let squares = 0;
    for (let batch = 0; batch < batches; batch++) {
      const chosen = copies.slice(batch * batchSize, (batch + 1) * batchSize);
      const samples = chosen.map((copy) =>
        this.#voxels(this.#materialOf(copy).spectrum, "rotation", epoch, Math.floor(copy / rotations), copy % rotations),
      );
      const targets = Float32Array.from(chosen, (copy) => this.#materialOf(copy).target);
      const { loss, gradient } = this.#engine.lossAndGradient(samples, targets);
      if (!Number.isFinite(loss))
        throw new Error(`The training diverged in epoch ${epoch}: a lower learning rate than ${learningRate} is needed`);
      squares += loss * chosen.length;
      const rate = learningRateAt(schedule, learningRate, (epoch - 1) * batches + batch, epochs * batches);
      this.#adam.update(this.#parameters, gradient, rate);
      this.#engine.writeParameters(this.#parameters);
      onBatch?.((batch + 1) / batches);
    }
    return this.#close({ epoch, loss: squares / copies.length, validationMae: this.#validate() });
  }

  /** Everything that going on needs, as copies. */
  saveState(): TrainingState {
    return {
      epoch: this.#history.length,
      parameters: this.#parameters.slice(),
      ...this.#adam.saveState(),
      ...(this.#best && { best: this.#best }),
      history: [...this.#history],
    };
  }

  /** The network of the best epoch by validation; of the last one without validation materials. */
  result(): TrainedNetwork {
    return {
      spec: this.#engine.spec,
      parameters: (this.#best?.parameters ?? this.#parameters).slice(),
      inputScale: this.#inputScale.slice(),
      settings: this.#settings,
      history: [...this.#history],
    };
  }

  dispose(): void {
    this.#engine.dispose();
  }

  #close(report: EpochReport): EpochReport {
    this.#history.push(report);
    if (report.validationMae < (this.#best?.validationMae ?? Number.POSITIVE_INFINITY))
      this.#best = { epoch: report.epoch, validationMae: report.validationMae, parameters: this.#parameters.slice() };
    return report;
  }

  /** Copies are numbered material by material. */
  #shuffledCopies(epoch: number): number[] {
    const copies = Array.from({ length: this.#training.length * this.#settings.rotations }, (_, copy) => copy);
    return new Random(deriveSeed(this.#seed, "order", epoch)).shuffle(copies);
  }

  #materialOf(copy: number): TrainingMaterial {
    return this.#training[Math.floor(copy / this.#settings.rotations)] as TrainingMaterial;
  }

  #voxels(spectrum: Spectrum, ...path: (string | number)[]): SparseVoxels {
    const { voxels, channels, inputScaling } = this.#settings;
    const rotation = randomRotation(new Random(deriveSeed(this.#seed, ...path)));
    return scaleVoxels(sparseVoxels(spectrum, voxels, channels, rotation), this.#inputScale, inputScaling);
  }

  /** Mean absolute error of the validation materials, each predicted as the mean over its orientations. */
  #validate(): number {
    const orientations = Math.min(VALIDATION_ROTATIONS, this.#settings.testRotations);
    let errors = 0;
    for (const [material, { spectrum, target }] of this.#validation.entries()) {
      const samples = Array.from({ length: orientations }, (_, i) => this.#voxels(spectrum, "validation", material, i));
      const outputs = this.#engine.predict(samples);
      errors += Math.abs(outputs.reduce((sum, output) => sum + output, 0) / orientations - target);
    }
    return errors / this.#validation.length;
  }
}
