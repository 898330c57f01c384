import type { Vector3 } from "../../src/core/math/matrix3.js";
import type { Faces } from "./sceneFrame.js";

const BUCKETS = 65536;

/**
 * Sorts triangles from far to near, so that translucent ones lie over each other as they should from every side: by the
 * depth of their centres, in time proportional to their number (a counting sort).
 */
export class FaceOrder {
  private readonly centers: Float32Array;
  private readonly depths: Float32Array;
  private readonly keys: Uint16Array;
  private readonly starts = new Uint32Array(BUCKETS + 1);
  private readonly sorted: Uint32Array;

  constructor(private readonly faces: Faces) {
    const { positions, indices } = faces;
    const count = indices.length / 3;
    this.centers = new Float32Array(3 * count);
    for (let face = 0; face < count; face++) {
      const [a, b, c] = [
        3 * (indices[3 * face] ?? 0),
        3 * (indices[3 * face + 1] ?? 0),
        3 * (indices[3 * face + 2] ?? 0),
      ];
      for (let x = 0; x < 3; x++) {
        this.centers[3 * face + x] = ((positions[a + x] ?? 0) + (positions[b + x] ?? 0) + (positions[c + x] ?? 0)) / 3;
      }
    }
    this.depths = new Float32Array(count);
    this.keys = new Uint16Array(count);
    this.sorted = new Uint32Array(indices.length);
  }

  /**
   * The indices in order for a direction from the scene to the viewer; the array is the sorter's own and changes with
   * the next call.
   */
  sort([tx, ty, tz]: Vector3): Uint32Array {
    const { centers, depths, keys, starts, sorted } = this;
    const { indices } = this.faces;
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let face = 0, at = 0; face < depths.length; face++, at += 3) {
      const depth = (centers[at] ?? 0) * tx + (centers[at + 1] ?? 0) * ty + (centers[at + 2] ?? 0) * tz;
      depths[face] = depth;
      if (depth < low) low = depth;
      if (depth > high) high = depth;
    }
    const scale = high > low ? (BUCKETS - 1) / (high - low) : 0;
    starts.fill(0);
    for (let face = 0; face < depths.length; face++) {
      const key = ((depths[face] ?? 0) - low) * scale;
      keys[face] = key;
      const next = (keys[face] ?? 0) + 1;
      starts[next] = (starts[next] ?? 0) + 1;
    }
    for (let key = 0; key < BUCKETS; key++) starts[key + 1] = (starts[key + 1] ?? 0) + (starts[key] ?? 0);
    for (let face = 0; face < depths.length; face++) {
      const key = keys[face] ?? 0;
      const place = starts[key] ?? 0;
      starts[key] = place + 1;
      sorted[3 * place] = indices[3 * face] ?? 0;
      sorted[3 * place + 1] = indices[3 * face + 1] ?? 0;
      sorted[3 * place + 2] = indices[3 * face + 2] ?? 0;
    }
    return sorted;
  }
}
