import { type Problem, problem } from "../../core/text/problem.js";
import { ByteSource, type ByteSourceOptions, readingProblem } from "./byteSource.js";

/** Of the lines that VASP and people write none is as long as this; a file without line ends is neither's. */
const LONGEST_LINE = 64 * 1024;

/**
 * Shows a file's lines, without their ends, until `visit` wants no more; memory does not grow with the file or with a
 * line. Returns why it could not be read, or read on. Rejects only with the signal's reason.
 */
export async function readLines(
  file: string,
  visit: (line: string) => boolean,
  options: ByteSourceOptions = {},
): Promise<readonly Problem[]> {
  const decoder = new TextDecoder();
  let rest = "";
  let count = 0;
  const show = (line: string) => {
    count++;
    return visit(line.endsWith("\r") ? line.slice(0, -1) : line);
  };
  try {
    for await (const chunk of new ByteSource(file, { hash: false, chunk: CHUNK, ...options }).chunks()) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        if (line.length > LONGEST_LINE) return [tooLong(count + 1)];
        if (!show(line)) return [];
      }
      if (rest.length > LONGEST_LINE) return [tooLong(count + 1)];
    }
  } catch (error) {
    options.signal?.throwIfAborted();
    return [readingProblem(error)];
  }
  if (rest !== "") show(rest);
  return [];
}

const CHUNK = 16 * 1024;
const tooLong = (line: number): Problem =>
  problem("error", { line, column: 1 }, "line of more than {0} bytes: not a VASP file", LONGEST_LINE);
