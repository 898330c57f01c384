import { closeSync, existsSync, fstatSync, ftruncateSync, openSync, readFileSync, readSync, writeSync } from "node:fs";
import type { RunEvent } from "../../protocol/runEvents.js";
import { explained } from "../files/atomicFile.js";

/** An append-only `events.jsonl`. A last line that a kill left half-written is cut off when the log is opened, and passed over by readers. */
export class EventLog {
  private readonly descriptor: number;

  /** Throws `WriteError`, as `append` does. */
  constructor(private readonly file: string) {
    this.descriptor = explained(file, () => {
      const descriptor = openSync(file, existsSync(file) ? "r+" : "w+");
      const end = endOfLastLine(descriptor);
      if (end < fstatSync(descriptor).size) ftruncateSync(descriptor, end);
      closeSync(descriptor);
      return openSync(file, "a");
    });
  }

  append(event: RunEvent): void {
    explained(this.file, () => void writeSync(this.descriptor, `${JSON.stringify(event)}\n`));
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

/** The whole lines of a log; an empty list where there is none yet. */
export function readEvents(file: string): RunEvent[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n").slice(0, -1);
  return lines.flatMap((line) => {
    try {
      return [JSON.parse(line) as RunEvent];
    } catch {
      return [];
    }
  });
}

function endOfLastLine(descriptor: number): number {
  const chunk = Buffer.alloc(65536);
  for (let end = fstatSync(descriptor).size; end > 0; ) {
    const start = Math.max(0, end - chunk.length);
    const length = readSync(descriptor, chunk, 0, end - start, start);
    const newline = chunk.subarray(0, length).lastIndexOf(10);
    if (newline >= 0) return start + newline + 1;
    end = start;
  }
  return 0;
}
