import { sparseVoxels, voxelsPerSide } from "../../descriptors/r3dvs.js";
import type { SparseVoxels } from "../../descriptors/sparseVoxels.js";
import type { Spectrum } from "../../descriptors/spectrum.js";
import { deriveSeed, Random } from "../../math/random.js";
import { randomRotation } from "../../math/rotation.js";
import { firstOutputOf } from "../networks/firstOutput.js";
import { initialParameters } from "../networks/initialParameters.js";
import { measureInputScale, scaleVoxels } from "../networks/inputScaling.js";
import type { CreateNetworkEngine, NetworkEngine } from "../networks/networkEngine.js";
import type { EpochReport, TrainedNetwork } from "../networks/networkModel.js";
import { networkOf } from "../networks/networkPresets.js";
import { isNormalized } from "../networks/networkSpec.js";
import { followMoments, inferenceNetwork, initialMoments } from "../networks/normalization.js";
import type { TrainingSettings } from "../networks/trainingSettings.js";
import { Adam } from "./adam.js";
import { learningRateAt } from "./learningRate.js";
import type { TrainingState } from "./trainingState.js";

/** A material to learn from or to be judged by. Its spectrum is asked for again for every batch, and not kept. */
export interface TrainingMaterial {
  readonly spectrum: Spectrum;
  /** The target, normalised and standardised. */
  readonly target: number;
  /** What is learned beside it, one number an output behind the first; NaN where one is not known. */
  readonly others?: Float32Array | undefined;
}

/** One after the other. */
function* unrotatedVoxels(
  materials: readonly TrainingMaterial[],
  { voxels, channels }: TrainingSettings,
): Generator<SparseVoxels> {
  for (const { spectrum } of materials) yield sparseVoxels(spectrum, voxels, channels);
}

/** Orientations of each validation material; they stay the same over the epochs. */
const VALIDATION_ROTATIONS = 4;

/**
 * The training of one network, a batch or an epoch at a time, on one thread. All randomness comes from `seed` and the
 * place where it is used (epoch, material, copy), so a training that goes on from a saved state, of any batch, comes to
 * the same bits as one that never stopped.
 */
export class NetworkTraining {
  readonly #settings: TrainingSettings;
  readonly #training: readonly TrainingMaterial[];
  readonly #validation: readonly TrainingMaterial[];
  /** Of the network while it learns: the target's own, then its companions'. */
  readonly #outputs: number;
  readonly #seed: number;
  readonly #engine: NetworkEngine;
  /** Computes what `inferenceNetwork` gives: the same engine, but for networks with batch normalisation. */
  readonly #predictor: NetworkEngine;
  readonly #inputScale: Float32Array;
  readonly #parameters: Float32Array;
  readonly #adam: Adam;
  /** Running means of what the batches gave; empty without batch normalisation. */
  readonly #moments: Float32Array;
  readonly #history: EpochReport[];
  /** Batches of the epoch that are done, and their squared errors. */
  #batch: number;
  #squares: number;
  #best: TrainingState["best"];

  /**
   * `state`: where an earlier training with the same arguments left off. Throws RangeError for settings that no network
   * can be built from, and without training materials.
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
    this.#outputs = 1 + (training[0]?.others?.length ?? 0);
    const spec = networkOf(settings, size.value, this.#outputs);
    this.#engine = create(spec);
    this.#moments = state?.moments?.slice() ?? initialMoments(spec);
    this.#inputScale = measureInputScale(
      unrotatedVoxels(training, settings),
      settings.channels.length,
      settings.inputScaling,
    );
    this.#parameters = state?.parameters.slice() ?? initialParameters(spec, deriveSeed(seed, "parameters"));
    this.#engine.writeParameters(this.#parameters);
    this.#predictor = isNormalized(spec) ? create(this.#inference().spec) : this.#engine;
    const { weightDecay, maximumGradient } = settings;
    this.#adam = new Adam(this.#parameters.length, { weightDecay, maximumNorm: maximumGradient }, state);
    this.#history = [...(state?.history ?? [])];
    this.#batch = state?.batch ?? 0;
    this.#squares = state?.squares ?? 0;
    this.#best = state?.best;
  }

  /** Whether all epochs are done, or `patience` of them in vain. */
  get finished(): boolean {
    const { epochs, patience } = this.#settings;
    const epoch = this.#history.length;
    return epoch >= epochs || (patience > 0 && this.#best !== undefined && epoch - this.#best.epoch >= patience);
  }

  /**
   * Learns every rotated copy of the training materials once, or what is left of an epoch that was begun. `onBatch`
   * hears the share of the epoch that is done, and may save the state; what it throws ends the call there. Throws an
   * Error when the loss is no longer finite.
   */
  runEpoch(onBatch?: (fraction: number) => void): EpochReport {
    const { batchSize } = this.#settings;
    const epoch = this.#history.length + 1;
    const copies = this.#shuffledCopies(epoch);
    const batches = Math.ceil(copies.length / batchSize);
    while (this.#batch < batches) {
      const chosen = copies.slice(this.#batch * batchSize, (this.#batch + 1) * batchSize);
      this.#squares += this.#learn(chosen, epoch, batches);
      this.#batch++;
      onBatch?.(this.#batch / batches);
    }
    const report = { epoch, loss: this.#squares / copies.length, validationMae: this.#validate() };
    this.#batch = 0;
    this.#squares = 0;
    return this.#close(report);
  }

  /** Everything that going on needs, as copies. */
  saveState(): TrainingState {
    return {
      epoch: this.#history.length,
      parameters: this.#parameters.slice(),
      ...this.#adam.saveState(),
      ...(this.#moments.length > 0 && { moments: this.#moments.slice() }),
      batch: this.#batch,
      squares: this.#squares,
      ...(this.#best && { best: this.#best }),
      history: [...this.#history],
    };
  }

  /**
   * The network of the last epoch; of the best one by validation where the rate does not fall to 0 or the training may
   * stop early. A rate that falls ends at its best, and a handful of validation materials picks a worse epoch by luck.
   */
  result(): TrainedNetwork {
    const { spec, parameters } = this.#inference();
    const { schedule, patience } = this.#settings;
    const best = schedule === "cosine" && patience === 0 ? undefined : this.#best;
    return {
      ...firstOutputOf(spec, best?.parameters.slice() ?? parameters),
      inputScale: this.#inputScale.slice(),
      settings: this.#settings,
      history: [...this.#history],
    };
  }

  dispose(): void {
    this.#engine.dispose();
    this.#predictor.dispose();
  }

  /** One step of the optimiser; returns the sum of the squared errors. */
  #learn(chosen: readonly number[], epoch: number, batches: number): number {
    const { rotations, batchSize, epochs, schedule, learningRate } = this.#settings;
    const places = chosen.map((copy) => [epoch, Math.floor(copy / rotations), copy % rotations] as const);
    const samples = chosen.map((copy, i) =>
      this.#voxels(this.#materialOf(copy).spectrum, "rotation", ...(places[i] ?? [])),
    );
    const targets = this.#targetsOf(chosen);
    const seeds = places.map((place) => deriveSeed(this.#seed, "dropout", ...place));
    const { loss, gradient, moments } = this.#engine.lossAndGradient(samples, targets, seeds);
    if (!Number.isFinite(loss))
      throw new Error(`The training diverged in epoch ${epoch}: a lower learning rate than ${learningRate} is needed`);
    const step = (epoch - 1) * batches + this.#batch;
    this.#adam.update(
      this.#parameters,
      gradient,
      learningRateAt(schedule, learningRate, step, epochs * batches, this.#history),
    );
    this.#engine.writeParameters(this.#parameters);
    if (moments) followMoments(this.#moments, moments, step, chosen.length / batchSize);
    return loss * chosen.length;
  }

  /** `outputs` numbers a sample. */
  #targetsOf(chosen: readonly number[]): Float32Array {
    const targets = new Float32Array(chosen.length * this.#outputs);
    for (const [sample, copy] of chosen.entries()) {
      const { target, others } = this.#materialOf(copy);
      targets[sample * this.#outputs] = target;
      if (others) targets.set(others, sample * this.#outputs + 1);
    }
    return targets;
  }

  /** The network as it is now, as a prediction needs it. */
  #inference() {
    return inferenceNetwork(this.#engine.spec, this.#parameters, this.#moments);
  }

  #close(report: EpochReport): EpochReport {
    this.#history.push(report);
    if (report.validationMae < (this.#best?.validationMae ?? Number.POSITIVE_INFINITY))
      this.#best = {
        epoch: report.epoch,
        validationMae: report.validationMae,
        parameters: this.#inference().parameters,
      };
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
    if (this.#predictor !== this.#engine) this.#predictor.writeParameters(this.#inference().parameters);
    let errors = 0;
    for (const [material, { spectrum, target }] of this.#validation.entries()) {
      const samples = Array.from({ length: orientations }, (_, i) => this.#voxels(spectrum, "validation", material, i));
      const outputs = this.#predictor.predict(samples);
      const own = outputs.filter((_, place) => place % this.#outputs === 0);
      errors += Math.abs(own.reduce((sum, output) => sum + output, 0) / orientations - target);
    }
    return errors / this.#validation.length;
  }
}
