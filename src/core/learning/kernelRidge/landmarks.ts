import { deriveSeed } from "../../math/random.js";
import { columnMoments, type FeatureMatrix, rowsAt } from "./featureMatrix.js";
import { landmarkCount } from "./nystrom.js";

/** Of the landmarks: those that chance draws, which stand for what is frequent; the others fill the gaps. */
const DRAWN = 0.5;

/**
 * Materials that stand for all, by place in `ids`, ascending, whatever their order. Without `points`: those whose names
 * a fixed hash puts first, so that the landmarks of a part of the materials are landmarks of the whole (as long as
 * there are enough). With them (a row for each material) half are drawn so; each further one is farthest from all
 * before it (Gonzalez 1985), columns divided by their deviations: of near-identical materials one is taken before any
 * second.
 */
export function landmarksOf(
  ids: readonly string[],
  count = landmarkCount(ids.length),
  points?: FeatureMatrix,
): number[] {
  const ranks = ids.map((id) => deriveSeed(0, "landmark", id));
  const order = [...ids.keys()].sort((a, b) => (ranks[a] as number) - (ranks[b] as number) || a - b);
  const drawn = points === undefined ? order.length : Math.ceil(DRAWN * count);
  const chosen =
    points === undefined
      ? order.slice(0, count)
      : fillGaps(standardised(rowsAt(points, order)), Math.min(drawn, order.length), count).map(
          (place) => order[place] as number,
        );
  return chosen.sort((a, b) => a - b);
}

/** Places in `points`: the first `drawn`, then each time the farthest from all that are chosen. */
function fillGaps({ rows, columns, values }: FeatureMatrix, drawn: number, count: number): number[] {
  const nearest = new Float64Array(rows).fill(Number.POSITIVE_INFINITY);
  const chosen: number[] = [];
  let farthest = 0;
  while (chosen.length < Math.min(count, rows)) {
    const next = chosen.length < drawn ? chosen.length : farthest;
    chosen.push(next);
    nearest[next] = -1;
    farthest = -1;
    for (let row = 0; row < rows; row++) {
      const known = nearest[row] as number;
      if (known < 0) continue;
      const found = squaredWithin(values, row * columns, next * columns, columns, known);
      nearest[row] = found;
      if (farthest < 0 || found > (nearest[farthest] as number)) farthest = row;
    }
  }
  return chosen;
}

/** The squared distance of two rows, or `most` where it is not less. */
function squaredWithin(values: Float64Array, a: number, b: number, columns: number, most: number): number {
  let sum = 0;
  for (let k = 0; k < columns && sum < most; k++) {
    const difference = (values[a + k] as number) - (values[b + k] as number);
    sum += difference * difference;
  }
  return Math.min(sum, most);
}

/** Columns divided by their deviations, without those that are constant. */
function standardised(points: FeatureMatrix): FeatureMatrix {
  const { mean, deviation } = columnMoments(points);
  const kept = [...deviation.keys()].filter((column) => (deviation[column] as number) > 1e-12);
  const values = new Float64Array(points.rows * kept.length);
  for (let row = 0, at = 0; row < points.rows; row++)
    for (const column of kept) {
      const value = points.values[row * points.columns + column] as number;
      values[at++] = (value - (mean[column] as number)) / (deviation[column] as number);
    }
  return { rows: points.rows, columns: kept.length, values };
}
