import type { Spectrum } from "../core/descriptors/spectrum.js";
import type { CreateNetworkEngine } from "../core/learning/networkEngine.js";
import type { EpochReport, TrainedNetwork } from "../core/learning/networkModel.js";
import type { TrainingSettings } from "../core/learning/trainingSettings.js";
import { NetworkTraining } from "../core/learning/trainNetwork.js";
import { deriveSeed, Random } from "../core/math/random.js";
import { RpcError } from "../protocol/rpc.js";
import { readCheckpoint, writeCheckpoint } from "./checkpointFile.js";

export interface NetworkRequest {
  readonly training: TrainingSettings;
  readonly samples: readonly { readonly spectrum: Spectrum /** Standardised. */; readonly target: number }[];
  readonly seed: number;
  readonly checkpoint?: { readonly file: string; readonly fingerprint: string };
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
 * When asked to stop, it keeps the last whole epoch and rejects with `cancelled`.
 */
export async function learnNetwork(request: NetworkRequest, hooks: NetworkHooks): Promise<TrainedNetwork> {
  const { checkpoint, training: settings, seed } = request;
  const { training, validation } = holdOut(request);
  const state = checkpoint && readCheckpoint(checkpoint.file, checkpoint.fingerprint);
  const network = new NetworkTraining(hooks.createEngine, settings, training, validation, seed, state);
  let kept = network.saveState();
  let written = Date.now();
  const keep = () => checkpoint && writeCheckpoint(checkpoint.file, kept, checkpoint.fingerprint);
  try {
    while (!network.finished) {
      await new Promise(setImmediate);
      hooks.onEpoch(network.runEpoch(() => stopIfAsked(hooks)));
      kept = network.saveState();
      if (Date.now() - written < CHECKPOINT_MS) continue;
      keep();
      written = Date.now();
    }
    return network.result();
  } catch (error) {
    if (error instanceof RpcError && error.code === "cancelled") keep();
    throw error;
  } finally {
    network.dispose();
  }
}

/** Some of the samples only judge the epochs; which ones is drawn from the seed, so that an ensemble's members learn from all together. */
function holdOut({ samples, training: { validationFraction }, seed }: NetworkRequest) {
  const count = validationFraction === 0 ? 0 : Math.min(samples.length - 1, Math.max(1, Math.round(samples.length * validationFraction)));
  const shuffled = new Random(deriveSeed(seed, "hold out")).shuffle(samples);
  return { training: shuffled.slice(count), validation: shuffled.slice(0, count) };
}

function stopIfAsked({ shouldStop }: NetworkHooks): void {
  if (shouldStop()) throw new RpcError("cancelled", "stopped");
}
