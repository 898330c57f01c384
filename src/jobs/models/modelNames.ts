import { UsageError } from "../files/usageError.js";

/** Models of one step. */
export const MODELS = ["r3dvs", "soap", "cm", "composition", "shells"] as const;
export type SingleModel = (typeof MODELS)[number];

/** A model by its name: of one step, or `a+b`, of which the second learns what the first leaves over. */
export type ModelName = SingleModel | `${SingleModel}+${SingleModel}`;

/** Compared where nothing is asked for. */
export const DEFAULT_MODELS: readonly SingleModel[] = ["r3dvs", "cm", "composition", "shells"];

/** For help and messages. */
export const MODEL_CHOICE = `${MODELS.join(", ")}, or two of them as in soap+r3dvs`;

/** The names, each once and known. Throws `UsageError`. */
export function checkModels(names: readonly string[]): ModelName[] {
  return [...new Set(names)].map((name): ModelName => {
    const [first, second, ...more] = name.split("+").map((step) => MODELS.find((model) => model === step));
    if (first !== undefined && !name.includes("+")) return first;
    if (first !== undefined && second !== undefined && first !== second && more.length === 0) return `${first}+${second}`;
    throw new UsageError(`there is no model ${name}; there are ${MODEL_CHOICE}`);
  });
}

/** One or two steps. */
export function stepsOf(name: ModelName): readonly [SingleModel, SingleModel?] {
  return name.split("+") as unknown as readonly [SingleModel, SingleModel?];
}

/** Whether the model is an ensemble of networks: its last step decides. */
export function isEnsemble(name: ModelName): boolean {
  return name.split("+").at(-1) === "r3dvs";
}

/** Whether a step of it is a network, which takes minutes where the others take seconds. */
export function usesNetworks(name: ModelName): boolean {
  return name.split("+").includes("r3dvs");
}

export function usesSoap(name: string): boolean {
  return name.split("+").includes("soap");
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
