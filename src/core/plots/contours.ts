import { linePath } from "./svg.js";

/**
 * Contour lines of a grid as an SVG path: marching squares with linear interpolation. `place` gives the px of a column
 * and row, which may lie between points.
 */
export function contourPath(
  values: ArrayLike<number>,
  columns: number,
  rows: number,
  level: number,
  place: (column: number, row: number) => readonly [number, number],
): string {
  const at = (x: number, y: number) => values[y * columns + x] ?? 0;
  const segments: string[] = [];
  for (let y = 0; y + 1 < rows; y++)
    for (let x = 0; x + 1 < columns; x++) {
      const corners = [at(x, y), at(x + 1, y), at(x + 1, y + 1), at(x, y + 1)];
      const share = (i: number) => (level - (corners[i] ?? 0)) / ((corners[(i + 1) % 4] ?? 0) - (corners[i] ?? 0));
      const points = [0, 1, 2, 3].flatMap((i) => {
        const crosses = (corners[i] ?? 0) > level !== (corners[(i + 1) % 4] ?? 0) > level;
        if (!crosses) return [];
        const t = share(i);
        const sides = [place(x + t, y), place(x + 1, y + t), place(x + 1 - t, y + 1), place(x, y + 1 - t)];
        return [sides[i] ?? place(x, y)];
      });
      for (let i = 0; i + 1 < points.length; i += 2) segments.push(linePath(points.slice(i, i + 2)));
    }
  return segments.join("");
}
