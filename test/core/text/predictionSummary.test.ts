import { expect, it } from "vitest";
import { compactValueText, valueText } from "../../../src/core/text/predictionSummary.js";

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
