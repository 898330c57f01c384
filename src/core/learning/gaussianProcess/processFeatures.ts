import { describeAngular } from "../../descriptors/angularSpectrum.js";
import { chargeBalance } from "../../descriptors/chargeBalance.js";
import { describeComposition, ELEMENT_COUNT } from "../../descriptors/composition.js";
import { describeElectrostatics } from "../../descriptors/electrostatics.js";
import { embedFractions } from "../../descriptors/elementSimilarity.js";
import { DENSITY_BINS, FUNCTIONAL_COUNT, FUNCTIONAL_MEANS } from "../../descriptors/functionals.js";
import type { Material } from "../../descriptors/material.js";
import { defaultShellOptions, describeAllShells } from "../../descriptors/shells.js";
import type { Spectrum } from "../../descriptors/spectrum.js";
import type { Valences } from "../../descriptors/valenceElectrons.js";

/** What a model stores of each training material; all features are made of these. */
export const FEATURE_PARTS = ["composition", "shells", "angular", "functionals", "electrostatics"] as const;
export type FeaturePart = (typeof FEATURE_PARTS)[number];

/** Raw numbers of one material, those parts that a model reads. */
export type MaterialParts = Readonly<Partial<Record<FeaturePart, Float64Array>>>;

/** Vectors in which products or distances are taken. */
export type FeatureSource =
  | "fractions"
  | "elements"
  | "volume"
  | "charge"
  | "elementsAndCharge"
  | "shells"
  | "shellSums"
  | "logShells"
  | "angular"
  | "functionals"
  | "logFunctionals"
  | "densityHistograms"
  | "gradientHistogram"
  | "energies"
  | "cores";

interface SourceRule {
  readonly part: FeaturePart;
  readonly derive: (part: Float64Array) => Float64Array;
  /** Whether each column is divided by its deviation over the training materials. */
  readonly standard: boolean;
}

/**
 * Below what shells and powers matter, in the spectrum's unit to the second and fourth power: keeps the logarithm of an
 * empty one finite.
 */
export const SHELL_FLOOR = 1e-4;
export const POWER_FLOOR = 1e-8;
/** -rho ln rho may be negative, and has no logarithm. */
export const ENTROPY = 7;
const { centres } = defaultShellOptions;
/** Of `electrostatics`: what is no product of a share and the mean density. */
const ENERGY_COUNT = 2;
/** Shells of |s|²; as many of |s|²/g² follow behind s_0. */
export const SHELLS_PER_CHANNEL = centres;

/** From which to which column of `functionals` the means and histograms stand. */
export const HISTOGRAMS = {
  means: [0, FUNCTIONAL_MEANS],
  densityHistograms: [FUNCTIONAL_MEANS, FUNCTIONAL_MEANS + 2 * DENSITY_BINS],
  gradientHistogram: [FUNCTIONAL_MEANS + 2 * DENSITY_BINS, FUNCTIONAL_COUNT],
} as const;

export const SOURCES: Readonly<Record<FeatureSource, SourceRule>> = {
  fractions: { part: "composition", derive: (c) => c.slice(0, ELEMENT_COUNT), standard: false },
  elements: { part: "composition", derive: (c) => embedFractions(c), standard: false },
  volume: {
    part: "composition",
    derive: (c) => Float64Array.of(Math.log(c[ELEMENT_COUNT] as number)),
    standard: false,
  },
  charge: { part: "composition", derive: (c) => Float64Array.of(chargeBalance(c)), standard: false },
  elementsAndCharge: {
    part: "composition",
    derive: (c) => Float64Array.of(...embedFractions(c), chargeBalance(c)),
    standard: false,
  },
  shells: { part: "shells", derive: (s) => s, standard: true },
  shellSums: { part: "shells", derive: sumShells, standard: true },
  logShells: { part: "shells", derive: (s) => s.map((x) => Math.log(x + SHELL_FLOOR)), standard: true },
  angular: { part: "angular", derive: (p) => p.map((x) => Math.log(x + POWER_FLOOR)), standard: true },
  functionals: { part: "functionals", derive: (f) => f.slice(...HISTOGRAMS.means), standard: true },
  logFunctionals: {
    part: "functionals",
    derive: (f) => f.slice(...HISTOGRAMS.means).map((x, i) => (i === ENTROPY ? x : Math.log(x + Number.MIN_VALUE))),
    standard: true,
  },
  densityHistograms: {
    part: "functionals",
    derive: (f) => f.slice(...HISTOGRAMS.densityHistograms).map(root),
    standard: false,
  },
  gradientHistogram: {
    part: "functionals",
    derive: (f) => f.slice(...HISTOGRAMS.gradientHistogram).map(root),
    standard: false,
  },
  energies: { part: "electrostatics", derive: (e) => e.slice(0, ENERGY_COUNT), standard: true },
  cores: { part: "electrostatics", derive: (e) => e.slice(ENERGY_COUNT), standard: false },
};

/** Where the training materials contradict each other: no element is known, and all atoms share the electrons. */
const UNKNOWN_VALENCES: Valences = { elements: [], electrons: new Float64Array() };

/**
 * The parts of a material that are asked for. `valences`: of the training materials, which electrostatics need. Throws
 * where its spectrum was stored without functionals and they are among them.
 */
export function describeParts(material: Material, parts: readonly FeaturePart[], valences?: Valences): MaterialParts {
  return Object.fromEntries(parts.map((part) => [part, describePart(material, part, valences)]));
}

function describePart(material: Material, part: FeaturePart, valences = UNKNOWN_VALENCES): Float64Array {
  const { spectrum, ...atoms } = material;
  if (part === "electrostatics") return describeElectrostatics(material, valences);
  if (part === "composition") return describeComposition(atoms);
  if (part === "shells") return describeAllShells(spectrum);
  if (part === "angular") return describeAngular(spectrum);
  return functionalsOf(spectrum, atoms.id);
}

function functionalsOf({ functionals }: Spectrum, id: string): Float64Array {
  if (functionals === undefined)
    throw new RangeError(`${id} was encoded without functionals of the density: encode it again from its file`);
  return functionals;
}

/** The sums over all shells of |s|² and |s|²/g², and s_0. */
function sumShells(shells: Float64Array): Float64Array {
  const sum = (from: number, to: number) => shells.subarray(from, to).reduce((total, x) => total + x, 0);
  return Float64Array.of(sum(0, centres), sum(centres + 1, 2 * centres + 1), shells[centres] as number);
}

function root(share: number): number {
  return Math.sqrt(Math.max(0, share));
}
