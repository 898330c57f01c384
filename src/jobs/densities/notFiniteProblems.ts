import { FILE_START, type Problem, problem } from "../../core/text/problem.js";
import type { BlockFacts, NotFinite } from "../../kernels/volumetric/volumetric.js";

/** Places that are named one by one; the rest is counted. */
const NAMED = 5;

const TEMPLATES: Readonly<Record<NotFinite, string>> = {
  stars: "asterisks: the number did not fit its field",
  NaN: "NaN is not a value",
  infinity: "infinite value",
};

/**
 * Warnings about values of a block that are no finite numbers, at their places, and about numbers without a blank
 * between them. Where a spectrum is wanted there can be none with such holes, which is an error.
 */
export function notFiniteProblems(facts: BlockFacts, spectrumWanted: boolean): Problem[] {
  const problems: Problem[] = [];
  if (facts.glued) {
    const template = "{0} numbers of this block have no blank before them: they are separated by their exponents";
    problems.push(problem("warning", facts.glued, template, facts.glued.count));
  }
  for (const trouble of facts.troubles.slice(0, NAMED))
    problems.push(problem("warning", trouble, TEMPLATES[trouble.kind]));
  if (facts.notFinite === 0) return problems;
  const first = facts.troubles[0] ?? FILE_START;
  const template = spectrumWanted
    ? "{0} values of this block are not numbers, so no spectrum can be computed"
    : "{0} values of this block are not numbers: mean, minimum and maximum ignore them";
  problems.push(problem(spectrumWanted ? "error" : "warning", first, template, facts.notFinite));
  return problems;
}
