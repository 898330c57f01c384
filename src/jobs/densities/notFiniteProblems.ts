import { type Problem, problem } from "../../core/text/problem.js";
import type { BlockFacts, NotFinite } from "../../kernels/volumetric/volumetric.js";

/** Places that are named one by one; the rest is counted. */
const NAMED = 5;

const TEMPLATES: Readonly<Record<NotFinite, string>> = {
  stars: "stars stand for a number that did not fit its field",
  NaN: "NaN is not a value",
  infinity: "an infinite value",
};

/**
 * Warnings about values of a block that are no finite numbers, at their places, and about numbers without a blank between them. Where a
 * spectrum is wanted there can be none with such holes, which is an error.
 */
export function notFiniteProblems(facts: BlockFacts, spectrumWanted: boolean): Problem[] {
  const problems: Problem[] = [];
  if (facts.glued) {
    const template = "a number follows without a blank, {0} in this block: they are told apart by their exponents";
    problems.push(problem("warning", facts.glued, template, facts.glued.count));
  }
  for (const trouble of facts.troubles.slice(0, NAMED)) problems.push(problem("warning", trouble, TEMPLATES[trouble.kind]));
  const first = facts.troubles[0];
  if (!first) return problems;
  const template = spectrumWanted
    ? "{0} values of this block are no numbers: it has no spectrum"
    : "{0} values of this block are no numbers: mean, minimum and maximum leave them out";
  problems.push(problem(spectrumWanted ? "error" : "warning", first, template, facts.notFinite));
  return problems;
}
