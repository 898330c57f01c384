type Numbers = Float32Array | Float64Array | Int32Array;

/** Where an array stands in a `weights.bin`: little-endian, one after the other. Stands in the JSON in the array's place. */
export interface TensorPlace {
  readonly tensor: "float32" | "float64" | "int32";
  readonly length: number;
  /** Bytes from the start; a multiple of 8. */
  readonly offset: number;
}

export interface Packed {
  /** The value with a `TensorPlace` for each array of numbers. */
  readonly json: unknown;
  readonly bytes: Uint8Array;
}

/** Takes the typed arrays out of plain data, so that the rest is JSON and the arrays keep every bit. */
export function packTensors(value: unknown): Packed {
  const arrays: { readonly values: Numbers; readonly offset: number }[] = [];
  let offset = 0;
  const take = (part: unknown): unknown => {
    if (isNumbers(part)) {
      const place: TensorPlace = { tensor: typeOf(part), length: part.length, offset };
      arrays.push({ values: part, offset });
      offset = Math.ceil((offset + part.byteLength) / 8) * 8;
      return place;
    }
    if (Array.isArray(part)) return part.map(take);
    if (typeof part === "object" && part !== null)
      return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, take(inner)]));
    return part;
  };
  const json = take(value);
  const bytes = new Uint8Array(offset);
  for (const { values, offset: start } of arrays) bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), start);
  return { json, bytes };
}

/** The data again. Throws RangeError when the bytes end before an array does. */
export function unpackTensors({ json, bytes }: Packed): unknown {
  const put = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(put);
    if (isPlace(part)) return numbersAt(bytes, part);
    if (typeof part === "object" && part !== null) return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, put(inner)]));
    return part;
  };
  return put(json);
}

function numbersAt(bytes: Uint8Array, { tensor, length, offset }: TensorPlace): Numbers {
  const end = offset + length * (tensor === "float64" ? 8 : 4);
  if (end > bytes.length) throw new RangeError(`an array ends at byte ${end} of ${bytes.length}`);
  // Not bytes.slice: of a Buffer that is a view, not a copy.
  const part = Uint8Array.from(bytes.subarray(offset, end)).buffer;
  if (tensor === "float64") return new Float64Array(part);
  return tensor === "float32" ? new Float32Array(part) : new Int32Array(part);
}

const isNumbers = (part: unknown): part is Numbers =>
  part instanceof Float32Array || part instanceof Float64Array || part instanceof Int32Array;
const isPlace = (part: unknown): part is TensorPlace => typeof part === "object" && part !== null && "tensor" in part && "offset" in part;

function typeOf(values: Numbers): TensorPlace["tensor"] {
  if (values instanceof Float64Array) return "float64";
  return values instanceof Float32Array ? "float32" : "int32";
}
