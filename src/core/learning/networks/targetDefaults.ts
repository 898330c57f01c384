import { GAP_NAME } from "../evaluation/physicalBounds.js";
import type { Normalization } from "../evaluation/targetScaling.js";
import type { TrainingSettings } from "./trainingSettings.js";

/** The quantities of spec section 8, for which it was measured how they are learned best. */
export type KnownTarget = "hartree" | "exchangeCorrelation" | "ionIon" | "oneElectron" | "cohesive" | "gap";

/** What one target's learning changes of the general defaults. */
export interface TargetDefaults {
  readonly normalize?: Exclude<Normalization, "none">;
  readonly training: Partial<TrainingSettings>;
}

/** Which known quantity a column holds, by its name; undefined for all others. */
export function knownTarget(name: string): KnownTarget | undefined {
  return NAMES.find(([pattern]) => pattern.test(name))?.[1];
}

/**
 * How a column is learned when nothing is asked for: the general defaults but for what was measured to be better
 * (src/measurements.md).
 */
export function defaultsOf(name: string): TargetDefaults {
  const known = knownTarget(name);
  return known === undefined ? { training: {} } : DEFAULTS[known];
}

/**
 * What is no energy of the density itself follows no sum of it: there a line only stands in the network's way, and
 * amplitudes alone overfit least.
 */
const INDIRECT: Partial<TrainingSettings> = {
  linearPart: "none",
  channels: ["amplitude"],
  inputScaling: "rms",
  learningRate: 2e-3,
};

const DEFAULTS: Readonly<Record<KnownTarget, TargetDefaults>> = {
  hartree: { training: {} },
  exchangeCorrelation: { training: {} },
  ionIon: { training: {} },
  oneElectron: { training: { channels: ["amplitude"], inputScaling: "rms", learningRate: 2e-3 } },
  cohesive: { normalize: "atom", training: INDIRECT },
  gap: { training: INDIRECT },
};

/** The settings that are chosen for some known target. */
export const CHOSEN_BY_TARGET: ReadonlySet<string> = new Set(
  Object.values(DEFAULTS).flatMap(({ normalize, training }) => [
    ...(normalize ? ["normalize"] : []),
    ...Object.keys(training),
  ]),
);

/** The first that fits counts: a gap may stand in eV, a cohesive energy hold the name of another. */
const NAMES: readonly (readonly [RegExp, KnownTarget])[] = [
  [GAP_NAME, "gap"],
  [/cohesi|atomi[sz]ation|formation|binding|hull|凝集|生成/i, "cohesive"],
  [/(^|[^a-z])(d?h|e|energy)_?(coh|form|atomi|hull)([^a-z]|$)/i, "cohesive"],
  [/hartree|denc/i, "hartree"],
  [/(^|[^a-z])(e?xc|xcenc|exc_minus_vxc)([^a-z]|$)/i, "exchangeCorrelation"],
  [/ewald|tewen|ion[-_ ]?ion|madelung/i, "ionIon"],
  [/(^|[^a-z])(e_?bands?|one[-_ ]?electron)([^a-z]|$)/i, "oneElectron"],
];
