import { describe, expect, it } from "vitest";
import { radialBasis } from "../../../src/core/descriptors/soapBasis.js";
import { neighbourReach, type SoapOptions } from "../../../src/core/descriptors/soapOptions.js";
import { RadialTable } from "../../../src/core/descriptors/soapRadialTable.js";
import { Random } from "../../../src/core/math/random.js";

/** What the basis itself says, [l][n]. */
function direct(options: SoapOptions, r: number): number[] {
  const { count, primitives, finish } = radialBasis(options);
  const parts = new Float64Array((options.lMax + 1) * count);
  primitives(r, parts);
  return Array.from({ length: (options.lMax + 1) * options.nMax }, (_, row) => {
    const l = Math.floor(row / options.nMax);
    return Array.from({ length: count }, (_, k) => k).reduce(
      (sum, k) => sum + (finish[row * count + k] ?? 0) * (parts[l * count + k] ?? 0),
      0,
    );
  });
}

describe("the table of radial functions", () => {
  // Orthonormalised Gaussians nearly depend on one another: what is lost there is the basis's own rounding, 1e-12 of a
  // function.
  it.each([
    ["gto", 8, 6, 0.5, 5, 1e-11],
    ["gto", 5, 3, 1, 4, 1e-11],
    ["polynomial", 8, 6, 0.5, 5, 1e-13],
    ["polynomial", 12, 9, 0.3, 6, 1e-13],
    ["polynomial", 3, 0, 0.1, 2, 1e-13],
  ] as const)(
    "%s, n_max %d, l_max %d, sigma %d: the functions themselves",
    (basis, nMax, lMax, sigma, rCut, tolerance) => {
      const options = { basis, nMax, lMax, sigma, rCut };
      const table = new RadialTable(options);
      const reach = neighbourReach(options);
      const random = new Random(1);
      const places = [0, reach, table.width, ...Array.from({ length: 60 }, () => random.uniform() * reach)];
      const exact = places.map((r) => direct(options, r));
      const into = new Float64Array(table.count);
      const largest = Array.from(into, (_, at) => Math.max(...exact.map((values) => Math.abs(values[at] ?? 0))));
      for (const [i, r] of places.entries()) {
        table.evaluate(r, into);
        into.forEach((value, at) => {
          expect(
            Math.abs(value - (exact[i]?.[at] ?? Number.NaN)) / (largest[at] ?? 0),
            `r = ${r}, function ${at}`,
          ).toBeLessThan(tolerance);
        });
      }
    },
  );
});
