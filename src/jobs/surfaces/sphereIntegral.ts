import { volume } from "../../core/crystal/lattice.js";
import { dot, inverse, type Matrix3, norm, rowTimes, transpose, type Vector3 } from "../../core/math/matrix3.js";

/** Points along each axis of a cell of the grid that the sphere's surface cuts. */
const SUBPOINTS = 5;

/**
 * The integral of a periodic grid's values over a sphere (fractional centre, radius in Å): each point stands for its
 * cell of the grid, and of those that the sphere cuts the share within counts. Images beyond the cell count as often as
 * they lie in the sphere.
 */
export function sphereIntegral(
  values: Float32Array,
  size: Vector3,
  lattice: Matrix3,
  centre: Vector3,
  radius: number,
): number {
  const steps = lattice.map((row, axis) => row.map((x) => x / (size[axis] ?? 1))) as unknown as Matrix3;
  const around = circumradius(steps);
  const normals = transpose(inverse(steps));
  const reach = normals.map((row) => (radius + around) * norm(row)) as unknown as Vector3;
  const middle = centre.map((x, axis) => x * (size[axis] ?? 1)) as unknown as Vector3;
  const range = (axis: 0 | 1 | 2) =>
    [Math.ceil(middle[axis] - reach[axis]), Math.floor(middle[axis] + reach[axis])] as const;
  const [[x0, x1], [y0, y1], [z0, z1]] = [range(0), range(1), range(2)];
  const [inner, outer] = [Math.max(0, radius - around) ** 2, (radius + around) ** 2];
  const subpoints = subpointsOf(steps);
  let sum = 0;
  for (let z = z0; z <= z1; z++)
    for (let y = y0; y <= y1; y++) {
      const row = size[0] * (wrapped(y, size[1]) + size[1] * wrapped(z, size[2]));
      for (let x = x0; x <= x1; x++) {
        const d = rowTimes([x - middle[0], y - middle[1], z - middle[2]], steps);
        const square = dot(d, d);
        if (square > outer) continue;
        const share = square < inner && radius > around ? 1 : shareWithin(d, radius, subpoints);
        sum += share * (values[row + wrapped(x, size[0])] ?? 0);
      }
    }
  return (sum * volume(lattice)) / values.length;
}

const wrapped = (i: number, n: number) => ((i % n) + n) % n;

/** Of the cell of the grid about its point. */
function circumradius(steps: Matrix3): number {
  const corners = [-0.5, 0.5].flatMap((x) =>
    [-0.5, 0.5].flatMap((y) => [-0.5, 0.5].map((z) => norm(rowTimes([x, y, z], steps)))),
  );
  return Math.max(...corners);
}

function subpointsOf(steps: Matrix3): Float64Array {
  const points = new Float64Array(3 * SUBPOINTS ** 3);
  const place = (i: number) => (i + 0.5) / SUBPOINTS - 0.5;
  for (let i = 0; i < SUBPOINTS ** 3; i++) {
    const [x, y, z] = [i % SUBPOINTS, Math.floor(i / SUBPOINTS) % SUBPOINTS, Math.floor(i / SUBPOINTS ** 2)];
    points.set(rowTimes([place(x), place(y), place(z)], steps), 3 * i);
  }
  return points;
}

function shareWithin(d: Vector3, radius: number, subpoints: Float64Array): number {
  let within = 0;
  for (let i = 0; i < subpoints.length; i += 3) {
    const [x, y, z] = [d[0] + (subpoints[i] ?? 0), d[1] + (subpoints[i + 1] ?? 0), d[2] + (subpoints[i + 2] ?? 0)];
    if (x * x + y * y + z * z <= radius * radius) within++;
  }
  return within / SUBPOINTS ** 3;
}
