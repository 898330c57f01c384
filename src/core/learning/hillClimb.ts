/**
 * The point of a grid where `cost` is least, found by going from `start` to the best neighbour (one step on one axis) until none is better.
 * `sizes`: points on each axis; a point is an index an axis. Costs are asked for once a point; ties keep the earlier one, so the way is always the same.
 */
export function climbDown(
  sizes: readonly number[],
  start: readonly number[],
  cost: (point: readonly number[]) => number,
): { readonly point: readonly number[]; readonly cost: number } {
  const known = new Map<string, number>();
  const ask = (point: readonly number[]) => {
    const key = point.join(" ");
    const value = known.get(key) ?? cost(point);
    known.set(key, value);
    return value;
  };
  let best = { point: start, cost: ask(start) };
  for (;;) {
    const better = neighbours(best.point, sizes)
      .map((point) => ({ point, cost: ask(point) }))
      .reduce((least, next) => (next.cost < least.cost ? next : least), best);
    if (better === best) return best;
    best = better;
  }
}

function neighbours(point: readonly number[], sizes: readonly number[]): number[][] {
  return sizes.flatMap((size, axis) =>
    [-1, 1]
      .map((step) => point.map((index, a) => (a === axis ? index + step : index)))
      .filter((next) => (next[axis] as number) >= 0 && (next[axis] as number) < size),
  );
}
