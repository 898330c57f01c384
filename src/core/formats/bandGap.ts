/** The edges of the bands in eV (spec section 8). */
export interface BandGap {
  /** Lowest empty minus highest occupied level over all k and both spins; 0 for a metal. */
  readonly gap: number;
  /** The smallest difference at one k and in one spin; 0 for a metal. */
  readonly direct: number;
  readonly metal: boolean;
  /** The highest level that is more than half occupied, and the lowest of the others. */
  readonly highestOccupied: number;
  readonly lowestEmpty: number;
}

/**
 * Weighted electrons, in units of a full level, by which the occupations may differ from whole bands in an insulator:
 * what their printed digits leave.
 */
const FRACTION = 0.02;

/**
 * Collects levels and keeps what the gap needs of each k-point. A level is occupied if its occupation is more than half
 * of the full one.
 * A metal is told by its occupations, not by a small gap: a mesh seldom meets the Fermi surface. It is one if a band is
 * occupied at some k and empty at others, if the occupations do not add up to whole bands, or if an empty level lies
 * below an occupied one.
 */
export class BandEdges {
  readonly #points = new Map<string, Point>();

  /** `occupation` in units of the full one; `spin` and `point` count from 0. */
  add(spin: number, point: number, energy: number, occupation: number): void {
    const key = `${spin} ${point}`;
    let found = this.#points.get(key);
    if (!found) {
      found = { spin, point, occupied: 0, sum: 0, highest: Number.NEGATIVE_INFINITY, lowest: Number.POSITIVE_INFINITY };
      this.#points.set(key, found);
    }
    found.sum += occupation;
    if (occupation > 0.5) {
      found.occupied++;
      found.highest = Math.max(found.highest, energy);
    } else found.lowest = Math.min(found.lowest, energy);
  }

  /**
   * `weights` of the k-points, in any unit; equal ones where they are not known. Undefined where no level is occupied
   * or none is empty.
   */
  result(weights: readonly number[] = []): BandGap | undefined {
    const points = [...this.#points.values()];
    const highestOccupied = Math.max(...points.map(({ highest }) => highest));
    const lowestEmpty = Math.min(...points.map(({ lowest }) => lowest));
    if (!Number.isFinite(highestOccupied) || !Number.isFinite(lowestEmpty)) return undefined;
    const metal =
      lowestEmpty <= highestOccupied || hasPartialBand(points) || Math.abs(fractionOf(points, weights)) > FRACTION;
    const direct = Math.min(...points.map(({ highest, lowest }) => lowest - highest));
    return {
      gap: metal ? 0 : lowestEmpty - highestOccupied,
      direct: metal ? 0 : direct,
      metal,
      highestOccupied,
      lowestEmpty,
    };
  }
}

interface Point {
  readonly spin: number;
  readonly point: number;
  occupied: number;
  sum: number;
  highest: number;
  lowest: number;
}

function hasPartialBand(points: readonly Point[]): boolean {
  const bySpin = new Map<number, number>();
  return points.some(({ spin, occupied }) => {
    const before = bySpin.get(spin) ?? occupied;
    bySpin.set(spin, occupied);
    return before !== occupied;
  });
}

/** The electrons, in units of a full level, that are more or less than whole bands hold. */
function fractionOf(points: readonly Point[], weights: readonly number[]): number {
  const known = points.every(({ point }) => (weights[point] ?? -1) >= 0) && weights.some((weight) => weight > 0);
  const weightOf = (point: number) => (known ? (weights[point] ?? 0) : 1);
  const spins = new Set(points.map(({ spin }) => spin)).size;
  const total = points.reduce((sum, { point }) => sum + weightOf(point), 0) / spins;
  return (
    points.reduce((sum, { point, sum: filled, occupied }) => sum + weightOf(point) * (filled - occupied), 0) / total
  );
}
