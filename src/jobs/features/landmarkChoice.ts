import { describeComposition, ELEMENT_COUNT } from "../../core/descriptors/composition.js";
import { embedFractions } from "../../core/descriptors/elementSimilarity.js";
import type { FeatureMatrix } from "../../core/learning/kernelRidge/featureMatrix.js";
import { landmarksOf } from "../../core/learning/kernelRidge/landmarks.js";
import { atomsOf, elementProblem, type NamedStructure } from "../spectra/material.js";

/**
 * Places of the landmarks among the materials, told apart by elements and volume per atom, which need no file; by
 * chance alone where one names no elements.
 */
export function chooseLandmarks(materials: readonly NamedStructure[], count?: number): number[] {
  return landmarksOf(
    materials.map(({ id }) => id),
    count,
    materials.some((material) => elementProblem(material) !== undefined) ? undefined : pointsOf(materials),
  );
}

function pointsOf(materials: readonly NamedStructure[]): FeatureMatrix {
  const columns = ELEMENT_COUNT + 1;
  const values = new Float64Array(materials.length * columns);
  materials.forEach((material, row) => {
    const composition = describeComposition(atomsOf(material));
    values.set(embedFractions(composition), row * columns);
    values[(row + 1) * columns - 1] = Math.log(composition[ELEMENT_COUNT] as number);
  });
  return { rows: materials.length, columns, values };
}
