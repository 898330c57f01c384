import {
  byNumber,
  type CompareSurroundings,
  type OpenSurroundings,
  type Surroundings,
} from "../../core/learning/kernelRidge/surroundings.js";
import { type AlgebraCode, type AlgebraMemory, openAlgebra, padded, STRIP } from "./algebraHost.js";

/** Numbers that are multiplied alike: of whole powers alone. */
const MOST_POWER = 64;

/** Surroundings compared by the kernels; undefined where there is not enough memory, or for a broken power. */
export function kernelSurroundings(code: AlgebraCode): OpenSurroundings {
  return (right, rows, zeta) => {
    if (!Number.isInteger(zeta) || zeta < 1 || zeta > MOST_POWER) return undefined;
    const host = openAlgebra(code);
    const layout = new Layout();
    const held = new Map(
      [...right.blocks].map(([number, { places, width, values }]) => {
        const count = places.length;
        return [number, { count, width, at: layout.take(padded(count) * width), placesAt: layout.take(count), values }];
      }),
    );
    const widest = Math.max(0, ...[...held.values()].map(({ width }) => width));
    const most = Math.max(0, ...[...held.values()].map(({ count }) => padded(count)));
    const [stride, columns] = [right.weights.length, right.starts.length - 1];
    const own = {
      weights: layout.take(stride),
      starts: layout.take(columns + 1),
      left: layout.take(padded(rows) * widest),
      leftPlaces: layout.take(rows),
      leftWeights: layout.take(rows),
      leftStarts: layout.take(rows + 1),
      room: layout.take(STRIP * widest),
      products: layout.take(padded(rows) * most),
      local: layout.take(rows * stride),
      means: layout.take(rows * columns),
    };
    const memory = host.open(layout.top);
    if (memory === undefined) return undefined;
    const { doubles, place } = memory;
    const at = (double: number) => place + 8 * double;
    for (const [number, { values, at: to, placesAt, width, count }] of held) {
      doubles.fill(0, to + count * width, to + padded(count) * width).set(values, to);
      setIntegers(memory, placesAt, right.blocks.get(number)?.places ?? new Int32Array());
    }
    doubles.set(right.weights, own.weights);
    setIntegers(memory, own.starts, right.starts);
    const compare: CompareSurroundings = (left: Surroundings) => {
      const height = left.weights.length;
      doubles.fill(0, own.local, own.local + height * stride);
      for (const [number, { places, width, values }] of byNumber(left)) {
        const other = held.get(number);
        if (other === undefined) continue;
        const count = places.length;
        doubles.set(values, own.left);
        doubles.fill(0, own.left + count * width, own.left + padded(count) * width);
        setIntegers(memory, own.leftPlaces, places);
        host.calls.addSurroundings(
          at(own.left),
          padded(count),
          at(other.at),
          padded(other.count),
          width,
          at(own.room),
          at(own.products),
          at(own.leftPlaces),
          count,
          at(other.placesAt),
          other.count,
          at(own.local),
          stride,
        );
      }
      doubles.set(left.weights, own.leftWeights);
      setIntegers(memory, own.leftStarts, left.starts);
      const materials = left.starts.length - 1;
      host.calls.meanSurroundings(
        at(own.local),
        height,
        stride,
        zeta,
        at(own.leftWeights),
        at(own.leftStarts),
        materials,
        at(own.weights),
        at(own.starts),
        columns,
        at(own.means),
      );
      return doubles.slice(own.means, own.means + materials * columns);
    };
    return compare;
  };
}

/** Places in doubles, one part after the other. */
class Layout {
  top = 0;

  take(count: number): number {
    const start = this.top;
    this.top += Math.ceil(count / 8) * 8;
    return start;
  }
}

/** Two to a double. */
function setIntegers({ integers }: AlgebraMemory, at: number, values: Int32Array): void {
  integers.set(values, 2 * at);
}
