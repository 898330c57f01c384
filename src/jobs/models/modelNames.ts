import type { SoapSettings } from "../../core/descriptors/soapKernel.js";
import type { ModelInputs } from "../../core/learning/domain/applicabilityDomain.js";
import {
  PROCESS_NAMES,
  type ProcessName,
  processSoapScales,
  SOAP_SCALES,
} from "../../core/learning/gaussianProcess/processTerms.js";
import { UsageError } from "../files/usageError.js";

/** Models of one step. */
export const MODELS = [
  "r3dvs",
  "combined",
  "soap",
  "cm",
  "composition",
  "shells",
  "density",
  "functionals",
  "angular",
] as const;
export type SingleModel = (typeof MODELS)[number];

/** A model by its name: of one step, or `a+b`, of which the second is trained on the residuals of the first. */
export type ModelName = SingleModel | `${SingleModel}+${SingleModel}`;

/** Compared where nothing is asked for. */
export const DEFAULT_MODELS: readonly SingleModel[] = ["r3dvs", "cm", "composition", "shells"];

/** For help and messages. */
export const MODEL_CHOICE = `${MODELS.join(", ")}, or a two-step model such as soap+r3dvs`;

/** The names, each once and known. Throws `UsageError`. */
export function checkModels(names: readonly string[]): ModelName[] {
  return [...new Set(names)].map((name): ModelName => {
    const [first, second, ...more] = name.split("+").map((step) => MODELS.find((model) => model === step));
    if (first !== undefined && !name.includes("+")) return first;
    if (first !== undefined && second !== undefined && first !== second && more.length === 0)
      return `${first}+${second}`;
    throw new UsageError(`unknown model ${name}; choose from ${MODEL_CHOICE}`);
  });
}

/** One or two steps. */
export function stepsOf(name: ModelName): readonly [SingleModel, SingleModel?] {
  return name.split("+") as unknown as readonly [SingleModel, SingleModel?];
}

const DENSITY_READERS: readonly string[] = ["r3dvs", "shells", "angular", "functionals", "density", "combined"];
const ATOM_READERS: readonly string[] = ["soap", "cm", "composition", "combined"];

/** What a model reads of a material, by its steps. */
export function inputsOf(name: ModelName): ModelInputs {
  const steps = name.split("+");
  return {
    density: steps.some((step) => DENSITY_READERS.includes(step)),
    atoms: steps.some((step) => ATOM_READERS.includes(step)),
  };
}

/** Whether the model is an ensemble of networks: its last step decides. */
export function isEnsemble(name: ModelName): boolean {
  return name.split("+").at(-1) === "r3dvs";
}

/** Whether a step of it is a network, which takes minutes where the others take seconds. */
export function usesNetworks(name: ModelName): boolean {
  return name.split("+").includes("r3dvs");
}

/**
 * The settings of the SOAP kernels that models need, each once: of `soap` those asked for. `most`: training materials
 * at most.
 */
export function soapKernelsOf(names: readonly ModelName[], soap: SoapSettings, most: number): SoapSettings[] {
  const steps = new Set(names.flatMap((name) => stepsOf(name)));
  const scales = new Set(
    PROCESS_NAMES.filter((name) => steps.has(name)).flatMap((name) => processSoapScales(name, most)),
  );
  return [...(steps.has("soap") ? [soap] : []), ...SOAP_SCALES.filter((_, scale) => scales.has(scale))];
}

/** Whether a model of one step is a Gaussian process over a sum of kernels. */
export function isProcess(name: string | undefined): name is ProcessName {
  return (PROCESS_NAMES as readonly (string | undefined)[]).includes(name);
}

/** In the order of `MODELS`, by first and then by second step, those of one step before those that begin with them. */
export function orderModels(names: readonly ModelName[]): ModelName[] {
  const rank = (step: SingleModel | undefined) => (step === undefined ? -1 : MODELS.indexOf(step));
  const key = (name: ModelName) => {
    const [first, second] = stepsOf(name);
    return (second === undefined ? 0 : 100) + 10 * rank(first) + rank(second);
  };
  return [...names].sort((a, b) => key(a) - key(b));
}
