import { deriveSeed, Random } from "../../math/random.js";
import { FILE_START, type Parsed, type Problem, problem } from "../../text/problem.js";

/** What the learning-curve protocol draws (spec section 7). */
export interface SplitRequest {
  readonly ids: readonly string[];
  readonly testSize: number;
  readonly trainSizes: readonly number[];
  readonly repeats: number;
  readonly seed: number;
}

/** One repeat: the same for every target and model. */
export interface RepeatSplit {
  readonly repeat: number;
  readonly test: readonly string[];
  /**
   * All other materials in the order in which training sets take them: the first n are the training set of size n, so
   * that smaller sets lie inside larger ones.
   */
  readonly pool: readonly string[];
}

/**
 * Test sets and nested training sets, one a repeat.
 * The draw depends on the set of ids, the test size and the seed alone: not on the order of ids, nor on the sizes or
 * the number of repeats asked for.
 */
export function learningCurveSplits(request: SplitRequest): Parsed<readonly RepeatSplit[]> {
  const problems = requestProblems(request);
  if (problems.length > 0) return { problems };
  const ids = [...request.ids].sort();
  const value = Array.from({ length: request.repeats }, (_, repeat): RepeatSplit => {
    const order = new Random(deriveSeed(request.seed, "split", repeat)).shuffle(ids);
    return { repeat, test: order.slice(0, request.testSize), pool: order.slice(request.testSize) };
  });
  return { value, problems };
}

/**
 * The split of a target that only some materials have: the same order without the others, so that targets with the same
 * materials have the same split and others nearly so. The test set keeps its size.
 */
export function splitAmong(split: RepeatSplit, has: (id: string) => boolean): RepeatSplit {
  const order = [...split.test, ...split.pool].filter(has);
  return { repeat: split.repeat, test: order.slice(0, split.test.length), pool: order.slice(split.test.length) };
}

/** The training materials of one size. */
export function trainingIds(split: RepeatSplit, size: number): readonly string[] {
  return split.pool.slice(0, size);
}

/** A training set with some of it held out, to choose settings and to stop early. */
export interface ValidationSplit {
  readonly training: readonly string[];
  readonly validation: readonly string[];
}

/**
 * Holds `fraction` of the ids out (at least one and never all of two or more), drawn from the seed; both parts keep the
 * order of `ids`.
 */
export function validationSplit(ids: readonly string[], fraction: number, seed: number): ValidationSplit {
  const count = ids.length < 2 ? 0 : Math.min(ids.length - 1, Math.max(1, Math.round(fraction * ids.length)));
  const held = new Set(new Random(deriveSeed(seed, "validation")).shuffle([...ids].sort()).slice(0, count));
  return { training: ids.filter((id) => !held.has(id)), validation: ids.filter((id) => held.has(id)) };
}

function requestProblems({ ids, testSize, trainSizes, repeats }: SplitRequest): Problem[] {
  const problems: Problem[] = [];
  const report = (template: string, ...args: (string | number)[]) =>
    problems.push(problem("error", FILE_START, template, ...args));
  const seen = new Set<string>();
  for (const id of ids) {
    if (seen.has(id)) report("Two materials are called {0}", id);
    seen.add(id);
  }
  if (!isCount(repeats)) report("The number of repeats must be a positive integer, not {0}", repeats);
  if (!isCount(testSize)) report("The size of the test set must be a positive integer, not {0}", testSize);
  else if (testSize >= ids.length)
    report("A test set of {0} leaves nothing to train on: there are {1} materials", testSize, ids.length);
  if (trainSizes.length === 0) report("No training size is given");
  for (const size of trainSizes) {
    if (!isCount(size)) report("A training size must be a positive integer, not {0}", size);
    else if (isCount(testSize) && testSize < ids.length && size > ids.length - testSize)
      report(
        "A training set of {0} and a test set of {1} need {2} materials, there are {3}",
        size,
        testSize,
        size + testSize,
        ids.length,
      );
  }
  return problems;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
}
