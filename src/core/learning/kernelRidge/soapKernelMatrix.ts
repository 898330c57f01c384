import type { SoapArithmetic } from "../../descriptors/soapArithmetic.js";
import { type SoapEnvironments, type SoapSettings, sharedParts, soapKernel } from "../../descriptors/soapKernel.js";
import { arrange, chunksOf, meanOfPairs, openSurroundings, raise } from "./surroundings.js";

/** Rows of vectors that are multiplied with one another at once: the first stay in the cache, the others in memory. */
const ROWS = 128;
const COLUMNS = 8192;
/** Fewer materials than this are compared pair by pair: arranging the others would cost more than their products. */
const FEW = 4;

/**
 * Kernels of two lists of materials, [a][b]. Average kernels by products of all vectors of many materials, one pair of
 * species after the other: the same bits, however many are compared at once. `arithmetic`: of REMatch.
 */
export function soapKernelMatrix(
  a: readonly SoapEnvironments[],
  b: readonly SoapEnvironments[],
  settings: SoapSettings,
  arithmetic?: SoapArithmetic,
): Float64Array {
  const result = new Float64Array(a.length * b.length);
  const put = (row: number, column: number, value: number) => {
    result[row * b.length + column] = value;
    if (a === b) result[column * b.length + row] = value;
  };
  const isAverage = settings.kernel === "average";
  if (isAverage && a.length >= FEW) {
    compareLists(a, b, settings.zeta, put);
    return result;
  }
  b.forEach((right, column) => {
    a.forEach((left, row) => {
      if (a === b && row > column) return;
      const value = isAverage
        ? averageKernel(left, right, settings.zeta)
        : soapKernel(left, right, settings, arithmetic);
      put(row, column, value);
    });
  });
  return result;
}

/** As `compareLists`, to the bit. */
function averageKernel(a: SoapEnvironments, b: SoapEnvironments, zeta: number): number {
  if (a === b) return 1;
  const [width, other] = [a.starts.at(-1) ?? 0, b.starts.at(-1) ?? 0];
  const [rows, columns] = [a.weights.length, b.weights.length];
  const local = new Float64Array(rows * columns);
  for (const { startA, startB, length } of sharedParts(a, b))
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) {
        const [from, to] = [i * width + startA, j * other + startB];
        let sum = 0;
        for (let k = 0; k < length; k++) sum += (a.values[from + k] as number) * (b.values[to + k] as number);
        local[i * columns + j] = (local[i * columns + j] as number) + sum;
      }
  raise(local, zeta);
  return meanOfPairs(local, 0, columns, a.weights, b.weights) / Math.sqrt(a.self * b.self);
}

function compareLists(
  a: readonly SoapEnvironments[],
  b: readonly SoapEnvironments[],
  zeta: number,
  put: (row: number, column: number, value: number) => void,
): void {
  const parts = chunksOf(a, ROWS);
  const most = parts.reduce((height, { rows }) => Math.max(height, rows), 0);
  for (const columns of chunksOf(b, COLUMNS)) {
    const others = b.slice(columns.from, columns.to);
    const compare = openSurroundings(arrange(others), most, zeta);
    for (const part of parts) {
      if (a === b && part.from >= columns.to) continue;
      const own = a.slice(part.from, part.to);
      const means = compare(arrange(own));
      own.forEach((one, i) => {
        others.forEach((other, j) => {
          const [row, column] = [part.from + i, columns.from + j];
          if (a === b && row > column) return;
          const mean = means[i * others.length + j] as number;
          put(row, column, one === other ? 1 : mean / Math.sqrt(one.self * other.self));
        });
      });
    }
  }
}
