/**
 * A field of a message in Protocol Buffers' wire form: its number and what it holds. Numbers are varints, bytes stand
 * for texts and messages too.
 */
export type WireField = readonly [number, number | bigint | Uint8Array | { readonly float: number }];

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/** Bytes that are no message, or end before they are whole. */
export class WireError extends Error {}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A message of these fields, in this order. */
export function writeMessage(fields: readonly WireField[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const [number, value] of fields) {
    if (value instanceof Uint8Array) parts.push(varint(tagOf(number, BYTES)), varint(value.length), value);
    else if (typeof value === "object")
      parts.push(varint(tagOf(number, FIXED32)), new Uint8Array(Float32Array.of(value.float).buffer));
    else parts.push(varint(tagOf(number, VARINT)), varint(value));
  }
  return joined(parts);
}

export const textBytes = (text: string): Uint8Array => encoder.encode(text);
export const textOf = (bytes: Uint8Array): string => decoder.decode(bytes);

/** The fields of a message in the order of its bytes, which are not copied. Throws `WireError`. */
export function readMessage(bytes: Uint8Array): WireField[] {
  const fields: WireField[] = [];
  const reader = new WireReader(bytes);
  while (!reader.isAtEnd) {
    const tag = reader.varint();
    const [number, wire] = [Number(tag >> 3n), Number(tag & 7n)];
    if (wire === VARINT) fields.push([number, reader.varint()]);
    else if (wire === BYTES) fields.push([number, reader.take(Number(reader.varint()))]);
    else if (wire === FIXED32) fields.push([number, { float: viewOf(reader.take(4)).getFloat32(0, true) }]);
    else if (wire === FIXED64) reader.take(8);
    else throw new WireError(`a field of the kind ${wire}`);
  }
  return fields;
}

/** Numbers that stand packed in one field, as varints. Throws `WireError`. */
export function packedVarints(bytes: Uint8Array): bigint[] {
  const reader = new WireReader(bytes);
  const values: bigint[] = [];
  while (!reader.isAtEnd) values.push(reader.varint());
  return values;
}

const tagOf = (number: number, wire: number) => (number << 3) | wire;

function varint(value: number | bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 0x80 : low);
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}

export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

class WireReader {
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get isAtEnd(): boolean {
    return this.at >= this.bytes.length;
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) throw new WireError("it ends too early");
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new WireError("a number without an end");
  }

  take(length: number): Uint8Array {
    if (length > this.bytes.length - this.at) throw new WireError("it ends too early");
    const part = this.bytes.subarray(this.at, this.at + length);
    this.at += length;
    return part;
  }
}
