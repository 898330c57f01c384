/** How a file's bytes are packed, as its first bytes tell. */
export type Packing = "plain" | "gzip" | "bzip2" | "xz" | "zstd";

/** The packed bytes are damaged, end too early, or are of a form that cannot be unpacked. */
export class DamagedPackingError extends Error {}

const MAGIC: readonly (readonly [Packing, readonly number[]])[] = [
  ["gzip", [0x1f, 0x8b]],
  ["bzip2", [0x42, 0x5a, 0x68]],
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
];

/** Bytes from a file's start that packingOf looks at. */
export const MAGIC_BYTES = 6;

/** Told apart by the first bytes and not by the name: people rename files. */
export function packingOf(start: Uint8Array): Packing {
  return MAGIC.find(([, magic]) => magic.every((byte, i) => start[i] === byte))?.[0] ?? "plain";
}
