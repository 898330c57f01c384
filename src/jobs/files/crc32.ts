import * as zlib from "node:zlib";

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/** From Node 20.15 on. */
const ofNode = (zlib as { readonly crc32?: (bytes: Uint8Array) => number }).crc32;

/** The CRC-32 of zip and gzip (ISO 3309). */
export function crc32(bytes: Uint8Array): number {
  return ofNode?.(bytes) ?? plainCrc32(bytes);
}

export function plainCrc32(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) sum = (TABLE[(sum ^ (bytes[i] as number)) & 255] as number) ^ (sum >>> 8);
  return ~sum >>> 0;
}
