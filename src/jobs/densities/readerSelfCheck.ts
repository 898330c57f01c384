import { fortranReal } from "../../core/formats/writeVolumetric.js";
import { Random } from "../../core/math/random.js";
import type { NativeVolumetric } from "../../kernels/volumetric/readerHost.js";
import { VolumetricKernel, type WantedFunctionals, type WantedWaves } from "../../kernels/volumetric/volumetric.js";

/** How a block may be written, on grids whose axes fold in every way that there is. */
interface Form {
  readonly grid: readonly [number, number, number];
  readonly write: (value: number) => string;
  readonly lineEnd: string;
  /** Decimal exponents of the values. */
  readonly exponents: readonly [number, number];
  readonly negative: boolean;
}

const COLUMNS = 5;
/** Bytes at once: less than a block, so that numbers are cut. */
const CAPACITY = 8192;
const MOST = [4, 3, 4] as const;

const inC = (value: number): string =>
  value
    .toExponential(11)
    .toUpperCase()
    .replace(/E([+-])(\d)$/, "E$10$2");
const FUNCTIONALS: WantedFunctionals = { scale: 0.1, metric: [9, 8, 7, 1, -2, 3] };
const FORMS: readonly Form[] = [
  { grid: [20, 18, 17], write: fortranReal, lineEnd: "\n", exponents: [-3, 4], negative: false },
  { grid: [15, 14, 24], write: fortranReal, lineEnd: "\r\n", exponents: [-6, 6], negative: true },
  { grid: [16, 9, 10], write: fortranReal, lineEnd: "\n", exponents: [-40, 20], negative: true },
  { grid: [22, 12, 9], write: (value) => inC(value).padStart(18), lineEnd: "\n", exponents: [-3, 4], negative: true },
  { grid: [7, 40, 10], write: (value) => inC(value).padStart(13), lineEnd: "\n", exponents: [-2, 2], negative: true },
];

/**
 * Whether two readers of volumetric files give the same bits for blocks in all forms that either has a way of its own
 * for.
 */
export function readsAlike(
  ...codes: readonly [NativeVolumetric | WebAssembly.Module, NativeVolumetric | WebAssembly.Module]
): boolean {
  const kernels = codes.map((code) => new VolumetricKernel(code, CAPACITY));
  return FORMS.every((form, seed) => {
    const bytes = new TextEncoder().encode(blockText(form, new Random(seed + 1)));
    const [one, other] = kernels.map((kernel) => readingOf(kernel, form.grid, bytes));
    return one === other;
  });
}

function blockText({ grid, write, lineEnd, exponents: [least, most], negative }: Form, random: Random): string {
  const count = grid[0] * grid[1] * grid[2];
  const values = Array.from({ length: count }, () => {
    const size = (0.1 + 0.9 * random.uniform()) * 10 ** Math.round(least + (most - least) * random.uniform());
    return negative && random.uniform() < 0.3 ? -size : size;
  });
  const lines = Array.from({ length: Math.ceil(count / COLUMNS) }, (_, i) =>
    values.slice(i * COLUMNS, (i + 1) * COLUMNS).map(write),
  );
  return lines.map((line) => ` ${line.join(" ")}${lineEnd}`).join("");
}

/** All that a block gives, in a form that tells every bit. */
function readingOf(kernel: VolumetricKernel, grid: Form["grid"], bytes: Uint8Array): string {
  kernel.startBlock(grid, allWaves(), { offset: 0, line: 1, lineStart: 0 }, undefined, FUNCTIONALS);
  const state = kernel.feed(bytes, true);
  const sums = state === "complete" ? [...kernel.amplitudes(3), ...(kernel.functionals() ?? [])] : [];
  return JSON.stringify([state, kernel.facts(), kernel.place(), sums]);
}

function allWaves(): WantedWaves {
  const hkl: number[] = [];
  for (let l = 0; l <= MOST[2]; l++)
    for (let k = -MOST[1]; k <= MOST[1]; k++) for (let h = -MOST[0]; h <= MOST[0]; h++) hkl.push(h, k, l);
  return { most: MOST, hkl: Int32Array.from(hkl) };
}
