import type { PeriodicGrid } from "../../kernels/surfaces/surfaceKernel.js";
import { SurfaceKernel } from "../../kernels/surfaces/surfaceKernel.js";
import { InsideTable } from "./insideTable.js";
import type { Field } from "./keptGrids.js";
import { surfaceCode } from "./surfaceCode.js";

/** A whole field, or a coarser one to show while it is turned. */
export type Slot = "whole" | "coarse";

/** Fields whose sorted sums are kept. */
const MAX_TABLES = 6;

/** Kernels with the field that was asked for last, so that a slider does not copy it anew. */
export class FieldKernel {
  readonly #slots = new Map<Slot, { readonly kernel: SurfaceKernel; readonly key: string }>();
  readonly #tables = new Map<string, InsideTable>();

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
    const kernel = known?.kernel ?? new SurfaceKernel(surfaceCode(loading.values.length));
    kernel.load(loading);
    this.#slots.set(slot, { kernel, key });
    return kernel;
  }

  inside(field: Field): InsideTable {
    const known = this.#tables.get(field.key);
    if (known) return known;
    const table = new InsideTable(field.values(), field.facts.signed);
    if (this.#tables.size >= MAX_TABLES) this.#tables.clear();
    this.#tables.set(field.key, table);
    return table;
  }

  /** Lets go of a file's field, so that its memory is not held by a view that was closed. */
  forget(file: string): void {
    for (const key of [...this.#tables.keys()]) if (key.includes(file)) this.#tables.delete(key);
    for (const [slot, { key }] of [...this.#slots]) if (key.includes(file)) this.#slots.delete(slot);
  }
}
