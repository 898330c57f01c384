import type { SoapEnvironments } from "../../descriptors/soapKernel.js";
import { plainRowPairs } from "./featureMatrix.js";

/** Vectors of the surroundings of some materials, by pairs of species. */
export interface Surroundings {
  /** How many centres each row stands for. */
  readonly weights: Float64Array;
  /** The first row of each material, and one more. */
  readonly starts: Int32Array;
  readonly blocks: ReadonlyMap<number, SurroundingsBlock>;
}

/** The numbers of a pair of species: [places][width], of the rows that have it. */
export interface SurroundingsBlock {
  readonly places: Int32Array;
  readonly width: number;
  readonly values: Float64Array;
}

/** Means of (x_i . y_j)^zeta, weighted by both sides' centres, [materials of left][materials of right]. */
export type CompareSurroundings = (left: Surroundings) => Float64Array;

/** `rows`: the most that a left side has. Undefined: not this way. */
export type OpenSurroundings = (right: Surroundings, rows: number, zeta: number) => CompareSurroundings | undefined;

let faster: OpenSurroundings | undefined;

/** Lets surroundings be compared another way from now on, with the same bits. */
export function useSurroundings(open: OpenSurroundings | undefined): void {
  faster = open;
}

export function openSurroundings(right: Surroundings, rows: number, zeta: number): CompareSurroundings {
  return faster?.(right, rows, zeta) ?? plainSurroundings(right, rows, zeta);
}

export function plainSurroundings(right: Surroundings, rows: number, zeta: number): CompareSurroundings {
  const width = right.weights.length;
  const room = new Float64Array(rows * width);
  return (left) => {
    const local = room.subarray(0, left.weights.length * width).fill(0);
    for (const [block, a] of byNumber(left)) {
      const b = right.blocks.get(block);
      if (b !== undefined) addProducts(a, b, local, width);
    }
    raise(local, zeta);
    const columns = right.starts.length - 1;
    const means = new Float64Array((left.starts.length - 1) * columns);
    const rightWeights = Array.from({ length: columns }, (_, j) => weightsAt(right, j));
    for (let i = 0, at = 0; i + 1 < left.starts.length; i++)
      for (const [j, weights] of rightWeights.entries()) {
        const start = (left.starts[i] as number) * width + (right.starts[j] as number);
        means[at++] = meanOfPairs(local, start, width, weightsAt(left, i), weights);
      }
    return means;
  };
}

/** Pairs of species are summed by rising number. */
export const byNumber = ({ blocks }: Surroundings): [number, SurroundingsBlock][] =>
  [...blocks].sort(([a], [b]) => a - b);

const weightsAt = ({ weights, starts }: Surroundings, i: number): Float64Array =>
  weights.subarray(starts[i], starts[i + 1]);

function addProducts(a: SurroundingsBlock, b: SurroundingsBlock, local: Float64Array, width: number): void {
  const matrix = ({ places, width: columns, values }: SurroundingsBlock) => ({ rows: places.length, columns, values });
  const products = plainRowPairs("products", matrix(a), matrix(b), 0);
  let at = 0;
  for (const row of a.places) {
    const start = row * width;
    for (const column of b.places)
      local[start + column] = (local[start + column] as number) + (products[at++] as number);
  }
}

/**
 * Whole powers by products, whose bits depend on no engine. A similarity may be a little below 0, which has no broken
 * powers.
 */
export function raise(local: Float64Array, zeta: number): void {
  if (zeta === 1) return;
  for (let at = 0; at < local.length; at++) local[at] = power(local[at] as number, zeta);
}

function power(c: number, zeta: number): number {
  if (!Number.isInteger(zeta)) return Math.max(0, c) ** zeta;
  const square = c * c;
  if (zeta === 2) return square;
  if (zeta === 4) return square * square;
  let product = zeta % 2 === 1 ? c : 1;
  for (let k = Math.floor(zeta / 2); k > 0; k--) product *= square;
  return product;
}

/** The mean of the part of `local` that begins at `start`, weighted by the centres of two materials. */
export function meanOfPairs(
  local: Float64Array,
  start: number,
  stride: number,
  left: Float64Array,
  right: Float64Array,
): number {
  let [sum, all, other] = [0, 0, 0];
  for (let j = 0; j < right.length; j++) other += right[j] as number;
  for (let i = 0, row = start; i < left.length; i++, row += stride) {
    let part = 0;
    for (let j = 0; j < right.length; j++) part += (right[j] as number) * (local[row + j] as number);
    sum += (left[i] as number) * part;
    all += left[i] as number;
  }
  return sum / (all * other);
}

/** Parts of a list with at most so many rows, or one material. */
export function chunksOf(
  list: readonly SoapEnvironments[],
  most: number,
): { readonly from: number; readonly to: number; readonly rows: number }[] {
  const chunks = [];
  let [from, rows] = [0, 0];
  for (const [place, { weights }] of list.entries()) {
    if (rows > 0 && rows + weights.length > most) {
      chunks.push({ from, to: place, rows });
      [from, rows] = [place, 0];
    }
    rows += weights.length;
  }
  if (list.length > 0) chunks.push({ from, to: list.length, rows });
  return chunks;
}

export function arrange(materials: readonly SoapEnvironments[]): Surroundings {
  const starts = new Int32Array(materials.length + 1);
  const counts = new Map<number, { rows: number; readonly width: number }>();
  for (const [i, { weights, blocks, starts: own }] of materials.entries()) {
    starts[i + 1] = (starts[i] as number) + weights.length;
    for (const [at, block] of blocks.entries()) {
      const found = counts.get(block) ?? { rows: 0, width: (own[at + 1] as number) - (own[at] as number) };
      found.rows += weights.length;
      counts.set(block, found);
    }
  }
  const weights = new Float64Array(starts.at(-1) ?? 0);
  const filled = new Map(
    [...counts].map(([block, { rows, width }]) => [
      block,
      { places: new Int32Array(rows), width, values: new Float64Array(rows * width), used: 0 },
    ]),
  );
  for (const [i, material] of materials.entries()) {
    const first = starts[i] as number;
    weights.set(material.weights, first);
    const length = material.starts.at(-1) ?? 0;
    for (const [at, block] of material.blocks.entries()) {
      const into = filled.get(block);
      if (into === undefined) continue;
      const { places, width, values } = into;
      for (let row = 0; row < material.weights.length; row++, into.used++) {
        places[into.used] = first + row;
        const from = row * length + (material.starts[at] as number);
        for (let k = 0; k < width; k++) values[into.used * width + k] = material.values[from + k] as number;
      }
    }
  }
  return { weights, starts, blocks: filled };
}
