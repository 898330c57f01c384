import type { SoapSettings } from "../../descriptors/soapKernel.js";
import { defaultSoapOptions } from "../../descriptors/soapOptions.js";
import { type FeaturePart, type FeatureSource, SOURCES } from "./processFeatures.js";

/** Gaussian processes by what they read: all that is known of a material, the density alone, or one part of that. */
export const PROCESS_NAMES = ["combined", "density", "functionals", "angular"] as const;
export type ProcessName = (typeof PROCESS_NAMES)[number];

/**
 * SOAP average kernels, which resolve surroundings coarsely, finely, and nearest neighbours alone. Models name them by
 * number: those of earlier versions have the third, which the fourth replaces.
 */
export const SOAP_SCALES: readonly SoapSettings[] = [
  { ...defaultSoapOptions, rCut: 5, sigma: 0.5, kernel: "average", zeta: 1, alpha: 0.1 },
  { ...defaultSoapOptions, rCut: 5, sigma: 0.3, kernel: "average", zeta: 2, alpha: 0.1 },
  { ...defaultSoapOptions, rCut: 3.5, sigma: 0.5, kernel: "average", zeta: 2, alpha: 0.1 },
  { ...defaultSoapOptions, rCut: 3.5, sigma: 0.3, kernel: "average", zeta: 4, alpha: 0.1 },
];

/**
 * One kernel of the sum: the same for all pairs (a mean that is not known), of a feature vector, or of a SOAP scale by
 * its number.
 */
export interface ProcessTerm {
  readonly source: "constant" | FeatureSource | { readonly soap: number };
  readonly form: "linear" | "gaussian";
  /** What the kernel's values grow with: per atom, or with the density per volume. */
  readonly reads: "atoms" | "density";
}

/** Below this many materials the likelihood of many kernels says little: fewer are used. */
export const FEW_MATERIALS = 100;

const atoms = (source: FeatureSource, form: ProcessTerm["form"]): ProcessTerm => ({ source, form, reads: "atoms" });
const density = (source: FeatureSource, form: ProcessTerm["form"]): ProcessTerm => ({ source, form, reads: "density" });
const soap = (scale: number): ProcessTerm => ({ source: { soap: scale }, form: "gaussian", reads: "atoms" });

const MEAN: ProcessTerm = { source: "constant", form: "linear", reads: "atoms" };

const SHELLS = [density("shells", "linear"), density("logShells", "gaussian")];
const ANGULAR = [density("angular", "gaussian")];
const FUNCTIONALS = [
  density("functionals", "linear"),
  density("logFunctionals", "gaussian"),
  density("densityHistograms", "gaussian"),
  density("gradientHistogram", "gaussian"),
];
const ATOMS = [
  atoms("fractions", "linear"),
  atoms("fractions", "gaussian"),
  atoms("elements", "gaussian"),
  atoms("volume", "gaussian"),
  atoms("charge", "gaussian"),
  atoms("elementsAndCharge", "gaussian"),
  soap(0),
  soap(1),
  soap(3),
];

/** What follows exactly from atoms and density. */
const ENERGIES = atoms("energies", "linear");

const TERMS: Readonly<Record<ProcessName, readonly ProcessTerm[]>> = {
  combined: [MEAN, ...ATOMS, ...SHELLS, ...ANGULAR, ...FUNCTIONALS, ENERGIES, atoms("cores", "linear")],
  density: [MEAN, ...SHELLS, ...ANGULAR, ...FUNCTIONALS],
  functionals: [MEAN, ...FUNCTIONALS],
  angular: [MEAN, density("shellSums", "linear"), ...ANGULAR],
};

const FEW_TERMS: Readonly<Record<ProcessName, readonly ProcessTerm[]>> = {
  combined: [
    MEAN,
    atoms("fractions", "linear"),
    atoms("fractions", "gaussian"),
    atoms("volume", "gaussian"),
    soap(0),
    density("shellSums", "linear"),
    density("functionals", "linear"),
    ENERGIES,
  ],
  density: [MEAN, density("shellSums", "linear"), density("logShells", "gaussian"), density("functionals", "linear")],
  functionals: [MEAN, density("functionals", "linear"), density("logFunctionals", "gaussian")],
  angular: [MEAN, density("shellSums", "linear"), ...ANGULAR],
};

/** The kernels of a model that learns from `n` materials. */
export function processTerms(name: ProcessName, n: number): readonly ProcessTerm[] {
  return (n < FEW_MATERIALS ? FEW_TERMS : TERMS)[name];
}

/** The SOAP scales that kernels need, by number. */
export function soapScalesOf(terms: readonly ProcessTerm[]): number[] {
  return terms.flatMap(({ source }) => (typeof source === "object" ? [source.soap] : []));
}

/** The feature vectors that kernels need, each once. */
export function sourcesOf(terms: readonly ProcessTerm[]): FeatureSource[] {
  return [
    ...new Set(terms.flatMap(({ source }) => (typeof source === "object" || source === "constant" ? [] : [source]))),
  ];
}

/** What of a material is needed for them. */
export function partsOf(terms: readonly ProcessTerm[]): FeaturePart[] {
  return [...new Set(sourcesOf(terms).map((source) => SOURCES[source].part))];
}

/** The parts that a model of `n` materials reads. */
export const processParts = (name: ProcessName, n: number): FeaturePart[] => partsOf(processTerms(name, n));

/** The numbers of the SOAP scales that a model of `n` materials compares materials by. */
export const processSoapScales = (name: ProcessName, n: number): number[] => soapScalesOf(processTerms(name, n));
