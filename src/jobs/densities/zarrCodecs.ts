import { gunzipSync, inflateSync } from "node:zlib";
import blosc from "numcodecs/blosc";
import lz4 from "numcodecs/lz4";
import { registry } from "zarrita";
import type { Packing } from "../files/packing.js";
import { unpack } from "../files/unpack.js";

/** Of a chunk, and of the chunks of one layer together, in bytes. */
export const MAX_PART_BYTES = 2 ** 28;

/** A chunk is not what its folder tells of it. */
export class DamagedChunkError extends Error {}

type Unpack = (bytes: Uint8Array, configuration: unknown) => Promise<Uint8Array> | Uint8Array;

const LIMIT = { maxOutputLength: MAX_PART_BYTES };

/**
 * Gives zarrita codecs that unpack no more than a chunk may have. Packed bytes claim what they unpack to, so that a few
 * of them could fill all memory; all but blosc and lz4 are those of Node and of our own readers.
 */
export function limitCodecs(): void {
  const unpackers: Readonly<Record<string, Unpack>> = {
    blosc: (bytes) => blosc.fromConfig(BLOSC).decode(checkedBlosc(bytes)),
    lz4: (bytes) => lz4.fromConfig({ id: "lz4" }).decode(checkedLz4(bytes)),
    gzip: (bytes) => gunzipSync(bytes, LIMIT),
    zlib: (bytes) => inflateSync(bytes, LIMIT),
    zstd: (bytes) => limited("zstd", bytes),
    bz2: (bytes) => limited("bzip2", bytes),
    lzma: (bytes) => limited("xz", bytes),
  };
  for (const [name, unpack] of Object.entries(unpackers)) {
    const codec = { kind: "bytes_to_bytes", fromConfig: (configuration: unknown) => codecOf(unpack, configuration) };
    for (const each of [name, `numcodecs.${name}`]) registry.set(each, (() => Promise.resolve(codec)) as never);
  }
}

const codecOf = (unpack: Unpack, configuration: unknown) => ({
  kind: "bytes_to_bytes",
  // on a boundary of its numbers, which the views of Node need not be
  decode: async (bytes: Uint8Array) => new Uint8Array(await unpack(bytes, configuration)),
});

/** What is needed to unpack stands in the chunks themselves. */
const BLOSC = { id: "blosc", cname: "lz4", clevel: 5, shuffle: 1, blocksize: 0 } as const;

/** Of one number of `float32`, `int16`, ...; `NaN` for what is no number. */
export const bytesOfType = (dataType: string): number =>
  Number(/^(?:float|u?int)(16|32|64|8)$/.exec(dataType)?.[1]) / 8;

const word = (bytes: Uint8Array, at: number) =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(at, true);

/** The packed size in the header must be the chunk's, or the decoder would read on behind it. */
function checkedBlosc(bytes: Uint8Array): Uint8Array {
  if (bytes.length < 16 || word(bytes, 12) !== bytes.length || word(bytes, 4) > MAX_PART_BYTES)
    throw new DamagedChunkError();
  return bytes;
}

/** Four bytes in front of the packed ones are the size unpacked. */
function checkedLz4(bytes: Uint8Array): Uint8Array {
  if (bytes.length < 5 || word(bytes, 0) > MAX_PART_BYTES) throw new DamagedChunkError();
  return bytes;
}

async function limited(packing: Packing, bytes: Uint8Array): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of unpack(packing, oneChunk(bytes))) {
    length += piece.length;
    if (length > MAX_PART_BYTES) throw new DamagedChunkError();
    pieces.push(piece.slice());
  }
  return new Uint8Array(Buffer.concat(pieces, length));
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
