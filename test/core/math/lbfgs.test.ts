import { describe, expect, it } from "vitest";
import { minimizeLbfgs } from "../../../src/core/math/lbfgs.js";

const options = { iterations: 500, tolerance: 1e-14 };

describe("minimizeLbfgs", () => {
  it("finds the minimum of Rosenbrock's valley", () => {
    const valley = ([x = 0, y = 0]: Float64Array) => ({
      value: (1 - x) ** 2 + 100 * (y - x * x) ** 2,
      gradient: Float64Array.of(-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)),
    });
    const { point, value, iterations } = minimizeLbfgs(valley, Float64Array.of(-1.2, 1), options);
    expect(value).toBeLessThan(1e-10);
    expect(point[0]).toBeCloseTo(1, 4);
    expect(iterations).toBeLessThan(100);
  });

  it("stays where the function is defined", () => {
    const barrier = ([x = 0]: Float64Array) =>
      x > 0
        ? { value: x - Math.log(x), gradient: Float64Array.of(1 - 1 / x) }
        : { value: Number.POSITIVE_INFINITY, gradient: Float64Array.of(0) };
    const { point } = minimizeLbfgs(barrier, Float64Array.of(30), options);
    expect(point[0]).toBeCloseTo(1, 5);
  });

  it("stays at a minimum, and ends after the given iterations", () => {
    const bowl = (at: Float64Array) => ({
      value: at.reduce((sum, x, i) => sum + 10 ** i * x * x, 0),
      gradient: at.map((x, i) => 2 * 10 ** i * x),
    });
    expect(minimizeLbfgs(bowl, new Float64Array(4), options)).toMatchObject({ value: 0, iterations: 0 });
    expect(minimizeLbfgs(bowl, Float64Array.of(1, 2, 3, 4), { iterations: 3, tolerance: 0 }).iterations).toBe(3);
  });
});
