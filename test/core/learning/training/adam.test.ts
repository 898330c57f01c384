import { describe, expect, it } from "vitest";
import { Adam } from "../../../../src/core/learning/training/adam.js";
import { learningRateAt } from "../../../../src/core/learning/training/learningRate.js";

describe("Adam", () => {
  it("makes the steps of Kingma and Ba's algorithm 1", () => {
    const parameters = Float32Array.of(1, -2);
    const adam = new Adam(2, { epsilon: 0 });
    adam.update(parameters, Float32Array.of(0.5, -3), 0.1);
    // The first bias-corrected step is the learning rate times the sign.
    expect([...parameters]).toEqual([Math.fround(0.9), Math.fround(-1.9)]);
    adam.update(parameters, Float32Array.of(-0.5, -3), 0.1);
    const m = (0.9 * 0.05 - 0.05) / (1 - 0.81);
    expect(parameters[0]).toBeCloseTo(0.9 - (0.1 * m) / 0.5, 6);
    expect(parameters[1]).toBeCloseTo(-1.8, 6);
  });

  it("finds the minimum of a long valley", () => {
    const parameters = Float32Array.of(-1.5, 2);
    const adam = new Adam(2);
    for (let i = 0; i < 4000; i++) {
      const [x = 0, y = 0] = parameters;
      adam.update(parameters, Float32Array.of(2 * (x - 1), 200 * (y + 3)), 0.02);
    }
    expect(parameters[0]).toBeCloseTo(1, 3);
    expect(parameters[1]).toBeCloseTo(-3, 3);
  });

  it("goes on from a saved state to the same bits", () => {
    const gradient = (i: number) => Float32Array.of(Math.sin(i), Math.cos(3 * i));
    const parameters = Float32Array.of(1, 2);
    const adam = new Adam(2);
    for (let i = 0; i < 5; i++) adam.update(parameters, gradient(i), 0.01);
    const saved = adam.saveState();
    const copy = parameters.slice();
    for (let i = 5; i < 9; i++) adam.update(parameters, gradient(i), 0.01);
    const resumed = new Adam(2, {}, saved);
    for (let i = 5; i < 9; i++) resumed.update(copy, gradient(i), 0.01);
    expect(copy).toEqual(parameters);
    expect(saved.step).toBe(5);
    expect(() => new Adam(3, {}, saved)).toThrow(RangeError);
  });

  it("scales a long gradient down and shrinks weights apart from the gradient", () => {
    const long = Float32Array.of(1, 1);
    const short = Float32Array.of(1, 1);
    const clipped = new Adam(2, { maximumNorm: 5, epsilon: 1 });
    const plain = new Adam(2, { epsilon: 1 });
    clipped.update(long, Float32Array.of(300, 400), 0.1);
    plain.update(short, Float32Array.of(3, 4), 0.1);
    expect(long).toEqual(short);
    const decayed = Float32Array.of(2);
    new Adam(1, { weightDecay: 0.5 }).update(decayed, Float32Array.of(0), 0.1);
    expect(decayed[0]).toBeCloseTo(1.9, 6);
  });
});

describe("the learning rate", () => {
  it("rises to the peak in 3 % of the steps and falls along half a cosine", () => {
    const rates = Array.from({ length: 1000 }, (_, step) => learningRateAt("cosine", 1, step, 1000));
    expect(rates[0]).toBeCloseTo(1 / 31, 12);
    expect(Math.max(...rates)).toBe(1);
    expect(rates.indexOf(1)).toBe(30);
    expect(rates[515]).toBeCloseTo(0.5, 12);
    expect(rates[999]).toBeLessThan(1e-5);
    expect(rates.slice(31).every((rate, i) => rate < (rates[30 + i] ?? 0))).toBe(true);
  });

  it("stays at the peak where it is constant", () => {
    expect(learningRateAt("constant", 0.3, 999, 1000)).toBe(0.3);
    expect(learningRateAt("constant", 0.3, 0, 1)).toBeGreaterThan(0);
  });
});
