import { describe, expect, it } from "vitest";
import { completeLayer, networkOf } from "../../../../src/core/learning/networks/networkPresets.js";
import type { LayerSpec } from "../../../../src/core/learning/networks/networkSpec.js";
import { followMoments, initialMoments } from "../../../../src/core/learning/networks/normalization.js";
import { defaultTraining } from "../../../../src/core/learning/networks/trainingSettings.js";
import { learningRateAt } from "../../../../src/core/learning/training/learningRate.js";

const history = (...errors: number[]) =>
  errors.map((validationMae, i) => ({ epoch: i + 1, loss: 9 - validationMae, validationMae }));

describe("the learning rate", () => {
  it("warms up over 3 % of the steps, whatever comes then", () => {
    for (const schedule of ["cosine", "constant", "step", "plateau"] as const) {
      expect(learningRateAt(schedule, 8, 0, 100)).toBe(2);
      expect(learningRateAt(schedule, 8, 2, 100)).toBe(6);
      expect(learningRateAt(schedule, 8, 3, 100)).toBe(8);
    }
  });

  it("falls by a cosine, not at all, or in steps", () => {
    const at = (schedule: "cosine" | "constant" | "step") =>
      [49, 50, 74, 75, 99].map((step) => learningRateAt(schedule, 1, step, 100));
    expect(at("constant")).toEqual([1, 1, 1, 1, 1]);
    expect(at("step")).toEqual([1, 0.3, 0.3, 0.1, 0.1]);
    expect(at("cosine").map((rate) => Math.round(100 * rate))).toEqual([54, 52, 17, 16, 0]);
  });

  it("halves on each plateau of five epochs, of the validation error or, without one, of the loss", () => {
    const rateAfter = (...errors: number[]) => learningRateAt("plateau", 1, 50, 100, history(...errors));
    expect(rateAfter(5, 4, 4, 4, 4, 4)).toBe(1);
    expect(rateAfter(5, 4, 4, 4, 4, 4, 4)).toBe(0.5);
    expect(rateAfter(5, 4, 4, 4, 4, 4, 4, 3, 4, 4, 4, 4)).toBe(0.5);
    expect(rateAfter(5, 4, 4, 4, 4, 4, 4, 3, 4, 4, 4, 4, 4)).toBe(0.25);
    const blind = history(5, 4, 3, 2, 1, 0).map((report) => ({ ...report, validationMae: Number.NaN }));
    expect(learningRateAt("plateau", 1, 50, 100, blind)).toBe(0.5);
  });
});

describe("the network of a training", () => {
  const layers: readonly LayerSpec[] = [
    { kind: "convolution", filters: 8, padding: "same", slope: 0.3 },
    { kind: "dense", units: 6, slope: 0.3 },
    { kind: "dropout", rate: 0.1 },
    { kind: "dense", units: 5, slope: 0.3 },
  ];

  it("gets its output, and dropout behind hidden dense layers that have none", () => {
    const { input, layers: all } = networkOf({ ...defaultTraining, network: layers, dropout: 0.5 }, 16, 3);
    expect(input).toEqual({ size: 16, channels: 3 });
    expect(all).toEqual([...layers, { kind: "dropout", rate: 0.5 }, { kind: "dense", units: 3, slope: 1 }]);
    expect(networkOf({ ...defaultTraining, network: layers }, 16).layers.at(-1)).toEqual({
      kind: "dense",
      units: 1,
      slope: 1,
    });
  });

  it("completes layers by what is usual", () => {
    expect(completeLayer({ kind: "convolution", filters: 4 }, "max")).toEqual({
      kind: "convolution",
      filters: 4,
      padding: "same",
      slope: 0.3,
    });
    expect(completeLayer({ kind: "pool" }, "average")).toEqual({ kind: "pool", mode: "average" });
    expect(completeLayer({ kind: "pool", mode: "max" }, "average")).toEqual({ kind: "pool", mode: "max" });
    expect(completeLayer({ kind: "dense", units: 3, slope: 1 }, "max")).toEqual({ kind: "dense", units: 3, slope: 1 });
  });

  it("averages the statistics of the first batches, follows later ones by a tenth, small ones by less", () => {
    const [convolution, ...rest] = layers;
    if (convolution?.kind !== "convolution") throw new Error("the first layer is a convolution");
    const spec = networkOf({ ...defaultTraining, network: [{ ...convolution, normalization: "batch" }, ...rest] }, 16);
    const running = initialMoments(spec);
    expect([...running]).toEqual([...Array(8).fill(0), ...Array(8).fill(1)]);
    const follow = (value: number, batch: number, fullness = 1) => {
      followMoments(running, new Float32Array(16).fill(value), batch, fullness);
      return running[15];
    };
    expect(follow(4, 0, 0.5)).toBe(4);
    expect(follow(8, 1)).toBe(6);
    expect(follow(16, 50)).toBeCloseTo(7, 6);
    expect(follow(27, 51, 0.5)).toBeCloseTo(8, 6);
  });
});
