import { rmSync } from "node:fs";
import { fitTargetScale, standardise } from "../../core/learning/evaluation/targetScaling.js";
import { assignFolds } from "../../core/learning/kernelRidge/crossValidation.js";
import { deriveSeed } from "../../core/math/random.js";
import { learnedPredictor } from "../models/learnedPredictor.js";
import type { FittedStage, LearnedTwoSteps } from "../models/modelFile.js";
import type { SingleModel } from "../models/modelNames.js";
import type { TrainingTask } from "./trainingTask.js";
import { type Step, type StepHooks, trainStep } from "./trainStep.js";

const FOLDS = 5;

/**
 * Learns a first model and a second one of the residuals of the first (spec section 6). `step` is the first one, with
 * the seed of all members.
 * `onEpoch` is told of the second step alone, with what one unit of its targets is in units of the first's. Rejects
 * with `cancelled` when stopped.
 */
export async function trainTwoSteps(
  step: Step,
  second: SingleModel,
  request: TrainingTask,
  hooks: Omit<StepHooks, "onEpoch"> & {
    readonly onEpoch: (report: Parameters<StepHooks["onEpoch"]>[0], unit: number) => void;
  },
): Promise<LearnedTwoSteps> {
  const { twoStepResiduals: residuals, seed, checkpoint } = request;
  // folds and residuals have none
  const { companions: _, ...own } = step;
  const quiet = { ...hooks, onEpoch: () => {} };
  const first = await learnFirst(own, request, quiet);
  const left =
    residuals === "inSample" ? residualsOf(first.learned, own, quiet) : await residualsOutOfFold(own, request, quiet);
  const residualScale = fitTargetScale(left.values);
  const targets = left.values.map((value) => standardise(value, residualScale));
  const onEpoch: StepHooks["onEpoch"] = (report) => hooks.onEpoch(report, residualScale.deviation);
  const learned = await trainStep({ ...own, model: second, targets, seed, checkpoint }, request, {
    ...hooks,
    onEpoch,
  });
  for (const file of [...first.checkpoints, ...left.checkpoints]) rmSync(file, { force: true });
  return { kind: "twoSteps", first: first.learned, second: learned, residualScale, residuals };
}

interface Residuals {
  /** What the first step misses, in units of its standardised targets. */
  readonly values: Float64Array;
  readonly checkpoints: readonly string[];
}

async function learnFirst(step: Step, request: TrainingTask, hooks: StepHooks) {
  const checkpoint = `${request.checkpoint}.first`;
  return { learned: await trainStep({ ...step, checkpoint }, request, hooks), checkpoints: [checkpoint] };
}

function residualsOf(learned: FittedStage, { materials, targets }: Step, hooks: StepHooks): Residuals {
  const predictor = learnedPredictor(learned, hooks.createEngine, hooks.soap);
  try {
    return {
      values: targets.map((y, i) => y - predictor.predict(materials[i] as Step["materials"][number]).value),
      checkpoints: [],
    };
  } finally {
    predictor.dispose();
  }
}

/** Each material's error of a first step that learned from the other folds. */
async function residualsOutOfFold(step: Step, request: TrainingTask, hooks: StepHooks): Promise<Residuals> {
  const { materials, targets, seed } = step;
  const fold = assignFolds(materials.length, FOLDS, deriveSeed(seed, "residuals"));
  const values = new Float64Array(materials.length);
  const checkpoints: string[] = [];
  for (let held = 0; held <= Math.max(...fold); held++) {
    const inside = [...fold.keys()].filter((i) => fold[i] !== held);
    const outside = [...fold.keys()].filter((i) => fold[i] === held);
    const scale = fitTargetScale(inside.map((i) => targets[i] as number));
    const part = (indices: readonly number[], checkpoint: string): Step => ({
      ...step,
      materials: indices.map((i) => materials[i] as Step["materials"][number]),
      targets: Float64Array.from(indices, (i) => standardise(targets[i] as number, scale)),
      seed: deriveSeed(seed, "residuals", held),
      checkpoint,
    });
    const checkpoint = `${request.checkpoint}.fold${held}`;
    checkpoints.push(checkpoint);
    const learned = await trainStep(part(inside, checkpoint), request, hooks);
    const missed = residualsOf(learned, part(outside, checkpoint), hooks).values;
    outside.forEach((i, row) => {
      values[i] = (missed[row] as number) * scale.deviation;
    });
  }
  return { values, checkpoints };
}
