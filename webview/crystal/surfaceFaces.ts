import { inverse, type Matrix3, rowTimes, type Vector3 } from "../../src/core/math/matrix3.js";
import type { SurfaceMesh } from "../../src/protocol/crystalView.js";
import type { Rgb } from "../ui/themeColors.js";
import type { FaceList } from "./faceList.js";

/**
 * One mesh of the job as faces: repeated over the cells, closed faces kept only where no further cell follows. `color`:
 * one for all, or red, green and blue of each vertex. `layer`: of its closed faces, which lie in one plane with those of
 * other levels.
 */
export function surfaceFaces(
  mesh: SurfaceMesh,
  lattice: Matrix3,
  cells: Vector3,
  color: Rgb | Float32Array,
  opacity: number,
  layer = 0,
): FaceList {
  const shifts = cellShifts(cells);
  const walls = closedFaces(mesh, lattice);
  const kept = shifts.map((cell) => walls.filter(({ axis, end }) => cell[axis] === (end === 0 ? 0 : cells[axis] - 1)));
  const count = mesh.positions.length / 3;
  const positions = new Float32Array(3 * count * shifts.length);
  const normals = new Float32Array(positions.length);
  const indices = new Uint32Array(kept.reduce((sum, some) => sum + mesh.facesFrom + 3 * some.length, 0));
  const layers = new Uint8Array(indices.length / 3);
  let at = 0;
  shifts.forEach((cell, copy) => {
    const [dx, dy, dz] = rowTimes(cell, lattice);
    const first = copy * count;
    for (let i = 0; i < 3 * count; i += 3) {
      positions[3 * first + i] = (mesh.positions[i] ?? 0) + dx;
      positions[3 * first + i + 1] = (mesh.positions[i + 1] ?? 0) + dy;
      positions[3 * first + i + 2] = (mesh.positions[i + 2] ?? 0) + dz;
    }
    normals.set(mesh.normals, 3 * first);
    for (let i = 0; i < mesh.facesFrom; i++) indices[at++] = (mesh.indices[i] ?? 0) + first;
    layers.fill(layer, at / 3, at / 3 + (kept[copy]?.length ?? 0));
    for (const { from } of kept[copy] ?? [])
      for (let i = 0; i < 3; i++) indices[at++] = (mesh.indices[from + i] ?? 0) + first;
  });
  const colors = new Float32Array((positions.length / 3) * 4);
  for (let i = 0; i < colors.length / 4; i++) {
    const from = color instanceof Float32Array ? 3 * (i % count) : 0;
    colors.set([color[from] ?? 0, color[from + 1] ?? 0, color[from + 2] ?? 0, opacity], 4 * i);
  }
  return { positions, normals, colors, indices, ...(layer > 0 && { layers }) };
}

/** Which triangles close the surface, at which face of the cell. */
function closedFaces({ indices, positions, facesFrom }: SurfaceMesh, lattice: Matrix3) {
  const toFractional = inverse(lattice);
  const walls: { from: number; axis: 0 | 1 | 2; end: 0 | 1 }[] = [];
  for (let from = facesFrom; from + 2 < indices.length; from += 3) {
    const corners = [0, 1, 2].map((i) => {
      const at = 3 * (indices[from + i] ?? 0);
      return rowTimes([positions[at] ?? 0, positions[at + 1] ?? 0, positions[at + 2] ?? 0], toFractional);
    });
    const on = (axis: 0 | 1 | 2, end: 0 | 1) => corners.every((corner) => Math.abs(corner[axis] - end) < 1e-3);
    for (const axis of [0, 1, 2] as const) {
      for (const end of [0, 1] as const) if (on(axis, end)) walls.push({ from, axis, end });
    }
  }
  return walls;
}

function cellShifts(cells: Vector3): readonly Vector3[] {
  const shifts: Vector3[] = [];
  for (let i = 0; i < cells[0]; i++)
    for (let j = 0; j < cells[1]; j++) for (let k = 0; k < cells[2]; k++) shifts.push([i, j, k]);
  return shifts;
}
