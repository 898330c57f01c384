import { expect, it } from "vitest";
import { compactValueText, summarizePredictions, valueText } from "../../../src/core/text/predictionSummary.js";

it.each([
  [17.38946, 9.1e-6, "17.389460 ± 9×10⁻⁶"],
  [-0.5, 9.96e-6, "−0.50000 ± 1×10⁻⁵"],
  [57.60503, 0.00025, "57.60503 ± 0.00025"],
  [7.17, 0.2, "7.17 ± 0.20"],
  [0, 0, "0"],
])("writes %d ± %d for a narrow column as %s", (value, sigma, text) => {
  expect(compactValueText({ value, sigma })).toBe(text);
});

it("keeps two digits of the uncertainty where there is room", () => {
  expect(valueText({ value: 17.38946, sigma: 9.1e-6 })).toBe("17.3894600 ± 0.0000091");
});

it("names what models are approximated through, each once, and not of models without a value", () => {
  const common = { unit: "eV", outOfDomain: false, nearest: [], stale: false };
  const [approximation, other] = [
    { trainedOn: 9000, landmarks: 2000 },
    { trainedOn: 12_000, landmarks: 2000 },
  ];
  const summary = summarizePredictions([
    { ...common, target: "band_gap", value: 1, approximation, domainMeasuredOn: 2000 },
    { ...common, target: "E_hartree_per_atom", value: 2, approximation: { ...approximation } },
    { ...common, target: "E_xc_per_atom", value: 3 },
    { ...common, target: "E_ewald_per_atom", approximation: other, reasons: ["no density"] },
  ]);
  expect(summary.approximations).toEqual([approximation]);
  expect(summary.domainSamples).toEqual([2000]);
});
