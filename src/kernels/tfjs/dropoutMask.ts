import { deriveSeed } from "../../core/math/random.js";

/**
 * What dropout multiplies a batch's fields with, `length` values a sample: 0 or 1/(1 - rate). The fate of each value is
 * a hash of the sample's seed, the layer and the value's place, the same as the C kernels' (dropout.c).
 */
export function dropoutMask(seeds: readonly number[], layer: number, rate: number, length: number): Float32Array {
  const mask = new Float32Array(seeds.length * length);
  const threshold = Math.round(rate * 2 ** 31);
  const kept = 1 / (1 - rate);
  for (const [s, seed] of seeds.entries()) {
    const stream = deriveSeed(seed, layer) | 0;
    for (let i = 0; i < length; i++) mask[s * length + i] = randomWord(stream, i) >>> 1 < threshold ? 0 : kept;
  }
  return mask;
}

/** Number `i` of splitmix32's stream. */
function randomWord(seed: number, i: number): number {
  let word = (seed + Math.imul(i + 1, 0x9e3779b9)) | 0;
  word = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
  word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
  return (word ^ (word >>> 15)) >>> 0;
}
