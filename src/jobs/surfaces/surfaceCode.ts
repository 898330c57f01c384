import type { Matrix3 } from "../../core/math/matrix3.js";
import { Random } from "../../core/math/random.js";
import type { NativeSurfaces } from "../../kernels/surfaces/surfaceHost.js";
import { SurfaceKernel } from "../../kernels/surfaces/surfaceKernel.js";
import { loadKernel } from "../files/wasmModule.js";
import { testedAddon } from "../native/testedAddon.js";

export type SurfaceCode = WebAssembly.Module | NativeSurfaces;

/** Grids of so many points gain by an addon what its first test on a machine costs. */
const TEST_THRESHOLD = 2 ** 20;

let chosen: SurfaceCode | undefined;

/**
 * What computes surfaces of grids of so many points: the best addon that has passed its self-check on this machine,
 * else WebAssembly.
 */
export function surfaceCode(points: number): SurfaceCode {
  if (chosen) return chosen;
  const found = testedAddon("surfaces", points >= TEST_THRESHOLD);
  if (found !== "later") chosen = found ?? loadKernel("surfaces");
  return chosen ?? loadKernel("surfaces");
}

const LATTICE: Matrix3 = [
  [5, 0, 0],
  [1, 6, 0],
  [-1, 2, 7],
];

/**
 * Whether two kinds of code give the same bits, for random grids of sizes that fill words of bits in different ways.
 */
export function surfacesAlike(...codes: readonly [SurfaceCode, SurfaceCode]): boolean {
  const kernels = codes.map((code) => new SurfaceKernel(code));
  return (
    [
      [9, 8, 7],
      [64, 5, 6],
      [130, 3, 12],
    ] as const
  ).every((size, seed) => {
    const random = new Random(seed + 1);
    const values = Float32Array.from({ length: size[0] * size[1] * size[2] }, () => random.uniform() - 0.5);
    const [one, other] = kernels.map((kernel) => {
      kernel.load({ size, values, lattice: LATTICE });
      const meshes = [-0.2, 0.1].map((level) => [kernel.surface(level, { closed: true }), kernel.measures()]);
      return JSON.stringify([
        kernel.facts(),
        meshes,
        kernel.plane(5, [0.1, 0, 0], [1, 1, 0], [0, 0, 1]),
        kernel.planeMeans(0),
        kernel.coulombSums(4),
      ]);
    });
    return one === other;
  });
}
