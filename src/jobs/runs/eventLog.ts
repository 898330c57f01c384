import {
  closeSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readSync,
  statSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import type { RunEvent } from "../../protocol/runEvents.js";
import { RUN_FILES } from "../../protocol/runFiles.js";
import { withWriteError } from "../files/atomicFile.js";
import { fill, NotAFileError, withRegularFile } from "../files/readSmallFile.js";

/**
 * An append-only `events.jsonl`. A last line that a kill left half-written is cut off when the log is opened, and
 * passed over by readers.
 */
export class EventLog {
  private readonly descriptor: number;

  /** Throws `WriteError`, as `append` does. */
  constructor(private readonly file: string) {
    this.descriptor = withWriteError(file, () => {
      // would be waited for
      if (statSync(file, { throwIfNoEntry: false })?.isFIFO()) throw new NotAFileError("this is no regular file");
      const descriptor = openSync(file, existsSync(file) ? "r+" : "w+");
      const end = endOfLastLine(descriptor);
      if (end < fstatSync(descriptor).size) ftruncateSync(descriptor, end);
      closeSync(descriptor);
      return openSync(file, "a");
    });
  }

  append(event: RunEvent): void {
    withWriteError(this.file, () => void writeSync(this.descriptor, `${JSON.stringify(event)}\n`));
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

/** The whole lines of a log; an empty list where there is none yet. */
export function readEvents(file: string): RunEvent[] {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return [];
  const lines = lastLines(file);
  return lines.flatMap((line) => {
    try {
      const value: unknown = JSON.parse(line);
      return typeof value === "object" && value !== null && "event" in value ? [value as RunEvent] : [];
    } catch {
      return [];
    }
  });
}

/** The events of a run: of its owner and of everyone else who works on it, each in the order it was written. */
export function readRunEvents(run: string): RunEvent[] {
  return runLogs(run).flatMap(readEvents);
}

/** The logs of a run, the owner's first. */
export function runLogs(run: string): string[] {
  const folder = path.join(run, RUN_FILES.workers);
  const names = statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(folder) : [];
  const others = names.filter((name) => name.endsWith(".jsonl")).sort();
  return [path.join(run, RUN_FILES.events), ...others.map((name) => path.join(folder, name))];
}

/** Of a log that is longer, its end: what is asked for of it is drawn, not summed up. */
const MOST_BYTES = 128 * 2 ** 20;

function lastLines(file: string): string[] {
  return withRegularFile(file, (descriptor, size) => {
    const bytes = Buffer.alloc(Math.min(size, MOST_BYTES));
    const text = bytes.toString("utf8", 0, fill(descriptor, bytes, size - bytes.length));
    return text.split("\n").slice(size > MOST_BYTES ? 1 : 0, -1);
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
