import { channelSums } from "../../descriptors/channelSums.js";
import { sparseVoxels } from "../../descriptors/r3dvs.js";
import type { SparseVoxels } from "../../descriptors/sparseVoxels.js";
import type { Spectrum } from "../../descriptors/spectrum.js";
import type { Matrix3 } from "../../math/matrix3.js";
import { deriveSeed, Random } from "../../math/random.js";
import { randomRotation } from "../../math/rotation.js";
import { calibratedSigma, combineMemberValues } from "../evaluation/calibration.js";
import { scaleVoxels } from "./inputScaling.js";
import { withLinearPart } from "./linearPart.js";
import type { CreateNetworkEngine, NetworkEngine } from "./networkEngine.js";
import type { TrainedNetwork } from "./networkModel.js";
import type { TrainingSettings } from "./trainingSettings.js";

/** A prediction in units of the standardised target. */
export interface NetworkPrediction {
  /** Mean over members and orientations. */
  readonly value: number;
  /**
   * The standard deviation of the error where every member is calibrated; else what members and orientations disagree
   * by.
   */
  readonly sigma: number;
  readonly isCalibrated: boolean;
}

/** Networks of the same target trained from different seeds, ready to predict any number of materials. */
export class NetworkEnsemble {
  readonly #members: readonly { readonly network: TrainedNetwork; readonly engine: NetworkEngine }[];

  constructor(create: CreateNetworkEngine, members: readonly TrainedNetwork[]) {
    if (members.length === 0) throw new RangeError("An ensemble needs at least one network");
    this.#members = members.map((network) => {
      const engine = create(network.spec);
      engine.writeParameters(network.parameters);
      return { network, engine };
    });
  }

  /** One material, in `testRotations` orientations drawn from `seed`, the same ones for every member. */
  predict(spectrum: Spectrum, seed: number): NetworkPrediction {
    const oriented = new Map<string, SparseVoxels[]>();
    const byMember = this.#members.map(({ network, engine }) => {
      const { settings, inputScale } = network;
      const key = JSON.stringify([settings.voxels, settings.channels, settings.testRotations]);
      const unscaled = oriented.get(key) ?? orient(settings, spectrum, seed);
      oriented.set(key, unscaled);
      const samples = unscaled.map((voxels) => scaleVoxels(voxels, inputScale, settings.inputScaling));
      return completed(network, spectrum, [...engine.predict(samples)]);
    });
    const members = byMember.flatMap((outputs, i) => {
      const { calibration } = this.#members[i]?.network ?? {};
      const { value, spread } = momentsOf(outputs);
      return calibration ? { value, sigma: calibratedSigma(calibration, spread) } : [];
    });
    if (members.length === byMember.length) return { ...combineMemberValues(members), isCalibrated: true };
    const { value, spread } = momentsOf(byMember.flat());
    return { value, sigma: spread, isCalibrated: false };
  }

  dispose(): void {
    for (const { engine } of this.#members) engine.dispose();
  }
}

/** The prediction of one material by an ensemble that is needed once. */
export function predictNetworks(
  create: CreateNetworkEngine,
  members: readonly TrainedNetwork[],
  spectrum: Spectrum,
  seed: number,
): NetworkPrediction {
  const ensemble = new NetworkEnsemble(create, members);
  try {
    return ensemble.predict(spectrum, seed);
  } finally {
    ensemble.dispose();
  }
}

/** Mean and standard deviation of a sample. */
function momentsOf(outputs: readonly number[]): { readonly value: number; readonly spread: number } {
  const value = outputs.reduce((sum, output) => sum + output, 0) / outputs.length;
  const squares = outputs.reduce((sum, output) => sum + (output - value) ** 2, 0);
  return { value, spread: Math.sqrt(squares / Math.max(1, outputs.length - 1)) };
}

/** The network's outputs with what it left to a linear part. */
function completed({ linear, settings }: TrainedNetwork, spectrum: Spectrum, outputs: number[]): number[] {
  if (linear === undefined) return outputs;
  const sums = channelSums(spectrum, settings.voxels.spacing, settings.channels);
  return outputs.map((output) => withLinearPart(linear, sums, output));
}

/** Voxels of all orientations, not scaled yet: members differ in their scales alone. */
function orient(
  { voxels, channels, testRotations }: TrainingSettings,
  spectrum: Spectrum,
  seed: number,
): SparseVoxels[] {
  return orientationsOf(testRotations, seed).map((rotation) => sparseVoxels(spectrum, voxels, channels, rotation));
}

/** The seed of every prediction's orientations. */
export const ORIENTATION_SEED = 0;

/** The orientations in which a material is seen. */
export function orientationsOf(count: number, seed: number): Matrix3[] {
  return Array.from({ length: count }, (_, i) => randomRotation(new Random(deriveSeed(seed, "orientation", i))));
}
