import { expect, test } from "vitest";
import { pureTranslations } from "../../../src/core/crystal/pureTranslations.js";
import type { Structure } from "../../../src/core/crystal/structure.js";

const structure = (species: readonly string[], counts: readonly number[], fractional: readonly number[]): Structure =>
  ({
    ...{ comment: "", lattice: [4, 0, 0, 0, 4, 0, 0, 0, 4], species, counts },
    fractional: Float64Array.from(fractional),
  }) as unknown as Structure;

test("a primitive cell has none; a doubled one its half, a face-centred one three", () => {
  expect(pureTranslations(structure(["Cu", "O"], [1, 1], [0, 0, 0, 0.5, 0.5, 0.5]))).toEqual([]);
  const doubled = structure(["Cu", "O"], [2, 2], [0.1, 0, 0, 0.6, 0, 0, 0.35, 0.5, 0.5, 0.85, 0.5, 0.5]);
  expect(pureTranslations(doubled)).toEqual([[0.5, 0, 0]]);
  const faces = [0, 0, 0, 0, 0.5, 0.5, 0.5, 0, 0.5, 0.5, 0.5, 0];
  expect(pureTranslations(structure(["Cu"], [4], faces))).toHaveLength(3);
  const wrapped = structure(["Cu", "O"], [2, 2], [0.9995, 0, 0, 0.4999, 0, 0, 0.25, 0.5, 0.5, -0.25, 0.5, 0.5]);
  expect(pureTranslations(wrapped)).toHaveLength(1);
});

test("an atom that is displaced, or another element, undoes it", () => {
  expect(
    pureTranslations(structure(["Cu", "O"], [2, 2], [0, 0, 0, 0.5, 0, 0, 0.25, 0.5, 0.5, 0.76, 0.5, 0.5])),
  ).toEqual([]);
  expect(pureTranslations(structure(["Cu", "Ni"], [1, 1], [0, 0, 0, 0.5, 0, 0]))).toEqual([]);
  expect(pureTranslations(structure(["Cu"], [3], [0, 0, 0, 0.5, 0, 0, 0.2, 0, 0]))).toEqual([]);
});
