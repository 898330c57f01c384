import type { Matrix3 } from "../../core/math/matrix3.js";
import { Random } from "../../core/math/random.js";
import type { NativeSurfaces } from "../../kernels/surfaces/surfaceHost.js";
import { SurfaceKernel } from "../../kernels/surfaces/surfaceKernel.js";
import { loadKernel } from "../files/wasmModule.js";
import { addonFolder, addonSets, loadAddon } from "../native/nativeAddon.js";
import { recallPassed, rememberPassed } from "../native/selfCheckMemory.js";
import { runSelfCheck, selfCheckKey } from "../native/selfCheckProcess.js";

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
  const folder = addonFolder();
  const sets = addonSets(folder, "surfaces");
  if (sets.length === 0) chosen = loadKernel("surfaces");
  else chosen = testedAddon(folder, sets, points >= TEST_THRESHOLD);
  return chosen ?? loadKernel("surfaces");
}

const NONE = "none";

function testedAddon(folder: string, sets: readonly string[], mayTest: boolean): SurfaceCode | undefined {
  const key = selfCheckKey(folder, "surfaces", sets);
  const known = recallPassed(key);
  if (known === undefined && !mayTest) return undefined;
  const passed = known ?? firstPassed(folder, sets);
  if (known === undefined) rememberPassed(key, passed);
  return sets.includes(passed) ? loadAddon(folder, "surfaces", passed) : loadKernel("surfaces");
}

function firstPassed(folder: string, sets: readonly string[]): string {
  for (let rest = sets; rest.length > 0; ) {
    const { instructionSet, difference } = runSelfCheck(folder, "surfaces", rest);
    if (instructionSet === undefined) return NONE;
    if (difference === 0) return instructionSet;
    rest = rest.slice(rest.indexOf(instructionSet) + 1);
  }
  return NONE;
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
