import { describe, expect, it } from "vitest";
import { defaultSoapSettings } from "../../../src/core/descriptors/soapKernel.js";
import { kernelBytes, memoryLimit, memoryProblem } from "../../../src/jobs/models/kernelMemory.js";

const GB = 1e9;

describe("the memory of kernel models", () => {
  it("grows with the square of the training materials, and with SOAP of all materials", () => {
    expect(kernelBytes(["composition"], defaultSoapSettings, 1000, 5000)).toBe(3 * 8e6);
    expect(kernelBytes(["soap"], defaultSoapSettings, 1000, 5000)).toBe(3 * 8e6 + 8 * 5000 ** 2);
    expect(kernelBytes(["r3dvs"], defaultSoapSettings, 66_000, 66_000)).toBe(0);
    expect(kernelBytes(["soap+r3dvs"], defaultSoapSettings, 100, 100)).toBeGreaterThan(0);
  });

  it("is refused where the machine has less, with a number that would fit", () => {
    const sizes = { train: 59_400, all: 66_000 };
    expect(memoryProblem(["r3dvs"], defaultSoapSettings, sizes, 4 * GB)).toBeUndefined();
    expect(memoryProblem(["combined"], defaultSoapSettings, { train: 4000, all: 4400 }, 4 * GB)).toBeUndefined();
    const exact = { exactUpTo: 100_000 };
    const found = memoryProblem(["r3dvs", "shells"], defaultSoapSettings, { ...sizes, ...exact }, 4 * GB);
    expect(found?.severity).toBe("error");
    expect(found?.args).toEqual([59_400, 66_000, 85, 4, 11_100]);
    const possible = Number(found?.args.at(-1));
    expect(
      memoryProblem(["shells"], defaultSoapSettings, { train: possible, all: possible, ...exact }, 4 * GB),
    ).toBeUndefined();
    expect(
      memoryProblem(["shells"], defaultSoapSettings, { train: possible + 200, all: possible, ...exact }, 4 * GB),
    ).toBeDefined();
  });

  it("is bounded where materials are taken in through some of them, which is the case of many", () => {
    const sizes = { train: 59_400, all: 66_000 };
    expect(
      memoryProblem(["combined", "density", "composition", "shells"], defaultSoapSettings, sizes, 4 * GB),
    ).toBeUndefined();
    expect(memoryProblem(["combined"], defaultSoapSettings, sizes, 1 * GB)?.severity).toBe("error");
    expect(kernelBytes(["density"], defaultSoapSettings, 59_400, 66_000)).toBeLessThan(GB);
    const bytes = [9000, 13_500, 22_500].map((n) => kernelBytes(["density"], defaultSoapSettings, n, n));
    // growing with the materials' own numbers, not with their square
    expect((bytes[2] as number) - (bytes[1] as number)).toBeCloseTo(
      2 * ((bytes[1] as number) - (bytes[0] as number)),
      -2,
    );
  });

  it("is that of the process or of the machine", () => expect(memoryLimit()).toBeGreaterThan(0.1 * GB));
});
