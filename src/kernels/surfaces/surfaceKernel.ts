import { determinant, dot, inverse, type Matrix3, transpose, type Vector3 } from "../../core/math/matrix3.js";
import { caseTable } from "./caseTable.js";
import { type NativeSurfaces, openNativeSurfaces, openWasmSurfaces, type SurfaceHost } from "./surfaceHost.js";

/** A mesh over the cell [0, 1]^3, Cartesian, Å. */
export interface Surface {
  readonly positions: Float32Array<ArrayBuffer>;
  /** Unit vectors, out of the enclosed region. */
  readonly normals: Float32Array<ArrayBuffer>;
  /** Three per triangle, counterclockwise seen from outside. */
  readonly indices: Uint32Array<ArrayBuffer>;
  /** Where in `indices` the closed faces begin. */
  readonly facesFrom: number;
}

export interface SurfaceMeasures {
  /** Å², without closed faces. */
  readonly area: number;
  /** Å³ that is enclosed. */
  readonly volume: number;
}

export interface SurfaceOptions {
  /** Above the level what is enclosed lies, or below it. Default: below a negative one. */
  readonly below?: boolean;
  readonly closed?: boolean;
}

/** A grid, x fastest, its first point at the cell's origin. */
export interface PeriodicGrid {
  readonly size: Vector3;
  readonly values: Float32Array;
  /** Rows a, b, c, Å. */
  readonly lattice: Matrix3;
}

/** Fields of the C struct `report`, in its order. */
const REPORT = {
  vertices: 0,
  indices: 1,
  surfaceIndices: 2,
  area: 3,
  volume: 4,
  minimum: 5,
  maximum: 6,
  sum: 7,
} as const;
const REPORT_LENGTH = 8;
const MAX_POINTS = 2 ** 29;

/**
 * A periodic grid -> isosurfaces, values between its points, means over planes, its Coulomb sums. It holds a copy of
 * one grid at a time. Both kinds of code give the same bits.
 */
export class SurfaceKernel {
  readonly #host: SurfaceHost;
  #size: Vector3 = [0, 0, 0];
  #lattice: Matrix3 | undefined;

  constructor(code: WebAssembly.Module | NativeSurfaces) {
    this.#host = "create" in code ? openNativeSurfaces(code) : openWasmSurfaces(code);
  }

  /** Takes a grid in place of the one before. Throws RangeError where there is no memory for it. */
  load({ size, values, lattice }: PeriodicGrid): void {
    const points = size[0] * size[1] * size[2];
    if (!size.every((n) => Number.isInteger(n) && n >= 1) || points > MAX_POINTS || values.length !== points) {
      throw new RangeError(`${values.length} values are no grid of ${size.join(" x ")}`);
    }
    this.#size = size;
    this.#lattice = lattice;
    const { calls } = this.#host;
    while (!calls.reserve(...size)) assertMemory(this.#host.grow());
    this.#floats(calls.gridAt(), points).set(values);
    this.#view(Uint8Array, calls.tableAt(), caseTable().length).set(caseTable());
    const dual = transpose(inverse(lattice));
    this.#floats(calls.latticeAt(), 9).set(lattice.flat());
    this.#floats(calls.dualAt(), 9).set(dual.flatMap((row, axis) => row.map((entry) => entry * (size[axis] ?? 0))));
    calls.look();
  }

  /** Extremes and mean of the grid. */
  facts(): { readonly minimum: number; readonly maximum: number; readonly mean: number } {
    const report = this.#report();
    const points = this.#size[0] * this.#size[1] * this.#size[2];
    return { minimum: report[REPORT.minimum]!, maximum: report[REPORT.maximum]!, mean: report[REPORT.sum]! / points };
  }

  /** The surface at a level, and what `measures` is then about. */
  surface(level: number, { below = level < 0, closed = false }: SurfaceOptions = {}): Surface {
    const { calls } = this.#host;
    // Faces that close the surface take further memory while they are filled in.
    this.#retry(() => (calls.begin(level, below ? 1 : 0, closed ? 1 : 0) ? calls.fill() : 0));
    const report = this.#report();
    const [vertices, indices, facesFrom] = [
      report[REPORT.vertices]!,
      report[REPORT.indices]!,
      report[REPORT.surfaceIndices]!,
    ];
    const surface = {
      positions: this.#floats(calls.positionsAt(), 3 * vertices).slice(),
      normals: this.#floats(calls.normalsAt(), 3 * vertices).slice(),
      indices: this.#view(Uint32Array, calls.indicesAt(), indices).slice(),
      facesFrom,
    };
    if (determinant(this.#cell()) < 0) mirror(surface.indices);
    return surface;
  }

  /** Of the surface that was made last. */
  measures(): SurfaceMeasures {
    const lattice = this.#cell();
    const cell = determinant(lattice);
    const [x] = transpose(inverse(lattice));
    this.#host.calls.measure(...x, ...lattice[0], cell);
    const report = this.#report();
    return { area: report[REPORT.area]!, volume: report[REPORT.volume]! * Math.abs(cell) };
  }

  /**
   * Values at fractional points (three numbers each, anywhere), by a cubic through the points around, within the grid's
   * extremes.
   */
  valuesAt(points: Float64Array): Float64Array<ArrayBuffer> {
    const count = points.length / 3;
    const { calls } = this.#host;
    this.#retry(() => calls.reserveSamples(count));
    this.#view(Float64Array, calls.samplesAt(), points.length).set(points);
    calls.sample(count);
    return this.#view(Float64Array, calls.samplesAt(), count).slice();
  }

  /** Values at origin + (i u + j v)/size, all fractional, i fastest. */
  plane(size: number, origin: Vector3, u: Vector3, v: Vector3): Float32Array<ArrayBuffer> {
    const { calls } = this.#host;
    this.#retry(() => calls.samplePlane(size, ...origin, ...u, ...v));
    return Float32Array.from(this.#view(Float64Array, calls.samplesAt(), size * size));
  }

  /** The mean over each plane of grid points across an axis. */
  planeMeans(axis: 0 | 1 | 2): Float64Array<ArrayBuffer> {
    const { calls } = this.#host;
    this.#retry(() => calls.planeMeans(axis));
    return this.#view(Float64Array, calls.samplesAt(), this.#size[axis]).slice();
  }

  /**
   * Sums of |n_g|²/g² over g != 0, of all waves that the grid holds: up to the cutoff (1/Å) and beyond. The grid's unit
   * squared times Å².
   */
  coulombSums(cutoff: number): { readonly within: number; readonly beyond: number } {
    const { calls } = this.#host;
    this.#retry(() => calls.beginTransform());
    this.#size.forEach((points, axis) => {
      this.#view(Float64Array, calls.turnsAt(axis), 2 * points).set(turnsOf(points));
    });
    const b = transpose(inverse(this.#cell()));
    const metric = ([i, j]: readonly [0 | 1 | 2, 0 | 1 | 2]) => (2 * Math.PI) ** 2 * dot(b[i], b[j]);
    calls.coulombSums(cutoff, ...METRIC.map(metric));
    const [within = 0, beyond = 0] = this.#view(Float64Array, calls.samplesAt(), 2);
    return { within, beyond };
  }

  /** What the kernel's memory takes. */
  get memoryBytes(): number {
    return this.#host.buffer.byteLength;
  }

  /** Until there is memory; what a grown memory holds is found again by `reserve`. */
  #retry(call: () => number): void {
    if (!this.#lattice) throw new Error("No grid was loaded");
    while (!call()) {
      assertMemory(this.#host.grow());
      this.#host.calls.reserve(...this.#size);
    }
  }

  #cell(): Matrix3 {
    if (!this.#lattice) throw new Error("No grid was loaded");
    return this.#lattice;
  }

  #report(): Float64Array {
    return this.#view(Float64Array, this.#host.calls.reportAt(), REPORT_LENGTH);
  }

  #floats(at: number, length: number): Float32Array<ArrayBuffer> {
    return this.#view(Float32Array, at, length);
  }

  #view<T>(type: new (buffer: ArrayBuffer, at: number, length: number) => T, at: number, length: number): T {
    return new type(this.#host.buffer, at, length);
  }
}

const METRIC = [
  [0, 0],
  [1, 1],
  [2, 2],
  [0, 1],
  [0, 2],
  [1, 2],
] as const;
const NO_MEMORY = "Not enough memory for this grid";

function assertMemory(granted: boolean): void {
  if (!granted) throw new RangeError(NO_MEMORY);
}

/** A cell whose vectors are left-handed turns triangles over. */
function mirror(indices: Uint32Array): void {
  for (let i = 0; i < indices.length; i += 3) {
    const second = indices[i + 1] ?? 0;
    indices[i + 1] = indices[i + 2] ?? 0;
    indices[i + 2] = second;
  }
}

/** cos and -sin of 2 pi j/N, interleaved. */
function turnsOf(points: number): Float64Array {
  return Float64Array.from({ length: 2 * points }, (_, i) => {
    const angle = (2 * Math.PI * (i >> 1)) / points;
    return i % 2 === 0 ? Math.cos(angle) : -Math.sin(angle);
  });
}
