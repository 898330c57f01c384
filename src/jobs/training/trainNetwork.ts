import { channelSums } from "../../core/descriptors/channelSums.js";
import type { Spectrum } from "../../core/descriptors/spectrum.js";
import { fitCalibration } from "../../core/learning/evaluation/calibration.js";
import { fitLinearPart, type LinearPart, residualOf } from "../../core/learning/networks/linearPart.js";
import type { CreateNetworkEngine } from "../../core/learning/networks/networkEngine.js";
import type { EpochReport, TrainedNetwork } from "../../core/learning/networks/networkModel.js";
import { predictNetworks } from "../../core/learning/networks/predictNetworks.js";
import type { TrainingSettings } from "../../core/learning/networks/trainingSettings.js";
import { NetworkTraining } from "../../core/learning/training/networkTraining.js";
import { deriveSeed, Random } from "../../core/math/random.js";
import { RpcError } from "../../protocol/rpc.js";
import { readCheckpoint, writeCheckpoint } from "./checkpointFile.js";

/** `spectrum` is read each time it is asked for: all of them may be too many for memory. */
export interface NetworkSample {
  readonly spectrum: Spectrum;
  /** Standardised. */
  readonly target: number;
  /** Companion targets, standardised; NaN where one is not known. */
  readonly others?: Float32Array | undefined;
}

export interface NetworkRequest {
  readonly training: TrainingSettings;
  readonly samples: readonly NetworkSample[];
  readonly seed: number;
  readonly checkpoint?: { readonly file: string; readonly fingerprint: string };
}

export function sampleOf(
  { spectrumOf, others }: { readonly spectrumOf: () => Spectrum; readonly others?: Float32Array | undefined },
  target: number,
): NetworkSample {
  return {
    get spectrum() {
      return spectrumOf();
    },
    target,
    ...(others && { others }),
  };
}

export interface NetworkHooks {
  readonly createEngine: CreateNetworkEngine;
  readonly onEpoch: (report: EpochReport) => void;
  /** Asked between batches. */
  readonly shouldStop: () => boolean;
}

/** A checkpoint is written no oftener than this: it costs a synced file. */
const CHECKPOINT_MS = 5_000;

/**
 * Trains one network, from its checkpoint where one stands; its result does not depend on where it was stopped.
 * When asked to stop, it keeps what it has come to and rejects with `cancelled`; killed, it loses a few seconds.
 */
export async function learnNetwork(request: NetworkRequest, hooks: NetworkHooks): Promise<TrainedNetwork> {
  const { checkpoint, training: settings, seed } = request;
  const held = holdOut(request);
  const { training, validation, linear } = withLinearPart(settings, held);
  const state = checkpoint && readCheckpoint(checkpoint.file, checkpoint.fingerprint);
  const network = new NetworkTraining(hooks.createEngine, settings, training, validation, seed, state);
  let written = Date.now();
  const keep = () => {
    if (checkpoint) writeCheckpoint(checkpoint.file, network.saveState(), checkpoint.fingerprint);
    written = Date.now();
  };
  const keepSometimes = () => {
    if (Date.now() - written >= CHECKPOINT_MS) keep();
  };
  const afterBatch = () => {
    stopIfAsked(hooks);
    keepSometimes();
  };
  try {
    while (!network.finished) {
      await new Promise(setImmediate);
      hooks.onEpoch(inTargetUnits(network.runEpoch(afterBatch), linear));
      keepSometimes();
    }
    const result = network.result();
    const history = result.history.map((report) => inTargetUnits(report, linear));
    return calibrated(
      linear === undefined ? result : { ...result, linear, history },
      held.validation,
      hooks.createEngine,
    );
  } catch (error) {
    if (error instanceof RpcError && error.code === "cancelled") keep();
    throw error;
  } finally {
    network.dispose();
  }
}

type Held = Record<"training" | "validation", NetworkRequest["samples"]>;

/** With a linear part, fitted to the training samples alone, the network learns its residuals. */
function withLinearPart(
  { linearPart, channels, voxels }: TrainingSettings,
  held: Held,
): Held & { readonly linear?: LinearPart } {
  if (linearPart === "none") return held;
  const featuresOf = (spectrum: Spectrum) => channelSums(spectrum, voxels.spacing, channels);
  const linear = fitLinearPart(
    held.training.map(({ spectrum }) => featuresOf(spectrum)),
    held.training.map(({ target }) => target),
  );
  const withResiduals = (samples: Held["training"]) =>
    samples.map((sample) =>
      sampleOf(
        { spectrumOf: () => sample.spectrum, others: sample.others },
        residualOf(linear, featuresOf(sample.spectrum), sample.target),
      ),
    );
  return { training: withResiduals(held.training), validation: withResiduals(held.validation), linear };
}

/**
 * With what its errors on the materials held out say of its errors on new ones. The same orientations as in a
 * prediction.
 */
function calibrated(
  network: TrainedNetwork,
  held: NetworkRequest["samples"],
  createEngine: CreateNetworkEngine,
): TrainedNetwork {
  const predictions = held.map(({ spectrum }) => predictNetworks(createEngine, [network], spectrum, 0));
  const calibration = fitCalibration(
    predictions.map(({ value }, i) => value - (held[i]?.target ?? Number.NaN)),
    predictions.map(({ sigma }) => sigma),
  );
  return calibration === undefined ? network : { ...network, calibration };
}

/** The network's own units are deviations of what it learns. */
function inTargetUnits(report: EpochReport, linear: LinearPart | undefined): EpochReport {
  const unit = linear?.residual.deviation ?? 1;
  return { ...report, loss: report.loss * unit ** 2, validationMae: report.validationMae * unit };
}

/**
 * Some of the samples only judge the epochs; which ones is drawn from the seed, so that an ensemble's members learn
 * from all together.
 */
function holdOut({ samples, training: { validationFraction }, seed }: NetworkRequest): Held {
  const count =
    validationFraction === 0
      ? 0
      : Math.min(samples.length - 1, Math.max(1, Math.round(samples.length * validationFraction)));
  const shuffled = new Random(deriveSeed(seed, "hold out")).shuffle(samples);
  return { training: shuffled.slice(count), validation: shuffled.slice(0, count) };
}

function stopIfAsked({ shouldStop }: NetworkHooks): void {
  if (shouldStop()) throw new RpcError("cancelled", "stopped");
}
