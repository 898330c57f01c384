import { expect, test } from "vitest";
import { shareText } from "../../webview/voxels/exactNumbers.js";

test("a share beyond the cutoff has two digits, and rounding is no share", () => {
  expect([0.0567, 12.34, 0.00012, 2e-5, 9.9e-15, 0, -3e-14].map(shareText)).toEqual([
    "0.057",
    "12",
    "0.00012",
    "< 0.0001",
    "0",
    "0",
    "0",
  ]);
});
