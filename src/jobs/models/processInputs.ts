import { measuredOn } from "../../core/learning/domain/applicabilityDomain.js";
import { MOST_CHOSEN_ON } from "../../core/learning/gaussianProcess/gaussianProcess.js";
import { type ProcessName, processParts } from "../../core/learning/gaussianProcess/processTerms.js";
import { landmarkCount, MOST_EXACT } from "../../core/learning/kernelRidge/nystrom.js";
import { repeatsOf } from "../../core/settings/fewerRepeats.js";
import type { StudyOptions } from "../../core/settings/studyOptions.js";
import { FILE_START, type Problem, problem } from "../../core/text/problem.js";
import type { EncodedMaterial } from "../spectra/material.js";
import type { FittedModel, FittedStage } from "./modelFile.js";
import { isProcess, type ModelName, stepsOf } from "./modelNames.js";

/** How many materials a message names. */
const NAMED = 5;
const PLACE = FILE_START;

/**
 * What keeps a Gaussian process from materials: those whose density was encoded before functionals were, or that are no
 * densities.
 */
export function functionalsProblem(
  name: ProcessName,
  materials: readonly Pick<EncodedMaterial, "id" | "spectrum">[],
): Problem | undefined {
  if (!processParts(name, materials.length).includes("functionals")) return undefined;
  const lacking = materials.filter(({ spectrum }) => spectrum.functionals === undefined).map(({ id }) => id);
  if (lacking.length === 0) return undefined;
  const named = lacking.length > NAMED ? `${lacking.slice(0, NAMED).join(", ")}, …` : lacking.join(", ");
  const template =
    "the model {0} reads functionals of the total density, which are not known for {1} of {2} materials ({3}): encode their densities again";
  return problem("error", PLACE, template, name, lacking.length, materials.length, named);
}

/** As `functionalsProblem`, for all steps of a model by its name. */
export function inputProblem(
  name: ModelName,
  materials: readonly Pick<EncodedMaterial, "id" | "spectrum">[],
): Problem | undefined {
  return stepsOf(name)
    .flatMap((step) => (isProcess(step) ? (functionalsProblem(step, materials) ?? []) : []))
    .at(0);
}

/** What is not done exactly where models learn from many materials. */
export function approximationNote(names: readonly ModelName[], n: number, exactUpTo = MOST_EXACT): Problem | undefined {
  const kernels = names.filter((name) => stepsOf(name).some((step) => step !== undefined && step !== "r3dvs"));
  if (kernels.length > 0 && n > exactUpTo) {
    const through =
      "kernel models ({0}) of more than {1} materials are approximated: {2} training materials are taken in through {3} of them";
    return problem("information", PLACE, through, kernels.join(", "), exactUpTo, n, landmarkCount(n));
  }
  const processes = [...new Set(names.flatMap((name) => stepsOf(name)).filter(isProcess))];
  if (processes.length === 0 || n <= MOST_CHOSEN_ON) return undefined;
  const template =
    "the kernels of {0} have their sizes and lengths chosen on {1} of {2} training materials, drawn at random; all are then fitted exactly";
  return problem("information", PLACE, template, processes.join(", "), MOST_CHOSEN_ON, n);
}

/** What is sampled where a model's domain is that of many materials. */
export function domainNote(n: number): Problem | undefined {
  const sample = measuredOn(n);
  if (sample === n) return undefined;
  const template =
    "whether a material is like the training materials is judged by the distances of {0} of these to all {1}, not of each";
  return problem("information", PLACE, template, sample, n);
}

/** What a study of many materials does otherwise than one of few. */
export function repeatsNote(options: StudyOptions, materials: number): Problem | undefined {
  const { repeats, testAtMost, inPlaceOf } = repeatsOf(options, materials);
  if (inPlaceOf === undefined) return undefined;
  const template =
    "with more than {0} materials, a study makes {1} random splits with up to {2} test materials each, in place of {3} with {4}: about as many predictions are tested, and less time is spent on learning (--repeats and --test-size ask for other numbers)";
  return problem(
    "information",
    PLACE,
    template,
    MOST_EXACT,
    repeats,
    testAtMost,
    inPlaceOf.repeats,
    inPlaceOf.testAtMost,
  );
}

/** What keeps a fitted model from one material. */
export function materialProblem(learned: FittedModel, material: EncodedMaterial): Problem | undefined {
  const stages: readonly FittedStage[] = learned.kind === "twoSteps" ? [learned.first, learned.second] : [learned];
  const lacks = stages.some((stage) => stage.kind === "process" && stage.process.parts.functionals !== undefined);
  if (!lacks || material.spectrum.functionals !== undefined) return undefined;
  return problem("error", PLACE, "the model reads functionals of the total density, and this file gives none");
}
