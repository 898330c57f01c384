/**
 * The point of a grid where `cost` is least, found by going from the best of `starts` to the best neighbour (one step
 * on one axis) until none is better.
 * `sizes`: points on each axis; a point is an index an axis. Costs are asked for once a point; ties keep the earlier
 * one, so the way is always the same.
 */
export function coordinateDescent(
  sizes: readonly number[],
  starts: readonly (readonly number[])[],
  cost: (point: readonly number[]) => number,
): Trial {
  const known = new Map<string, number>();
  const ask = (point: readonly number[]) => {
    const key = point.join(" ");
    const value = known.get(key) ?? cost(point);
    known.set(key, value);
    return value;
  };
  const bestOf = (points: readonly (readonly number[])[], sofar: Trial) =>
    points
      .map((point) => ({ point, cost: ask(point) }))
      .reduce((least, next) => (next.cost < least.cost ? next : least), sofar);
  let best = bestOf(starts, { point: [], cost: Number.POSITIVE_INFINITY });
  for (;;) {
    const better = bestOf(neighbours(best.point, sizes), best);
    if (better === best) return best;
    best = better;
  }
}

interface Trial {
  readonly point: readonly number[];
  readonly cost: number;
}

function neighbours(point: readonly number[], sizes: readonly number[]): number[][] {
  return sizes.flatMap((size, axis) =>
    [-1, 1]
      .map((step) => point.map((index, a) => (a === axis ? index + step : index)))
      .filter((next) => (next[axis] as number) >= 0 && (next[axis] as number) < size),
  );
}
