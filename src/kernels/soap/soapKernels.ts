import {
  NEIGHBOUR_FIELDS,
  type Rows,
  type SharedPart,
  type SlotPair,
  type SoapArithmetic,
  type SoapNeighbours,
  spectrumFactor,
} from "../../core/descriptors/soapArithmetic.js";
import type { SoapOptions } from "../../core/descriptors/soapOptions.js";
import { RADIAL_TERMS, type RadialTable, radialTable } from "../../core/descriptors/soapRadialTable.js";
import { RealHarmonics } from "../../core/math/realHarmonics.js";

interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly __heap_base: { readonly value: number };
  expand(
    neighbours: number,
    count: number,
    lMax: number,
    nMax: number,
    stride: number,
    width: number,
    factors: number,
    out: number,
  ): void;
  spectrum(
    first: number,
    second: number,
    same: number,
    lMax: number,
    nMax: number,
    factors: number,
    out: number,
  ): number;
  products(
    a: number,
    rowsA: number,
    widthA: number,
    b: number,
    rowsB: number,
    widthB: number,
    parts: number,
    count: number,
    out: number,
  ): void;
}

/** Doubles a record of the C struct `Neighbour`. */
const RECORD = 6;
/** Functions that the kernel evaluates together. */
const BLOCK = 8;
/** Doubles that vectors may read behind their end. */
const BEHIND = 4;
/** Bytes of vectors that are kept for further products; then all are forgotten. */
const KEPT = 1 << 28;

/** What stays in the kernel's memory for vectors of the same options. */
interface Tables {
  readonly table: RadialTable;
  /** Addresses of the cells, 0 where one is missing yet. */
  readonly cells: number[];
  readonly harmonics: number;
  readonly factors: number;
  /** n_max rounded up to an even number, and a cell's row rounded up to whole blocks of functions. */
  readonly stride: number;
  readonly width: number;
}

/** SOAP's loops in WebAssembly, to 1e-14 what `plainSoapArithmetic` computes. One instance belongs to one thread. */
export class SoapKernels implements SoapArithmetic {
  readonly #exports: Exports;
  readonly #tables = new Map<string, Tables>();
  readonly #scratch = new Map<string, { readonly address: number; readonly doubles: number }>();
  readonly #kept = new Map<Float64Array, number>();
  #keptBytes = 0;
  #end: number;

  constructor(module: WebAssembly.Module) {
    this.#exports = new WebAssembly.Instance(module).exports as unknown as Exports;
    this.#end = this.#exports.__heap_base.value;
  }

  expand({ count, values }: SoapNeighbours, options: SoapOptions, into: Float64Array, at: number): void {
    const { lMax, nMax } = options;
    const tables = this.#tablesOf(options);
    for (let i = 0; i < count; i++) this.#cell(tables, values[i * NEIGHBOUR_FIELDS + 3]!);
    const list = this.#room("neighbours", count * RECORD);
    const size = (lMax + 1) ** 2 * nMax;
    const out = this.#room("coefficients", size);
    const doubles = this.#doubles();
    const integers = new Int32Array(doubles.buffer);
    for (let i = 0; i < count; i++) {
      const from = i * NEIGHBOUR_FIELDS;
      const to = list / 8 + i * RECORD;
      const place = values[from + 3]! / tables.table.width;
      const cell = Math.floor(place);
      doubles[to] = values[from]!;
      doubles[to + 1] = values[from + 1]!;
      doubles[to + 2] = values[from + 2]!;
      doubles[to + 3] = 2 * (place - cell) - 1;
      doubles[to + 4] = values[from + 4]!;
      integers[2 * to + 10] = tables.cells[cell]!;
    }
    this.#exports.expand(list, count, lMax, nMax, tables.stride, tables.width, tables.harmonics, out);
    into.set(doubles.subarray(out / 8, out / 8 + size), at);
  }

  spectra(
    coefficients: Float64Array,
    pairs: readonly SlotPair[],
    options: SoapOptions,
    into: Float64Array,
    at: number,
  ): void {
    const { lMax, nMax } = options;
    const tables = this.#tablesOf(options);
    const slotSize = 8 * (lMax + 1) ** 2 * nMax;
    const input = this.#room("spectrum input", coefficients.length + BEHIND);
    const out = this.#room("spectrum", pairs.length * (lMax + 1) * nMax * nMax);
    const doubles = this.#doubles();
    doubles.set(coefficients, input / 8);
    let written = 0;
    for (const [i, j] of pairs) {
      const to = out + 8 * written;
      written += this.#exports.spectrum(
        input + i * slotSize,
        input + j * slotSize,
        i === j ? 1 : 0,
        lMax,
        nMax,
        tables.factors,
        to,
      );
    }
    into.set(doubles.subarray(out / 8, out / 8 + written), at);
  }

  products(a: Rows, b: Rows, shared: readonly SharedPart[]): Float64Array {
    if (shared.length === 0) return new Float64Array(a.rows * b.rows);
    const left = this.#keep(a.values);
    const right = this.#kept.get(b.values) ?? this.#last(b.values);
    const parts = this.#room("parts", 2 * shared.length);
    const out = this.#room("products", a.rows * b.rows);
    const doubles = this.#doubles();
    const integers = new Int32Array(doubles.buffer, parts, 3 * shared.length);
    for (const [i, { startA, startB, length }] of shared.entries()) {
      integers[3 * i] = startA;
      integers[3 * i + 1] = startB;
      integers[3 * i + 2] = length;
    }
    this.#exports.products(left, a.rows, a.width, right, b.rows, b.width, parts, shared.length, out);
    return doubles.slice(out / 8, out / 8 + a.rows * b.rows);
  }

  /** Forgets the vectors that were kept for further products. */
  release(): void {
    this.#kept.clear();
    this.#keptBytes = 0;
    this.#lastValues = undefined;
  }

  #lastValues: Float64Array | undefined;

  /** The second vectors of products change less often than the first where a matrix is computed column by column. */
  #last(values: Float64Array): number {
    const address = this.#room("last", values.length);
    if (values !== this.#lastValues) this.#doubles().set(values, address / 8);
    this.#lastValues = values;
    return address;
  }

  #keep(values: Float64Array): number {
    const known = this.#kept.get(values);
    if (known !== undefined) return known;
    if (this.#keptBytes + values.byteLength > KEPT) this.release();
    const base = this.#room("kept", Math.max(KEPT, values.byteLength) / 8);
    const address = base + this.#keptBytes;
    this.#doubles().set(values, address / 8);
    this.#kept.set(values, address);
    this.#keptBytes += values.byteLength;
    return address;
  }

  #tablesOf(options: SoapOptions): Tables {
    const { basis, rCut, nMax, lMax, sigma } = options;
    const key = JSON.stringify([basis, rCut, nMax, lMax, sigma]);
    const known = this.#tables.get(key);
    if (known) return known;
    const stride = nMax + (nMax % 2);
    const tables = {
      table: radialTable(options),
      cells: [],
      harmonics: this.#place(new RealHarmonics(lMax).factors),
      factors: this.#place(Float64Array.from({ length: lMax + 1 }, (_, l) => spectrumFactor(l))),
      stride,
      width: Math.ceil(((lMax + 1) * stride) / BLOCK) * BLOCK,
    };
    this.#tables.set(key, tables);
    return tables;
  }

  /** Makes the cell that holds a distance, with the rows padded as the kernel wants them. */
  #cell({ table, cells, stride, width }: Tables, r: number): void {
    const index = Math.floor(r / table.width);
    if (cells[index] !== undefined) return;
    const nMax = table.functions;
    const cell = table.cell(index);
    const padded = new Float64Array(RADIAL_TERMS * width);
    for (let term = 0; term < RADIAL_TERMS; term++)
      for (let at = 0; at < table.count; at++)
        padded[term * width + Math.floor(at / nMax) * stride + (at % nMax)] = cell[term * table.count + at]!;
    cells[index] = this.#place(padded);
  }

  /** Scratch memory of at least `doubles`; what it held before is lost where it has to grow. */
  #room(name: string, doubles: number): number {
    const known = this.#scratch.get(name);
    if (known !== undefined && known.doubles >= doubles) return known.address;
    const size = Math.max(doubles, 2 * (known?.doubles ?? 0));
    const address = this.#take(size);
    this.#scratch.set(name, { address, doubles: size });
    return address;
  }

  #place(values: Float64Array): number {
    const address = this.#take(values.length);
    this.#doubles().set(values, address / 8);
    return address;
  }

  #take(doubles: number): number {
    const { memory } = this.#exports;
    const address = Math.ceil(this.#end / 64) * 64;
    this.#end = address + 8 * doubles;
    const missing = this.#end - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / 65536));
    return address;
  }

  #doubles(): Float64Array<ArrayBuffer> {
    return new Float64Array(this.#exports.memory.buffer);
  }
}
