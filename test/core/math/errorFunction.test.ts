import { describe, expect, it } from "vitest";
import { erfc } from "../../../src/core/math/errorFunction.js";

describe("erfc", () => {
  // Values of the C library's erfc.
  it.each([
    [-1.5, 1.9661051464753108],
    [0, 1.0],
    [1e-9, 0.9999999988716208],
    [0.1, 0.8875370839817152],
    [0.5, 0.4795001221869535],
    [1, 0.15729920705028513],
    [1.7, 0.016209541409225436],
    [2.2, 0.0018628462979818894],
    [2.4999, 0.0004071699003334514],
    [2.5, 0.0004069520174449589],
    [2.7, 0.00013433273994052422],
    [3.3, 3.0577097964381654e-6],
    [4, 1.541725790028002e-8],
    [5.5, 7.357847917974398e-15],
    [6.5, 3.8421483271206475e-20],
  ])("of %d", (x, expected) => {
    expect(Math.abs(erfc(x) - expected)).toBeLessThan(5e-16);
    if (x >= 2.5) expect(Math.abs(erfc(x) / expected - 1)).toBeLessThan(1e-14);
  });
});
