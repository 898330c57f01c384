import { meanTermShares, termShares } from "../../core/learning/gaussianProcess/gaussianProcess.js";
import { sharesByPart } from "../../core/learning/gaussianProcess/processParts.js";
import type { Parsed } from "../../core/text/problem.js";
import type { PartExplanation } from "../../protocol/voxelView.js";
import { processSoapRows } from "../features/processSoap.js";
import { canDescribe, cellSize } from "../spectra/material.js";
import type { MaterialFile } from "../spectra/materialFile.js";
import { type ReadMaterialOptions, readMaterial } from "../spectra/readMaterial.js";
import type { FittedModel, Model } from "./modelFile.js";
import { reportedOfLearned } from "./targetUnits.js";

type ProcessFile = Model & { readonly learned: Extract<FittedModel, { kind: "process" }> };

/**
 * The predicted value of a Gaussian process as the sum it is: what it is for the mean of the training materials, and
 * what each part of the kernel adds to that.
 */
export async function explainParts(
  folder: string,
  { training, component, target, normalize, scale, learned }: ProcessFile,
  entry: MaterialFile,
  options: ReadMaterialOptions,
): Promise<Parsed<PartExplanation>> {
  const { value: material, problems } = await readMaterial(
    entry,
    { spacing: training.voxels.spacing, component },
    options,
  );
  if (material === undefined || problems.some(({ severity }) => severity === "error")) return { problems };
  const { process, ids } = learned;
  const size = cellSize(material);
  const inUnits = (value: number) => reportedOfLearned(target, normalize, value, size);
  const shares = termShares(process, {
    material: canDescribe(material),
    size,
    soap: processSoapRows(material, process, ids),
  });
  const means = meanTermShares(process);
  const { constant, parts } = sharesByPart(
    process.terms,
    shares.map((share, i) => share - (means[i] ?? 0)),
  );
  const start = inUnits(scale.mean + (constant + means.reduce((sum, share) => sum + share, 0)) * scale.deviation);
  const effects = parts.map(({ part, share }) => ({ part, effect: inUnits(share * scale.deviation) }));
  const value = effects.reduce((sum, { effect }) => sum + effect, start);
  return {
    value: {
      kind: "parts",
      model: folder,
      target: target.name,
      unit: target.reportedUnit,
      start,
      parts: effects,
      value,
    },
    problems,
  };
}
