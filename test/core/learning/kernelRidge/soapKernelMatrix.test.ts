import { afterEach, describe, expect, it } from "vitest";
import {
  defaultSoapSettings,
  globalSimilarity,
  type SoapEnvironments,
  soapKernel,
} from "../../../../src/core/descriptors/soapKernel.js";
import { soapKernelMatrix } from "../../../../src/core/learning/kernelRidge/soapKernelMatrix.js";
import {
  arrange,
  openSurroundings,
  plainSurroundings,
  useSurroundings,
} from "../../../../src/core/learning/kernelRidge/surroundings.js";
import { Random } from "../../../../src/core/math/random.js";
import { loadKernel } from "../../../../src/jobs/files/wasmModule.js";
import { kernelSurroundings } from "../../../../src/kernels/linearAlgebra/kernelSurroundings.js";

const wasm = kernelSurroundings(loadKernel("linearAlgebra"));

afterEach(() => useSurroundings(undefined));

/** Materials of oxygen and one or two of five other species, with rows of unit length and weights of chance. */
function materials(count: number, seed: number, zeta: number): SoapEnvironments[] {
  const random = new Random(seed);
  const settings = { ...defaultSoapSettings, zeta };
  return Array.from({ length: count }, () => {
    const species = [8, 11 + Math.floor(5 * random.uniform()), 19 + Math.floor(2 * random.uniform())].slice(
      0,
      random.uniform() < 0.5 ? 2 : 3,
    );
    const blocks = species.flatMap((a, i) => species.slice(i).map((b) => 1000 * a + b));
    const starts = [0];
    for (const block of blocks) starts.push((starts.at(-1) ?? 0) + (block % 1001 === 0 ? 6 : 9));
    const width = starts.at(-1) ?? 0;
    const rows = 1 + Math.floor(6 * random.uniform());
    const values = new Float64Array(rows * width);
    for (let row = 0; row < rows; row++) {
      const own = Float64Array.from({ length: width }, () => random.uniform() - 0.2);
      const length = Math.hypot(...own);
      values.set(
        own.map((x) => x / length),
        row * width,
      );
    }
    const vectors = { blocks, starts, weights: Float64Array.from({ length: rows }, (_, i) => 1 + (i % 3)), values };
    return { ...vectors, self: globalSimilarity(vectors, vectors, settings) };
  });
}

describe("kernels of many materials", () => {
  it.each([1, 2, 3, 4, 1.5])("are those of each pair, with zeta %f, to the same bits in WebAssembly", (zeta) => {
    const settings = { ...defaultSoapSettings, zeta };
    const [a, b] = [materials(70, 1, zeta), materials(53, 2, zeta)];
    const plain = soapKernelMatrix(a, b, settings);
    a.forEach((one, i) => {
      b.forEach((other, j) => {
        expect(plain[i * b.length + j]).toBeCloseTo(soapKernel(one, other, settings), 13);
      });
      expect(soapKernelMatrix([one], b, settings)).toEqual(plain.slice(i * b.length, (i + 1) * b.length));
    });
    useSurroundings(wasm);
    expect(soapKernelMatrix(a, b, settings)).toEqual(plain);
    expect(soapKernelMatrix(a.slice(30), b, settings)).toEqual(plain.slice(30 * b.length));
  });

  it("are symmetric among themselves, and 1 on the diagonal", () => {
    useSurroundings(wasm);
    const own = materials(90, 3, 2);
    const kernel = soapKernelMatrix(own, own, defaultSoapSettings);
    const others = soapKernelMatrix(own, [...own], defaultSoapSettings);
    for (let i = 0; i < own.length; i++) {
      expect(kernel[i * own.length + i]).toBe(1);
      for (let j = 0; j < i; j++) {
        expect(kernel[i * own.length + j]).toBe(kernel[j * own.length + i]);
        expect(kernel[i * own.length + j]).toBeCloseTo(others[i * own.length + j] as number, 14);
      }
    }
  });

  it("are 0 where no species is shared", () => {
    const [one] = materials(1, 4, 2);
    if (one === undefined) throw new Error("there is one");
    const other = { ...one, blocks: one.blocks.map((block) => block + 50_050) };
    expect([...soapKernelMatrix([one, one, one, one], [other], defaultSoapSettings)]).toEqual([0, 0, 0, 0]);
  });

  it("are compared plainly where kernels refuse, as a broken power or too little memory", () => {
    expect(wasm(arrange(materials(3, 5, 1)), 10, 1.5)).toBeUndefined();
    useSurroundings(() => undefined);
    const [left, right] = [arrange(materials(4, 6, 2)), arrange(materials(5, 7, 2))];
    expect(openSurroundings(right, 24, 2)(left)).toEqual(plainSurroundings(right, 24, 2)(left));
  });
});
