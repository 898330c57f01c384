import { constants, deflateRawSync } from "node:zlib";
import { ZipPassThrough } from "fflate";

/** So much is compressed at a time: windows are 32 kB, so that little is lost where one begins. */
const PIECE = 1 << 18;
const LEVEL = 6;

/**
 * An entry of a zip archive, compressed by Node: in JavaScript it takes several times as long, most of all in a process
 * that has just begun. Parts may be small, and their memory may be used again.
 */
export class DeflatedEntry extends ZipPassThrough {
  private piece = Buffer.alloc(0);
  private length = 0;

  constructor(name: string) {
    super(name);
    this.compression = 8;
  }

  /** What `push` calls, after its check sum. */
  protected override process(part: Uint8Array, final: boolean): void {
    let rest = part;
    while (this.length + rest.length > PIECE) {
      const room = PIECE - this.length;
      this.take(rest.subarray(0, room));
      this.write(false);
      rest = rest.subarray(room);
    }
    this.take(rest);
    if (final) this.write(true);
  }

  private take(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    if (this.piece.length === 0) this.piece = Buffer.allocUnsafe(PIECE);
    this.piece.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** What is flushed ends at a byte, so that pieces with windows of their own make one stream. */
  private write(final: boolean): void {
    const finishFlush = final ? constants.Z_FINISH : constants.Z_SYNC_FLUSH;
    const packed = deflateRawSync(this.piece.subarray(0, this.length), { level: LEVEL, finishFlush });
    this.length = 0;
    this.ondata(null, packed, final);
  }
}
