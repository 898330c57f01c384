import { describe, expect, it } from "vitest";
import { initialParameters } from "../../../../src/core/learning/networks/initialParameters.js";
import { networkPreset } from "../../../../src/core/learning/networks/networkPresets.js";
import {
  countParameters,
  type LayerSpec,
  networkShapes,
  requireNetworkShapes,
} from "../../../../src/core/learning/networks/networkSpec.js";

const convolution: LayerSpec = { kind: "convolution", filters: 16, padding: "valid", slope: 0.3 };
const pool: LayerSpec = { kind: "pool", mode: "max" };
const dense: LayerSpec = { kind: "dense", units: 1, slope: 1 };
const dropout: LayerSpec = { kind: "dropout", rate: 0.2 };
const errorOf = (layers: LayerSpec[], size = 8, channels = 1) => {
  const shapes = networkShapes({ input: { size, channels }, layers });
  return "error" in shapes ? shapes.error : undefined;
};

describe("a network's shapes", () => {
  it("are those of the light network: 30, 15, 13, 6, 4 voxels a side", () => {
    const shapes = requireNetworkShapes(networkPreset("light", 32, 1, "max"));
    expect(shapes.map((shape) => shape.outputSize)).toEqual([30, 15, 13, 6, 4, 1, 1, 1]);
    expect(countParameters(shapes)).toBe(27 * 16 + 16 + 2 * (27 * 256 + 16) + 1024 * 32 + 32 + 32 * 8 + 8 + 8 + 1);
  });

  it("are those of the deep network", () => {
    const shapes = requireNetworkShapes(networkPreset("deep", 32, 2, "average"));
    expect(shapes.map((shape) => shape.outputSize)).toEqual([32, 32, 16, 16, 16, 8, 8, 4, 1, 1]);
    expect(countParameters(shapes)).toBe(2 * 27 * 16 + 16 + 4 * (27 * 256 + 16) + 1024 * 128 + 128 + 129);
  });

  it("say why a network cannot be built", () => {
    expect(errorOf([convolution, pool, dense])).toBeUndefined();
    expect(errorOf([dense])).toContain("first layer");
    expect(errorOf([convolution])).toContain("last one dense");
    expect(errorOf([convolution, pool, pool, dense])).toBe("Layer 3: a pool must follow a convolution");
    expect(errorOf([convolution, dense, convolution, dense])).toBe(
      "Layer 3: a convolution cannot follow a dense layer",
    );
    expect(errorOf([{ ...convolution, filters: 6 }, dense])).toContain("multiple of 4");
    expect(errorOf([{ ...convolution, slope: -0.1 }, dense])).toContain("slope");
    expect(errorOf([convolution, { ...dense, units: 0 }])).toContain("units");
    expect(errorOf([convolution, dense], 2)).toBe("Layer 1: nothing is left of 2 voxels a side");
    expect(errorOf([convolution, dense], 8, 8)).toBeUndefined();
    expect(errorOf([convolution, dense], 8, 9)).toContain("1 to 8 channels");
    expect(errorOf([convolution, dropout, dense, dropout, dense])).toBeUndefined();
    expect(errorOf([convolution, dropout, pool, dense])).toBe("Layer 3: a pool must follow a convolution");
    expect(errorOf([convolution, dense, dropout, convolution, dense])).toBe(
      "Layer 4: a convolution cannot follow a dense layer",
    );
    expect(errorOf([convolution, dropout, dropout, dense])).toBe("Layer 3: a dropout cannot follow another");
    expect(errorOf([convolution, { ...dropout, rate: 1 }, dense])).toContain("below 1");
    expect(errorOf([convolution, dense, dropout])).toContain("last one dense");
    expect(errorOf([convolution, { ...dense, normalization: "batch" }])).toContain("cannot be normalised");
  });

  it("give initial weights He's spread, and biases 0", () => {
    const spec = networkPreset("light", 32, 2, "max");
    const parameters = initialParameters(spec, 1);
    expect(initialParameters(spec, 1)).toEqual(parameters);
    expect(initialParameters(spec, 2)).not.toEqual(parameters);
    const second = requireNetworkShapes(spec)[2];
    const weights = parameters.subarray(second?.offset, (second?.offset ?? 0) + (second?.weights ?? 0));
    const variance = weights.reduce((sum, w) => sum + w * w, 0) / weights.length;
    expect(variance).toBeCloseTo(2 / (1.09 * 27 * 16), 3);
    expect(parameters.at(-1)).toBe(0);
  });
});
