import { volume } from "../../core/crystal/lattice.js";
import { type VolumetricKind, valueDivisor } from "../../core/formats/volumetric.js";
import type { VolumetricHead } from "../../core/formats/volumetricHead.js";
import type { Vector3 } from "../../core/math/matrix3.js";
import type { ValueSink } from "../../kernels/volumetric/volumetric.js";

/** More points than that are averaged over blocks. */
export const MAX_KEPT_POINTS = 32_000_000;

interface Frame {
  readonly number: number;
  readonly head: VolumetricHead;
  readonly blocks: Float32Array[];
}

/**
 * Keeps the blocks of the last two frames of a file while it is read: in units of the field, x fastest, at most so many
 * points each.
 */
export class GridSink {
  #current: Frame | undefined;
  #previous: Frame | undefined;

  constructor(
    private readonly kind: VolumetricKind,
    private readonly maxPoints = MAX_KEPT_POINTS,
  ) {}

  /** For the reader's `keep`. */
  readonly keep = (head: VolumetricHead, number: number, block: number): ValueSink => {
    if (this.#current?.number !== number) {
      this.#previous = this.#current;
      this.#current = { number, head, blocks: [] };
    }
    const kept = keptSize(head.grid, this.maxPoints);
    const reversed = head.fastest === "z";
    const [size, target] = reversed ? [turned(head.grid), turned(kept)] : [head.grid, kept];
    const values = new Float32Array(kept[0] * kept[1] * kept[2]);
    this.#current.blocks.length = block - 1;
    this.#current.blocks.push(values);
    const scale = 1 / valueDivisor(this.kind, volume(head.structure.lattice));
    return { scale, take: samePoints(size, target) ? copier(values) : averager(size, target, values) };
  };

  /** The first `count` blocks of a frame, once it has been read. */
  blocksOf(number: number, count: number): Float32Array[] {
    const frame = [this.#current, this.#previous].find((each) => each?.number === number);
    if (!frame) return [];
    const kept = keptSize(frame.head.grid, this.maxPoints);
    const blocks = frame.blocks.slice(0, count);
    return frame.head.fastest === "z" ? blocks.map((values) => withXFastest(values, kept)) : blocks;
  }
}

const turned = ([x, y, z]: Vector3): Vector3 => [z, y, x];
const samePoints = (a: Vector3, b: Vector3) => a.every((n, i) => n === b[i]);

/** Points along each axis that are kept of a grid. */
export function keptSize(grid: Vector3, maxPoints = MAX_KEPT_POINTS): Vector3 {
  for (let step = 1; ; step++) {
    const [x, y, z] = grid.map((points) => Math.ceil(points / step)) as unknown as Vector3;
    if (x * y * z <= maxPoints) return [x, y, z];
  }
}

function copier(values: Float32Array): (piece: Float32Array) => void {
  let at = 0;
  return (piece) => {
    values.set(piece, at);
    at += piece.length;
  };
}

/**
 * Of a point of one axis: the one or two kept points it belongs to, and its share of each; kept points stand in the
 * middle of what they average.
 */
interface Share {
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly ofFirst: Float64Array;
  readonly ofSecond: Float64Array;
}

function sharesOf(points: number, kept: number): Share {
  const width = points / kept;
  const share: Share = {
    first: new Int32Array(points),
    second: new Int32Array(points),
    ofFirst: new Float64Array(points),
    ofSecond: new Float64Array(points),
  };
  for (let i = 0; i < points; i++) {
    const from = (i - 0.5) / width + 0.5; // bins reach half a width to either side of their point
    const to = (i + 0.5) / width + 0.5;
    const bin = Math.floor(from);
    const inFirst = Math.min(1, (bin + 1 - from) * width);
    share.first[i] = ((bin % kept) + kept) % kept;
    share.second[i] = (((Math.ceil(to) - 1) % kept) + kept) % kept;
    share.ofFirst[i] = inFirst / width;
    share.ofSecond[i] = (1 - inFirst) / width;
  }
  return share;
}

/** Adds what comes, x fastest, to means over blocks. */
function averager(size: Vector3, kept: Vector3, values: Float32Array): (piece: Float32Array) => void {
  const [sx, sy, sz] = [0, 1, 2].map((axis) => sharesOf(size[axis] ?? 1, kept[axis] ?? 1)) as [Share, Share, Share];
  const row = new Float64Array(kept[0]);
  let [x, y, z] = [0, 0, 0];
  const addRow = (toY: number, toZ: number, factor: number) => {
    const at = (toZ * kept[1] + toY) * kept[0];
    for (let i = 0; i < kept[0]; i++) values[at + i] = (values[at + i] ?? 0) + factor * (row[i] ?? 0);
  };
  const endRow = () => {
    const [y0, y1, z0, z1] = [sy.first[y] ?? 0, sy.second[y] ?? 0, sz.first[z] ?? 0, sz.second[z] ?? 0];
    const [a, b, c, d] = [sy.ofFirst[y] ?? 0, sy.ofSecond[y] ?? 0, sz.ofFirst[z] ?? 0, sz.ofSecond[z] ?? 0];
    addRow(y0, z0, a * c);
    if (b > 0) addRow(y1, z0, b * c);
    if (d > 0) addRow(y0, z1, a * d);
    if (b > 0 && d > 0) addRow(y1, z1, b * d);
    row.fill(0);
    x = 0;
    y = y + 1 === size[1] ? 0 : y + 1;
    if (y === 0) z++;
  };
  return (piece) => {
    for (const value of piece) {
      const [i, j] = [sx.first[x] ?? 0, sx.second[x] ?? 0];
      row[i] = (row[i] ?? 0) + value * (sx.ofFirst[x] ?? 0);
      row[j] = (row[j] ?? 0) + value * (sx.ofSecond[x] ?? 0);
      if (++x === size[0]) endRow();
    }
  };
}

/** From z fastest to x fastest. */
function withXFastest(values: Float32Array, [nx, ny, nz]: Vector3): Float32Array {
  const result = new Float32Array(values.length);
  for (let x = 0, from = 0; x < nx; x++)
    for (let y = 0; y < ny; y++) for (let z = 0; z < nz; z++, from++) result[x + nx * (y + ny * z)] = values[from] ?? 0;
  return result;
}
