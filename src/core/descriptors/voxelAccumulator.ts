import type { SparseVoxels } from "./sparseVoxels.js";

/**
 * Sums on a cubic mesh in double precision, `channels` numbers a voxel, that remember which voxels were touched:
 * reading them out costs the number of touched voxels, not size³, and leaves the sums at zero for the next material.
 */
export class VoxelAccumulator {
  readonly size: number;
  readonly channels: number;
  readonly #sum: Float64Array;
  /** One bit a voxel, so that the touched ones come out in ascending order without a sort. */
  readonly #touched: Uint32Array;
  /** Array index of mesh point 0 on each axis. */
  readonly #half: number;
  #count = 0;

  constructor(size: number, channels: number) {
    this.size = size;
    this.channels = channels;
    this.#sum = new Float64Array(size ** 3 * channels);
    this.#touched = new Uint32Array(Math.ceil(size ** 3 / 32));
    this.#half = size / 2;
  }

  /**
   * Adds `weight * values` to the voxel at mesh point (x, y, z), integers from -size/2; a point outside the box is
   * dropped.
   */
  add(x: number, y: number, z: number, values: Float64Array, weight: number): void {
    const { size, channels } = this;
    const i = x + this.#half;
    const j = y + this.#half;
    const k = z + this.#half;
    if (i < 0 || j < 0 || k < 0 || i >= size || j >= size || k >= size) return;
    const voxel = (k * size + j) * size + i;
    const word = voxel >>> 5;
    const bit = 1 << (voxel & 31);
    const seen = this.#touched[word] as number;
    if ((seen & bit) === 0) {
      this.#touched[word] = seen | bit;
      this.#count++;
    }
    const offset = voxel * channels;
    const sum = this.#sum;
    for (let c = 0; c < channels; c++) sum[offset + c] = (sum[offset + c] as number) + weight * (values[c] as number);
  }

  /** The voxels with a non-zero channel, rounded to float32; resets the sums. */
  takeSparse(): SparseVoxels {
    const { channels } = this;
    const index = new Int32Array(this.#count);
    const value = new Float32Array(this.#count * channels);
    let n = 0;
    this.#drain((voxel) => {
      let zero = true;
      for (let c = 0; c < channels; c++) {
        const sum = this.#sum[voxel * channels + c] as number;
        value[n * channels + c] = sum;
        zero &&= sum === 0;
      }
      index[n] = voxel;
      if (!zero) n++;
    });
    const full = n === index.length;
    return {
      size: this.size,
      channels,
      index: full ? index : index.slice(0, n),
      value: full ? value : value.slice(0, n * channels),
    };
  }

  /** All size³ voxels, [z][y][x][channel], rounded to float32; resets the sums. */
  takeDense(): Float32Array {
    const { channels } = this;
    const dense = new Float32Array(this.#sum.length);
    this.#drain((voxel) => {
      for (let c = voxel * channels; c < (voxel + 1) * channels; c++) dense[c] = this.#sum[c] as number;
    });
    return dense;
  }

  /** Visits the touched voxels in ascending order and clears each after its visit. */
  #drain(visit: (voxel: number) => void): void {
    const { channels } = this;
    for (let word = 0; word < this.#touched.length; word++) {
      let bits = this.#touched[word] as number;
      if (bits === 0) continue;
      this.#touched[word] = 0;
      while (bits !== 0) {
        const lowest = bits & -bits;
        bits ^= lowest;
        const voxel = word * 32 + (31 - Math.clz32(lowest));
        visit(voxel);
        // faster than fill() on so few
        for (let c = voxel * channels; c < (voxel + 1) * channels; c++) this.#sum[c] = 0;
      }
    }
    this.#count = 0;
  }
}
