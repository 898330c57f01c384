import { expect, test } from "vitest";
import { formatUncertain, uncertainText } from "../../../src/core/text/uncertainNumber.js";

test.each([
  [-575.29, 39, "-575", "39"],
  [4.2391, 0.2, "4.24", "0.20"],
  [0.031234, 0.00132, "0.0312", "0.0013"],
  [168094.6, 1234, "168100", "1200"],
  [1.5, 0.0996, "1.50", "0.10"],
  [-0.0001, 0.5, "0.00", "0.50"],
  [2.5, 0, "2.5000", "0.0000"],
  [17.38946, 3e-12, "17.3894600000", "3.0e-12"],
  [-2e-13, 3e-14, "-2.0e-13", "3.0e-14"],
])("%d with %d is shown as %s ± %s", (value, uncertainty, shown, doubt) => {
  expect(formatUncertain(value, uncertainty)).toEqual({ value: shown, uncertainty: doubt });
});

test.each([
  [4.2391, 0.2, "4.24 ± 0.20"],
  [0, 0, "0"],
  [2.5, 0, "2.5"],
])("%d with %d reads %s", (value, uncertainty, text) => {
  expect(uncertainText(value, uncertainty)).toBe(text);
});
