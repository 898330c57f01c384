import { describe, expect, it } from "vitest";
import { measureInputScale, scaleVoxels } from "../../../../src/core/learning/networks/inputScaling.js";

const voxels = { size: 4, channels: 2, index: Int32Array.of(1, 2, 5), value: Float32Array.of(3, 0, 4, 2, 12, 8) };

describe("the input's scaling", () => {
  it("divides each channel by the root mean square of its non-zero values", () => {
    const scale = measureInputScale([voxels, voxels], 2, "rms");
    expect(scale[0]).toBeCloseTo(Math.sqrt((9 + 16 + 144) / 3), 5);
    expect(scale[1]).toBeCloseTo(Math.sqrt((4 + 64) / 2), 5);
    const scaled = scaleVoxels(voxels, scale, "rms");
    expect(measureInputScale([scaled], 2, "rms")[1]).toBeCloseTo(1, 6);
    expect(scaled.index).toBe(voxels.index);
    expect(voxels.value[0]).toBe(3);
  });

  it("divides by the mean where that is asked", () => {
    const scale = measureInputScale([voxels], 2, "mean");
    expect(scale[0]).toBeCloseTo(19 / 3, 5);
    expect(scale[1]).toBe(5);
    expect(scaleVoxels(voxels, scale, "mean").value[5]).toBeCloseTo(1.6, 6);
  });

  it("takes logarithms of a hundred times these, and leaves zero zero", () => {
    const scale = measureInputScale([voxels], 2, "log");
    expect(scale).toEqual(measureInputScale([voxels], 2, "rms"));
    const scaled = scaleVoxels(voxels, scale, "log");
    expect(scaled.value[1]).toBe(0);
    expect(scaled.value[5]).toBeCloseTo(Math.log(1 + 800 / Math.sqrt(34)), 5);
  });

  it("leaves values alone where nothing is asked or nothing is there", () => {
    expect([...measureInputScale([voxels], 2, "none")]).toEqual([1, 1]);
    expect([...measureInputScale([], 2, "rms")]).toEqual([1, 1]);
  });
});
