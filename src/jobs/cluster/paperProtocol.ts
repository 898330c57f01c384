import { PAPER_TARGETS } from "../../core/settings/paperTargets.js";
import { resolveStudy } from "../settings/studySettings.js";
import { planItems } from "./chunks.js";
import { estimateSeconds } from "./taskCost.js";

export { simulateCluster } from "./simulateCluster.js";

const MODELS = ["r3dvs", "soap", "cm", "soap+r3dvs", "soap+cm", "composition", "shells", "density", "combined"];
const MATERIALS = 746;
const SIZES = [83, 166, 333, 666];

/**
 * Estimated seconds on one thread of every work item of the paper's protocol on the 746 oxides: members of ensembles of
 * five, `repeats` splits.
 */
export function paperEstimates(repeats: number): number[] {
  const settings = resolveStudy(
    { preset: "paper", models: MODELS, trainSizes: SIZES, testSize: 80, repeats },
    PAPER_TARGETS,
    MATERIALS,
  );
  return planItems(settings).map(({ task }) => estimateSeconds(settings, task));
}
