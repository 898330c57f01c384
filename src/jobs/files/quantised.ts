/** Numbers that share a scale: few enough that one large among them does not blur the others. */
const BLOCK = 32;

/**
 * Numbers in a byte each, with a scale a block of 32 (float32, little-endian): a little more than a quarter of float32.
 * Each comes back within 1/254 of its block's largest.
 */
export function quantise(values: Float32Array): Uint8Array {
  const blocks = Math.ceil(values.length / BLOCK);
  const bytes = new Uint8Array(4 * blocks + values.length);
  const scales = new Float32Array(bytes.buffer, 0, blocks);
  const steps = new Int8Array(bytes.buffer, 4 * blocks);
  for (let block = 0; block < blocks; block++) {
    const part = values.subarray(block * BLOCK, (block + 1) * BLOCK);
    const scale = part.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127;
    scales[block] = scale;
    const stored = scales[block] as number;
    part.forEach((value, i) => {
      steps[block * BLOCK + i] = stored === 0 ? 0 : Math.max(-127, Math.min(127, Math.round(value / stored)));
    });
  }
  return bytes;
}

/** The bytes that `quantise` makes of `length` numbers. */
export const quantisedSize = (length: number): number => 4 * Math.ceil(length / BLOCK) + length;

/** The numbers again. `bytes` must start at a multiple of 4 in its buffer. */
export function dequantise(bytes: Uint8Array, length: number): Float32Array {
  const blocks = Math.ceil(length / BLOCK);
  const scales = new Float32Array(bytes.buffer, bytes.byteOffset, blocks);
  const steps = new Int8Array(bytes.buffer, bytes.byteOffset + 4 * blocks, length);
  return Float32Array.from(steps, (step, i) => step * (scales[Math.floor(i / BLOCK)] as number));
}
