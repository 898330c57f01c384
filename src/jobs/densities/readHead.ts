import { CubeHeadReader } from "../../core/formats/cubeHead.js";
import type { VolumetricKind } from "../../core/formats/volumetric.js";
import { type VolumetricHead, VolumetricHeadReader } from "../../core/formats/volumetricHead.js";
import { FILE_START, type Parsed, problem } from "../../core/text/problem.js";
import { ByteSource, readingProblem } from "../files/byteSource.js";
import { formOf, readFormHead } from "./readForm.js";

/** A head of a million atoms is shorter; what goes on without a line end is none. */
const LONGEST_HEAD = 64 << 20;
const CHUNK = 16 * 1024;

/** The head of a volumetric file, packed or not, and where in the (unpacked) bytes its values begin. */
export interface HeadReading {
  readonly head: VolumetricHead;
  readonly valuesAt: number;
}

/**
 * Reads no more than the head: a few ms, however large the file is. `row`: of a table of densities, from 1. Rejects
 * only with the signal's reason.
 */
export async function readHead(
  file: string,
  kind: VolumetricKind,
  signal?: AbortSignal,
  row?: number,
): Promise<Parsed<HeadReading>> {
  const format = await formOf(file);
  if (format !== "text") {
    const { value, problems } = await readFormHead(file, format, signal, row);
    return value ? { value: { head: value.head, valuesAt: 0 }, problems } : { problems };
  }
  const reader = kind === "cube" ? new CubeHeadReader() : new VolumetricHeadReader();
  const lines = new HeadLines((line) => reader.push(line));
  try {
    for await (const chunk of new ByteSource(file, { hash: false, chunk: CHUNK, ...(signal && { signal }) }).chunks()) {
      lines.push(chunk, () => reader.state !== "reading");
      if (reader.state !== "reading") break;
      if (lines.bytes > LONGEST_HEAD) return { problems: [problem("error", FILE_START, "not a VASP file")] };
    }
  } catch (error) {
    signal?.throwIfAborted();
    return { problems: [readingProblem(error)] };
  }
  lines.finish(() => reader.state !== "reading");
  const { value: head, problems } = reader.finish();
  return { ...(head && { value: { head, valuesAt: lines.bytes } }), problems };
}

/** Cuts bytes into lines, and counts those of the lines that were handed on. */
class HeadLines {
  bytes = 0;
  readonly #decoder = new TextDecoder();
  #rest: number[] = [];

  constructor(private readonly onLine: (line: string) => void) {}

  push(chunk: Uint8Array, isOver: () => boolean): void {
    for (const byte of chunk) {
      this.#rest.push(byte);
      if (byte !== LINE_FEED) continue;
      this.#endLine();
      if (isOver()) return;
    }
  }

  finish(isOver: () => boolean): void {
    if (this.#rest.length > 0 && !isOver()) this.#endLine();
  }

  #endLine(): void {
    this.bytes += this.#rest.length;
    const text = this.#decoder.decode(Uint8Array.from(this.#rest)).replace(/\r?\n$/, "");
    this.#rest = [];
    this.onLine(text);
  }
}

const LINE_FEED = 10;
