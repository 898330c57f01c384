import { dequantise, quantise, quantisedSize } from "./quantised.js";

type Numbers = Float32Array | Float64Array | Int32Array;

/**
 * Where an array stands in a `weights.bin`: little-endian, one after the other. Stands in the JSON in the array's
 * place.
 */
export interface TensorPlace {
  readonly tensor: "float32" | "float64" | "int32";
  readonly length: number;
  /** Bytes from the start; a multiple of 8. */
  readonly offset: number;
  /** Absent: as the numbers are. float32: doubles in half the bytes. byte: as `quantise` does it. */
  readonly stored?: "float32" | "byte";
}

export interface Packed {
  /** The value with a `TensorPlace` for each array of numbers. */
  readonly json: unknown;
  readonly bytes: Uint8Array;
}

/** A small array costs nothing, and may be what everything is multiplied with. */
const LARGE = 1024;
/** A byte becomes a double at most, and what is equal is stored once. */
const MOST_TIMES = 32;

/**
 * Takes the typed arrays out of plain data, so that the rest is JSON and the arrays keep every bit. `compact`: large
 * ones keep fewer (doubles those of float32, floats a byte each), but for those in `exact`, and what is stored already
 * is not stored again.
 */
export function packTensors(value: unknown, compact = false, exact: ReadonlySet<unknown> = new Set()): Packed {
  const parts: { readonly bytes: Uint8Array; readonly offset: number }[] = [];
  const known = new Map<string, TensorPlace>();
  let offset = 0;
  const place = (values: Numbers): TensorPlace => {
    const form = compact && !exact.has(values) ? compactForm(values) : undefined;
    const bytes = bytesOf(values, form);
    const key = compact ? `${typeOf(values)} ${form} ${Buffer.from(bytes).toString("base64")}` : "";
    const before = known.get(key);
    if (compact && before !== undefined) return before;
    const made: TensorPlace = {
      tensor: typeOf(values),
      length: values.length,
      offset,
      ...(form !== undefined && { stored: form }),
    };
    parts.push({ bytes, offset });
    offset = Math.ceil((offset + bytes.length) / 8) * 8;
    known.set(key, made);
    return made;
  };
  const take = (part: unknown): unknown => {
    if (isNumbers(part)) return place(part);
    if (Array.isArray(part)) return part.map(take);
    if (typeof part === "object" && part !== null)
      return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, take(inner)]));
    return part;
  };
  const json = take(value);
  const bytes = new Uint8Array(offset);
  for (const { bytes: own, offset: start } of parts) bytes.set(own, start);
  return { json, bytes };
}

function compactForm(values: Numbers): TensorPlace["stored"] {
  if (values.length < LARGE) return undefined;
  if (values instanceof Float64Array) return "float32";
  return values instanceof Float32Array ? "byte" : undefined;
}

function bytesOf(values: Numbers, form: TensorPlace["stored"]): Uint8Array {
  if (form === "byte" && values instanceof Float32Array) return quantise(values);
  const stored = form === "float32" ? Float32Array.from(values) : values;
  return new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
}

/**
 * The data again. Throws RangeError when the bytes end before an array does, or when the arrays are many times the
 * bytes: parts may be shared, but not by all. `isInPlace`: arrays are views of `bytes` where they are aligned there, not
 * copies.
 */
export function unpackTensors({ json, bytes }: Packed, isInPlace = false): unknown {
  let left = MOST_TIMES * bytes.length + MOST_TIMES * LARGE;
  const put = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(put);
    if (isPlace(part)) {
      const numbers = numbersAt(bytes, part, isInPlace);
      left -= numbers.byteLength;
      if (left < 0) throw new RangeError(`its arrays have more than ${MOST_TIMES} times its bytes`);
      return numbers;
    }
    if (typeof part === "object" && part !== null)
      return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, put(inner)]));
    return part;
  };
  return put(json);
}

function numbersAt(bytes: Uint8Array, { tensor, length, offset, stored }: TensorPlace, isInPlace: boolean): Numbers {
  const isSound =
    ["float32", "float64", "int32"].includes(tensor) &&
    [length, offset].every((n) => Number.isSafeInteger(n) && n >= 0);
  if (!isSound) throw new RangeError("the place of an array is damaged");
  const size =
    stored === "byte" ? quantisedSize(length) : length * (tensor === "float64" && stored === undefined ? 8 : 4);
  const end = offset + size;
  if (end > bytes.length) throw new RangeError(`an array ends at byte ${end} of ${bytes.length}`);
  if (isInPlace && stored === undefined && (bytes.byteOffset + offset) % 8 === 0)
    return viewOf(tensor, bytes.buffer, bytes.byteOffset + offset, length);
  // Not bytes.slice: of a Buffer that is a view, not a copy.
  const part = Uint8Array.from(bytes.subarray(offset, end)).buffer;
  if (stored === "byte") return dequantise(new Uint8Array(part), length);
  if (stored === "float32") return Float64Array.from(new Float32Array(part));
  return viewOf(tensor, part, 0, length);
}

function viewOf(tensor: TensorPlace["tensor"], buffer: ArrayBufferLike, offset: number, length: number): Numbers {
  if (tensor === "float64") return new Float64Array(buffer, offset, length);
  return tensor === "float32" ? new Float32Array(buffer, offset, length) : new Int32Array(buffer, offset, length);
}

const isNumbers = (part: unknown): part is Numbers =>
  part instanceof Float32Array || part instanceof Float64Array || part instanceof Int32Array;
const isPlace = (part: unknown): part is TensorPlace =>
  typeof part === "object" && part !== null && "tensor" in part && "offset" in part;

function typeOf(values: Numbers): TensorPlace["tensor"] {
  if (values instanceof Float64Array) return "float64";
  return values instanceof Float32Array ? "float32" : "int32";
}
