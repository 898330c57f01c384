/** numpy's element types that are used here, little-endian; `<U` with its width in code points. */
export type NpyType = "<f4" | "<f8" | "<i4" | "<i8" | "|u1" | `<U${number}`;

export interface NpyArray {
  readonly type: NpyType;
  readonly shape: readonly number[];
  /** C order. */
  readonly bytes: Uint8Array;
}

/** The head of a `.npy` (version 1.0): magic, a Python literal, padded to 64 bytes. */
export function encodeArrayHeader(type: NpyType, shape: readonly number[]): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const literal = `{'descr': '${type}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const length = Math.ceil((10 + literal.length + 1) / 64) * 64 - 10;
  const text = `${literal.padEnd(length - 1)}\n`;
  const header = new Uint8Array(10 + length);
  header.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, length & 255, length >> 8]);
  header.set(new TextEncoder().encode(text), 10);
  return header;
}

/** Typed arrays, texts or one number as an array; the shape is flat where none is given, () for a number. */
export function toArray(
  values: readonly string[] | Float64Array | Float32Array | Int32Array | number,
  shape?: readonly number[],
): NpyArray {
  if (typeof values === "number") return { type: "<f8", shape: shape ?? [], bytes: bytesOf(Float64Array.of(values)) };
  if (values instanceof Float64Array) return { type: "<f8", shape: shape ?? [values.length], bytes: bytesOf(values) };
  if (values instanceof Float32Array) return { type: "<f4", shape: shape ?? [values.length], bytes: bytesOf(values) };
  if (values instanceof Int32Array) return { type: "<i4", shape: shape ?? [values.length], bytes: bytesOf(values) };
  return textArray(values, shape);
}

/** The array in a `.npy`. Throws on other bytes and on types that are not used here. */
export function parseArray(content: Uint8Array): NpyArray {
  if (content.length < 10 || content[0] !== 0x93 || content[1] !== 0x4e) throw new Error("not a .npy array");
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const wide = (content[6] ?? 1) >= 2;
  const start = wide ? 12 : 10;
  const length = wide ? view.getUint32(8, true) : view.getUint16(8, true);
  const header = new TextDecoder().decode(content.subarray(start, start + length));
  const type = /'descr':\s*'([^']+)'/.exec(header)?.[1];
  const shape = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1];
  if (type === undefined || shape === undefined || !isNpyType(type) || /'fortran_order':\s*True/.test(header)) {
    throw new Error(`unsupported .npy array: ${header.trim()}`);
  }
  const dimensions = shape.split(",").flatMap((part) => (part.trim() === "" ? [] : [Number(part)]));
  // a copy, so that numbers begin where their type may begin; of a Buffer `slice` is none
  const bytes = new Uint8Array(content.subarray(start + length));
  if (!dimensions.every((side) => Number.isSafeInteger(side) && side >= 0))
    throw new Error(`an array of the shape (${shape})`);
  const items = dimensions.reduce((product, side) => product * side, 1);
  if (bytes.length !== items * itemSize(type))
    throw new Error(`an array of the shape (${shape}) has ${bytes.length} bytes`);
  return { type, shape: dimensions, bytes };
}

function itemSize(type: NpyType): number {
  return type.startsWith("<U") ? 4 * Number(type.slice(2)) : Number(type.slice(2));
}

/** The numbers of an array. Throws on texts. */
export function numbersOf(array: NpyArray): Float64Array | Float32Array | Int32Array {
  const { bytes } = array;
  if (array.type === "<f8") return new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8);
  if (array.type === "<f4") return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  if (array.type === "<i4") return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  throw new Error(`array of type ${array.type}; numbers are needed`);
}

/** The texts of a `<U` array. */
export function textsOf(array: NpyArray): string[] {
  const width = Number(array.type.slice(2));
  if (!array.type.startsWith("<U") || width === 0) return [];
  const points = new Uint32Array(array.bytes.buffer, array.bytes.byteOffset, array.bytes.length / 4);
  return Array.from({ length: points.length / width }, (_, row) => {
    const codes = points.subarray(row * width, (row + 1) * width);
    const end = codes.findLastIndex((code) => code !== 0) + 1;
    return Array.from(codes.subarray(0, end), (code) => String.fromCodePoint(code)).join("");
  });
}

function textArray(values: readonly string[], shape: readonly number[] = [values.length]): NpyArray {
  const texts = values.map((value) => [...value]);
  const width = Math.max(1, ...texts.map((text) => text.length));
  const points = new Uint32Array(values.length * width);
  for (const [row, text] of texts.entries()) {
    for (const [column, character] of text.entries()) points[row * width + column] = character.codePointAt(0) ?? 0;
  }
  return { type: `<U${width}`, shape, bytes: bytesOf(points) };
}

const isNpyType = (type: string): type is NpyType => /^(<f4|<f8|<i4|<i8|\|u1|<U\d+)$/.test(type);
const bytesOf = (values: Float64Array | Float32Array | Int32Array | Uint32Array) =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
