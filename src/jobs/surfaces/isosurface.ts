import { determinant, inverse, rowTimes, type Vector3 } from "../../core/math/matrix3.js";
import type { PeriodicGrid, SurfaceKernel } from "../../kernels/surfaces/surfaceKernel.js";
import type { SurfaceMesh } from "../../protocol/crystalView.js";
import type { FieldKernel } from "./fieldKernel.js";
import type { Field } from "./gridFields.js";

export interface IsosurfaceOptions {
  readonly levels: readonly number[];
  readonly closed?: boolean;
  readonly maxTriangles?: number;
  /** Whose values colour the vertices. */
  readonly colour?: Field;
}

/**
 * A mesh per level, each over the cell [0, 1]^3. Above the level is enclosed, below it for negative levels of a signed
 * field.
 */
export function isosurfaces(kernels: FieldKernel, field: Field, options: IsosurfaceOptions): SurfaceMesh[] {
  const { levels, closed = false, maxTriangles = Number.POSITIVE_INFINITY } = options;
  const meshes = levels.map((level) => {
    let stride = 1;
    let mesh = meshAt(kernels.fine(field, ENOUGH_POINTS), field, level, closed, stride);
    while (mesh.indices.length / 3 > maxTriangles && stride < MAX_STRIDE) {
      stride = Math.max(
        stride + 1,
        Math.min(MAX_STRIDE, Math.floor(Math.sqrt(mesh.indices.length / 3 / maxTriangles) * stride)),
      );
      mesh = meshAt(coarse(kernels, field, stride), field, level, closed, stride);
    }
    return mesh;
  });
  const { colour } = options;
  return colour ? meshes.map((mesh) => ({ ...mesh, colour: coloursOf(kernels, colour, mesh.positions) })) : meshes;
}

const MAX_STRIDE = 8;
/** Coarser grids are refined for pictures. */
const ENOUGH_POINTS = 400_000;

function meshAt(kernel: SurfaceKernel, { facts }: Field, level: number, closed: boolean, stride: number): SurfaceMesh {
  const surface = kernel.surface(level, { closed, below: facts.signed && level < 0 });
  return { level, ...surface, ...kernel.measures(), stride };
}

/** The kernel with fewer points of a field, resampled evenly. */
function coarse(kernels: FieldKernel, field: Field, stride: number): SurfaceKernel {
  return kernels.load("coarse", `${field.key}\nevery ${stride}`, () => {
    const { kept, structure } = field.grids;
    const size = kept.map((points) => Math.max(2, Math.ceil(points / stride))) as unknown as Vector3;
    return { size, lattice: structure.lattice, values: resampled(field.values(), kept, size) };
  });
}

/** By linear interpolation on a periodic grid. */
export function resampled(values: Float32Array, from: Vector3, to: Vector3): PeriodicGrid["values"] {
  const [xs, ys, zs] = [0, 1, 2].map((axis) => linearPlaces(from[axis] ?? 1, to[axis] ?? 1)) as [
    Places,
    Places,
    Places,
  ];
  const result = new Float32Array(to[0] * to[1] * to[2]);
  const at = (x: number, y: number, z: number) => values[x + from[0] * (y + from[1] * z)] ?? 0;
  let i = 0;
  for (let z = 0; z < to[2]; z++)
    for (let y = 0; y < to[1]; y++) {
      const [y0, y1, t] = [ys.low[y] ?? 0, ys.high[y] ?? 0, ys.share[y] ?? 0];
      const [z0, z1, u] = [zs.low[z] ?? 0, zs.high[z] ?? 0, zs.share[z] ?? 0];
      for (let x = 0; x < to[0]; x++) {
        const [x0, x1, s] = [xs.low[x] ?? 0, xs.high[x] ?? 0, xs.share[x] ?? 0];
        const row = (yy: number, zz: number) => (1 - s) * at(x0, yy, zz) + s * at(x1, yy, zz);
        result[i++] =
          (1 - u) * ((1 - t) * row(y0, z0) + t * row(y1, z0)) + u * ((1 - t) * row(y0, z1) + t * row(y1, z1));
      }
    }
  return result;
}

interface Places {
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly share: Float64Array;
}

function linearPlaces(from: number, to: number): Places {
  const places = { low: new Int32Array(to), high: new Int32Array(to), share: new Float64Array(to) };
  for (let i = 0; i < to; i++) {
    const x = (i * from) / to;
    places.low[i] = Math.floor(x);
    places.high[i] = (Math.floor(x) + 1) % from;
    places.share[i] = x - Math.floor(x);
  }
  return places;
}

/** Another field's values at Cartesian points. */
function coloursOf(kernels: FieldKernel, colour: Field, positions: Float32Array): Float32Array {
  const { lattice } = colour.grids.structure;
  const toFractional = inverse(lattice);
  if (!Number.isFinite(determinant(toFractional))) return new Float32Array(positions.length / 3);
  const points = new Float64Array(positions.length);
  for (let i = 0; i < positions.length; i += 3) {
    points.set(rowTimes([positions[i] ?? 0, positions[i + 1] ?? 0, positions[i + 2] ?? 0], toFractional), i);
  }
  return Float32Array.from(kernels.of(colour).valuesAt(points));
}
