import type { SparseVoxels } from "../../descriptors/sparseVoxels.js";
import type { InputScaling } from "./trainingSettings.js";

/** Where the logarithm turns from linear to logarithmic, in root mean squares: amplitudes spread over four decades. */
const LOG_KNEE = 0.01;
/** What a value over its divisor is multiplied with before 1 is added and the logarithm taken. */
export const LOG_FACTOR = 1 / LOG_KNEE;

/**
 * One divisor a channel: the mean or root mean square of the non-zero values of the training samples; 1 where a channel
 * has none.
 */
export function measureInputScale(
  samples: Iterable<SparseVoxels>,
  channels: number,
  scaling: InputScaling,
): Float32Array {
  const sums = new Float64Array(channels);
  const counts = new Float64Array(channels);
  for (const { value } of samples)
    for (let i = 0; i < value.length; i++) {
      const v = value[i] as number;
      if (v === 0) continue;
      const c = i % channels;
      sums[c] = (sums[c] as number) + (scaling === "mean" ? v : v * v);
      counts[c] = (counts[c] as number) + 1;
    }
  return Float32Array.from(sums, (sum, c) => {
    const count = counts[c] as number;
    if (scaling === "none" || count === 0) return 1;
    return scaling === "mean" ? sum / count : Math.sqrt(sum / count);
  });
}

/** The voxels as the network reads them; zero stays zero. */
export function scaleVoxels(voxels: SparseVoxels, scale: Float32Array, scaling: InputScaling): SparseVoxels {
  const { channels, value } = voxels;
  const scaled = new Float32Array(value.length);
  for (let i = 0; i < value.length; i++) {
    const v = (value[i] as number) / (scale[i % channels] as number);
    scaled[i] = scaling === "log" ? Math.log1p(v / LOG_KNEE) : v;
  }
  return { ...voxels, value: scaled };
}

/** What the channels are multiplied with where their divisors are folded into a kernel. */
export function inputFactors(scale: Float32Array): Float32Array {
  return scale.map((divisor) => 1 / divisor);
}
