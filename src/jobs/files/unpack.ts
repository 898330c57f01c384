import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { UnpackError, Unpacker, type UnpackFormat, type UnpackTrouble } from "../../kernels/unpack/unpacker.js";
import { DamagedPackingError, type Packing } from "./packing.js";
import { unpackZstd } from "./unpackZstd.js";
import { loadKernel } from "./wasmModule.js";

type Chunks = AsyncGenerator<Uint8Array, void, undefined>;

/** Half of what is read at once: what is unpacked from it stays in the processor's cache. */
const GUNZIP_CHUNK = 256 * 1024;

/**
 * The kernel unpacks gzip in three fifths of zlib's time, but the engine has to compile it first: for less than this it
 * does not pay.
 */
const KERNEL_THRESHOLD = 8 * 2 ** 20;

/** Packed bytes of gzip files that this thread has been given. */
let gzipBytes = 0;

/**
 * The bytes that `stored` unpacks to, checked against the check sums that the packing has. A chunk may be overwritten
 * when the next one is asked for. `storedBytes`, how many there are, only decides by which means gzip is unpacked.
 * Throws DamagedPackingError, or what `stored`
 * throws.
 */
export function unpack(
  packing: Packing,
  stored: AsyncIterable<Uint8Array>,
  storedBytes = KERNEL_THRESHOLD,
): AsyncIterable<Uint8Array> {
  if (packing === "plain") return stored;
  if (packing === "zstd") return unpackZstd(stored);
  if (packing !== "gzip") return unpackByKernel(packing, stored);
  gzipBytes += storedBytes;
  return gzipBytes < KERNEL_THRESHOLD ? gunzip(stored) : unpackByKernel(packing, stored);
}

/** By Node's zlib, which needs no time to start. */
export async function* gunzip(stored: AsyncIterable<Uint8Array>): Chunks {
  // the stream holds several chunks at once, so each gets bytes of its own
  const source = Readable.from(copies(stored), { objectMode: false, highWaterMark: 2 * GUNZIP_CHUNK });
  const stream = createGunzip({ chunkSize: GUNZIP_CHUNK });
  source.on("error", (error) => stream.destroy(error));
  try {
    for await (const chunk of source.pipe(stream)) yield chunk as Uint8Array;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (!code.startsWith("Z_")) throw error;
    throw new DamagedPackingError(code === "Z_BUF_ERROR" ? "the gzip data ends too early" : "the gzip data is damaged");
  } finally {
    source.destroy();
    stream.destroy();
  }
}

async function* copies(chunks: AsyncIterable<Uint8Array>): Chunks {
  for await (const chunk of chunks) yield Buffer.from(chunk);
}

async function* unpackByKernel(format: UnpackFormat, stored: AsyncIterable<Uint8Array>): Chunks {
  const unpacker = new Unpacker(loadKernel("unpack"), format);
  try {
    for await (const chunk of stored) yield* unpacker.push(chunk, false);
    yield* unpacker.push(new Uint8Array(0), true);
  } catch (error) {
    throw error instanceof UnpackError ? new DamagedPackingError(troubleMessage(format, error.trouble)) : error;
  }
}

function troubleMessage(format: UnpackFormat, trouble: UnpackTrouble): string {
  if (trouble === "short") return `the ${format} data ends too early`;
  if (trouble === "unsupported") return `this form of ${format} is not supported: unpack the file`;
  return trouble === "memory"
    ? `the ${format} data needs too much memory: unpack the file`
    : `the ${format} data is damaged`;
}
