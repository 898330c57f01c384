import { Decompress } from "fzstd";
import { ContentHash } from "../../kernels/unpack/unpacker.js";
import { DamagedPackingError } from "./packing.js";
import { loadKernel } from "./wasmModule.js";
import { isTooLong, type SequenceTables } from "./zstdSequences.js";

const FRAME = 0xfd2fb528;
/** Sixteen numbers from here mark frames to be skipped. */
const SKIPPABLE = 0x184d2a50;
/** What the zstd tool accepts by itself. */
const MAX_WINDOW = 128 * 2 ** 20;
const MAX_BLOCK = 128 * 1024;
const BLOCK_HEAD = 3;
/** The bit of a frame's descriptor that promises a check sum. */
const CHECKED = 4;

/**
 * Magic number, no options, a window of 128 kB, and four empty blocks, since the decoder begins with its 18th byte.
 * The frame's own window comes later.
 */
const PLAIN_START = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 7 << 3, ...new Uint8Array(12));

interface Frame {
  readonly decoder: WindowedDecoder;
  readonly checked: boolean;
}

/**
 * The bytes of a zstd file. fzstd decodes blocks; frames are told apart here, so that files of several frames are read
 * whole, a missing end is seen, and each frame's check sum is compared. Throws DamagedPackingError, or what `stored`
 * throws.
 */
export async function* unpackZstd(stored: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = new FrameReader();
  for await (const chunk of stored) yield* reader.push(chunk);
  reader.finish();
}

type Step = "frame" | "block" | "checksum" | "skip";

class FrameReader {
  #step: Step = "frame";
  #held = new Uint8Array(0);
  #skip = 0;
  #frame: Frame | undefined;
  readonly #pieces: Uint8Array[] = [];
  readonly #hash = new ContentHash(loadKernel("unpack"));

  *push(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
    this.#held = joined(this.#held, bytes); // a copy: what was pushed may be overwritten, and of a Buffer `slice` is none
    for (;;) {
      const used = this.#take(this.#held);
      if (used === 0) return;
      this.#held = this.#held.subarray(used);
      yield* this.#pieces.splice(0);
    }
  }

  finish(): void {
    if (this.#held.length > 0 || this.#step !== "frame") throw new DamagedPackingError("the zstd data ends too early");
  }

  /** Bytes of the next part if it is all here, else 0. */
  #take(bytes: Uint8Array): number {
    if (this.#step === "skip") return this.#takeSkipped(bytes);
    if (this.#step === "frame") return this.#takeFrame(bytes);
    return this.#step === "block" ? this.#takeBlock(bytes) : this.#takeChecksum(bytes);
  }

  #takeSkipped(bytes: Uint8Array): number {
    const used = Math.min(bytes.length, this.#skip);
    this.#skip -= used;
    if (this.#skip === 0) this.#step = "frame";
    return used;
  }

  #takeFrame(bytes: Uint8Array): number {
    if (bytes.length < 8) return 0;
    const magic = little(bytes, 0, 4);
    if (magic >= SKIPPABLE && magic < SKIPPABLE + 16) {
      this.#skip = little(bytes, 4, 4);
      this.#step = this.#skip > 0 ? "skip" : "frame";
      return 8;
    }
    if (magic !== FRAME) throw damaged();
    const descriptor = bytes[4] ?? 0;
    const single = (descriptor >> 5) & 1;
    const sizeBytes = [single, 2, 4, 8][descriptor >> 6] ?? 0;
    const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
    const length = 6 - single + dictionaryBytes + sizeBytes;
    if (bytes.length < length) return 0;
    const window = single
      ? little(bytes, length - sizeBytes, sizeBytes) + (sizeBytes === 2 ? 256 : 0)
      : windowSize(bytes[5] ?? 0);
    if (window > MAX_WINDOW) throw new DamagedPackingError("the zstd data needs too much memory: unpack the file");
    if (dictionaryBytes > 0 && little(bytes, 6 - single, dictionaryBytes) > 0) {
      throw new DamagedPackingError("the zstd data needs a dictionary: unpack the file");
    }
    this.#startFrame(window, (descriptor & CHECKED) !== 0);
    return length;
  }

  #startFrame(window: number, checked: boolean): void {
    const decoder = new WindowedDecoder(window, (piece) => {
      if (checked) this.#hash.add(piece);
      this.#pieces.push(piece);
    });
    this.#hash.start();
    this.#frame = { decoder, checked };
    this.#step = "block";
  }

  #takeBlock(bytes: Uint8Array): number {
    if (bytes.length < 3 || !this.#frame) return 0;
    const header = little(bytes, 0, 3);
    const kind = (header >> 1) & 3;
    const stored = kind === 1 ? 1 : header >> 3;
    if (kind === 3 || header >> 3 > MAX_BLOCK) throw damaged();
    if (bytes.length < 3 + stored) return 0;
    try {
      this.#frame.decoder.push(bytes.slice(0, 3 + stored), (header & 1) === 1);
    } catch {
      throw damaged();
    }
    if (header & 1) this.#step = this.#frame.checked ? "checksum" : "frame";
    return 3 + stored;
  }

  #takeChecksum(bytes: Uint8Array): number {
    if (bytes.length < 4) return 0;
    if (little(bytes, 0, 4) !== this.#hash.finish()) throw damaged();
    this.#step = "frame";
    return 4;
  }
}

/**
 * The fields of fzstd's state that stand for its window, `w` with the last `e` bytes, and the tables that it sets
 * before it copies.
 */
interface DecoderState {
  w: Uint8Array;
  e: number;
  t: SequenceTables | undefined;
}

/**
 * One frame. fzstd shifts its whole window after each block, so that many small blocks of a frame with a large window
 * cost minutes a megabyte, and honest archives of `--long` seconds; here the window is a view that moves over a buffer,
 * which costs what the text costs.
 */
class WindowedDecoder {
  readonly #decoder: Decompress;
  readonly #window: number;
  #buffer = new Uint8Array(0);
  #end = 0;
  #block = new Uint8Array(0);

  constructor(window: number, onPiece: (piece: Uint8Array) => void) {
    this.#window = window;
    this.#decoder = new Decompress((piece) => {
      if (piece.length > 0) onPiece(piece);
      this.#keep(piece);
      // fzstd shifts and fills what it takes for its window next: let it be as small as the piece
      const state = this.#state();
      if (state) state.w = new Uint8Array(piece.length);
    });
    this.#decoder.push(PLAIN_START);
    const state = this.#state();
    if (state) this.#watchTables(state);
  }

  /** A block of more than 128 kB is refused before fzstd copies what it comes to. */
  #watchTables(state: DecoderState): void {
    let tables = state.t;
    Object.defineProperty(state, "t", {
      get: () => tables,
      set: (next: SequenceTables) => {
        tables = next;
        if (isTooLong(this.#block.subarray(BLOCK_HEAD), next, MAX_BLOCK)) throw damaged();
      },
    });
  }

  /** One block with its header. Throws what fzstd throws. */
  push(block: Uint8Array<ArrayBuffer>, isLast: boolean): void {
    const state = this.#state();
    if (state) {
      const kept = Math.min(this.#end, this.#window);
      state.w = this.#buffer.subarray(this.#end - kept, this.#end);
      state.e = kept;
    }
    this.#block = block;
    this.#decoder.push(block, isLast);
  }

  #state(): DecoderState | undefined {
    const { s } = this.#decoder as unknown as { readonly s?: DecoderState | number };
    return typeof s === "object" ? s : undefined;
  }

  #keep(piece: Uint8Array): void {
    if (this.#end + piece.length > this.#buffer.length) {
      const kept = this.#buffer.subarray(Math.max(0, this.#end - this.#window), this.#end);
      // at least twice as much as is kept, so that each byte is moved a few times at most
      const size = Math.max(2 * kept.length, MAX_BLOCK) + piece.length;
      const buffer = size > this.#buffer.length ? new Uint8Array(size) : this.#buffer;
      if (buffer === this.#buffer) buffer.copyWithin(0, this.#end - kept.length, this.#end);
      else buffer.set(kept);
      this.#buffer = buffer;
      this.#end = kept.length;
    }
    this.#buffer.set(piece, this.#end);
    this.#end += piece.length;
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

const damaged = () => new DamagedPackingError("the zstd data is damaged");

function little(bytes: Uint8Array, at: number, length: number): number {
  let value = 0;
  for (let i = length - 1; i >= 0; i--) value = value * 256 + (bytes[at + i] ?? 0);
  return value;
}

/** Its eight bits are an exponent and a mantissa of three. */
function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}
