import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import type { RunEvent } from "../../protocol/runEvents.js";

const CHUNK_BYTES = 256 * 1024;
const LONGEST_LINE = 16 * 2 ** 20;
const NEWLINE = 10;

/**
 * Follows an append-only `events.jsonl`: each read takes only the bytes that came since the last one, and leaves an
 * unfinished line for the next.
 */
export class EventTail {
  private offset = 0;

  constructor(private readonly file: string) {}

  /**
   * The events written since the last call, at most about 256 kB of them (call again until none comes).
   * Empty while the file does not exist; from the beginning again when it became shorter. A damaged line is passed
   * over.
   */
  async readNew(): Promise<readonly RunEvent[]> {
    // a pipe without a writer would else be waited for, without an end
    const handle = await open(this.file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch(() => undefined);
    if (!handle) return [];
    try {
      return (await handle.stat()).isFile() ? await this.readFrom(handle) : [];
    } finally {
      await handle.close();
    }
  }

  private async readFrom(handle: FileHandle): Promise<readonly RunEvent[]> {
    const { size } = await handle.stat();
    if (size < this.offset) this.offset = 0;
    for (let bytes = CHUNK_BYTES; ; bytes *= 2) {
      const buffer = Buffer.alloc(Math.min(bytes, size - this.offset));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, this.offset);
      const end = buffer.subarray(0, bytesRead).lastIndexOf(NEWLINE) + 1;
      const isLine = end > 0 || bytesRead < bytes;
      if (!isLine && bytes < LONGEST_LINE) continue;
      // no event is as long: passed over
      this.offset += isLine ? end : bytesRead;
      return parseLines(buffer.toString("utf8", 0, end));
    }
  }
}

function parseLines(text: string): readonly RunEvent[] {
  return text.split("\n").flatMap((line) => {
    if (line.trim() === "") return [];
    try {
      const value: unknown = JSON.parse(line);
      return typeof value === "object" && value !== null && "event" in value ? [value as RunEvent] : [];
    } catch {
      return [];
    }
  });
}
