import type { Vector3 } from "../../core/math/matrix3.js";
import type { PeriodicGrid } from "../../kernels/surfaces/surfaceKernel.js";
import { SurfaceKernel } from "../../kernels/surfaces/surfaceKernel.js";
import type { Field } from "./gridFields.js";
import { InsideTable } from "./insideTable.js";
import type { SurfaceCode } from "./surfaceCode.js";

/** A whole field, a coarser one to show while it is turned, or a coarse one refined. */
export type Slot = "whole" | "coarse" | "fine";

/** Points to which coarse grids are refined for shares and measures. */
export const ENOUGH_VALUES = 2_000_000;
/** Per axis. */
const MAX_TIMES = 4;

const timesOf = ({ grids: { kept } }: Field, enough: number): number =>
  Math.min(MAX_TIMES, Math.floor(Math.cbrt(enough / (kept[0] * kept[1] * kept[2]))));

/** Fields whose sorted sums are kept. */
const MAX_TABLES = 6;

/** Kernels with the field that was asked for last, so that a slider does not copy it again. */
export class FieldKernel {
  readonly #slots = new Map<Slot, { readonly kernel: SurfaceKernel; readonly key: string }>();
  readonly #tables = new Map<string, InsideTable>();

  /** `codeFor`: what computes surfaces of grids of so many points. */
  constructor(private readonly codeFor: (points: number) => SurfaceCode) {}

  /** The kernel with a field in it, until the next call. Throws RangeError where there is no memory. */
  of(field: Field): SurfaceKernel {
    return this.load("whole", field.key, () => ({
      size: field.grids.kept,
      values: field.values(),
      lattice: field.grids.structure.lattice,
    }));
  }

  load(slot: Slot, key: string, grid: () => PeriodicGrid): SurfaceKernel {
    const known = this.#slots.get(slot);
    if (known?.key === key) return known.kernel;
    const loading = grid();
    this.#slots.delete(slot);
    const kernel = known?.kernel ?? new SurfaceKernel(this.codeFor(loading.values.length));
    kernel.load(loading);
    this.#slots.set(slot, { kernel, key });
    return kernel;
  }

  inside(field: Field): InsideTable {
    const known = this.#tables.get(field.key);
    if (known) return known;
    const table = new InsideTable(this.#manyValues(field), field.facts.signed);
    if (this.#tables.size >= MAX_TABLES) this.#tables.clear();
    this.#tables.set(field.key, table);
    return table;
  }

  #manyValues(field: Field): Float32Array {
    const times = timesOf(field, ENOUGH_VALUES);
    if (times <= 1) return field.values();
    return this.#refined(field, field.grids.kept.map((points) => points * times) as unknown as Vector3);
  }

  /**
   * The kernel with a coarse grid refined by its cubic to about `enough` points, at most MAX_TIMES per axis: the
   * surface of few points would be too small and edged, and shares of few points would jump from level to level. Of
   * finer grids as `of`.
   */
  fine(field: Field, enough: number): SurfaceKernel {
    const times = timesOf(field, enough);
    if (times <= 1) return this.of(field);
    return this.load("fine", `${field.key}\ntimes ${times}`, () => {
      const { kept, structure } = field.grids;
      const size = kept.map((points) => points * times) as unknown as Vector3;
      return { size, values: this.#refined(field, size), lattice: structure.lattice };
    });
  }

  #refined(field: Field, [nx, ny, nz]: Vector3): Float32Array {
    const kernel = this.of(field);
    const values = new Float32Array(nx * ny * nz);
    const points = new Float64Array(3 * nx * ny);
    for (let z = 0; z < nz; z++) {
      for (let i = 0; i < nx * ny; i++) {
        points[3 * i] = (i % nx) / nx;
        points[3 * i + 1] = Math.floor(i / nx) / ny;
        points[3 * i + 2] = z / nz;
      }
      values.set(kernel.valuesAt(points), z * nx * ny);
    }
    return values;
  }

  /** Lets go of a file's field, so that its memory is not held by a view that was closed. */
  forget(file: string): void {
    for (const key of [...this.#tables.keys()]) if (key.includes(file)) this.#tables.delete(key);
    for (const [slot, { key }] of [...this.#slots]) if (key.includes(file)) this.#slots.delete(slot);
  }
}
