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
  /** Triangles of a layer above the lowest. */
  private readonly layered: Uint32Array;
  /** Between two layers in one plane: no triangle of it reaches farther. */
  private readonly gap: number;

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
    const { layers = new Uint8Array() } = faces;
    this.layered = Uint32Array.from(layers.keys()).filter((face) => (layers[face] ?? 0) > 0);
    this.gap = this.layered.reduce((most, face) => Math.max(most, this.reachOf(face)), 0) * 2;
  }

  /** From its centre to its farthest corner. */
  private reachOf(face: number): number {
    const { positions, indices } = this.faces;
    const corner = (n: number, x: number) => positions[3 * (indices[3 * face + n] ?? 0) + x] ?? 0;
    const away = (n: number) => Math.hypot(...[0, 1, 2].map((x) => corner(n, x) - (this.centers[3 * face + x] ?? 0)));
    return Math.max(away(0), away(1), away(2));
  }

  /** Layers of one plane as if they lay over each other. */
  private lift([tx, ty, tz]: Vector3): void {
    const { normals, indices, layers } = this.faces;
    for (const face of this.layered) {
      const at = 3 * (indices[3 * face] ?? 0);
      const facing = (normals[at] ?? 0) * tx + (normals[at + 1] ?? 0) * ty + (normals[at + 2] ?? 0) * tz;
      this.depths[face] = (this.depths[face] ?? 0) + Math.sign(facing) * (layers?.[face] ?? 0) * this.gap;
    }
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
    }
    this.lift([tx, ty, tz]);
    for (let face = 0; face < depths.length; face++) {
      const depth = depths[face] ?? 0;
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
