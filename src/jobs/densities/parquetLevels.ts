/**
 * Parquet's hybrid of runs and packed bits (encoding RLE of its format): fills `output` with numbers of `width` bits.
 * Runs that claim more than there is room for are cut. Throws where the bytes end too early.
 */
export function readHybrid<T extends Uint8Array | Uint32Array>(bytes: Uint8Array, width: number, output: T): T {
  const wide = (width + 7) >> 3;
  let at = 0;
  let filled = 0;
  const next = (): number => {
    const byte = bytes[at++];
    if (byte === undefined) throw new RangeError("a page's levels end too early");
    return byte;
  };
  const header = (): number => {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = next();
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) break;
    }
    return value;
  };
  while (filled < output.length && width > 0) {
    const head = header();
    const count = Math.floor(head / 2);
    if (head % 2 === 0) {
      if (count === 0) throw new RangeError("a page's levels end too early");
      let value = 0;
      for (let i = 0; i < wide; i++) value += next() * 2 ** (8 * i);
      const end = Math.min(output.length, filled + count);
      output.fill(value, filled, end);
      filled = end;
    } else filled = unpackBits(bytes, at, width, output, filled, Math.min(output.length, filled + 8 * count));
    if (head % 2 === 1) at += width * count;
  }
  return output;
}

/** Numbers of up to 32 bits, the lowest bits first; returns `to`. */
function unpackBits(
  bytes: Uint8Array,
  from: number,
  width: number,
  output: Uint8Array | Uint32Array,
  filled: number,
  to: number,
): number {
  const size = 2 ** width;
  let held = 0;
  let bits = 0;
  let at = from;
  for (let i = filled; i < to; i++) {
    for (; bits < width; bits += 8) {
      const byte = bytes[at++];
      if (byte === undefined) throw new RangeError("a page's levels end too early");
      held += byte * 2 ** bits; // at most 39 bits: exact
    }
    output[i] = held % size;
    held = Math.floor(held / size);
    bits -= width;
  }
  return to;
}
