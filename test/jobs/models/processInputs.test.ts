import { expect, test } from "vitest";
import { MOST_CHOSEN_ON } from "../../../src/core/learning/gaussianProcess/gaussianProcess.js";
import { approximationNote, domainNote } from "../../../src/jobs/models/processInputs.js";

test("people are told when kernels' numbers are chosen on a part of the materials, of Gaussian processes alone", () => {
  const note = approximationNote(["r3dvs", "density", "combined+r3dvs"], MOST_CHOSEN_ON + 1);
  expect(note).toMatchObject({ severity: "information", args: ["density, combined", 1500, 1501] });
  expect(approximationNote(["combined"], MOST_CHOSEN_ON)).toBeUndefined();
  expect(approximationNote(["r3dvs"], 1e5)).toBeUndefined();
  expect(domainNote(4000)).toBeUndefined();
  expect(domainNote(66_000)).toMatchObject({ severity: "information", args: [2000, 66_000] });
  const many = approximationNote(["r3dvs", "soap+cm"], 1e5);
  expect(many).toMatchObject({ severity: "information", args: ["soap+cm", 8000, 100000, 550] });
});
