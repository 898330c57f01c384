import { FILE_START, type Parsed, type Problem, problem } from "../text/problem.js";
import { asciiText, ByteLines } from "./byteLines.js";
import { detectWrongFileType } from "./detectWrongFileType.js";
import type { Outcar } from "./outcarFacts.js";
import { OutcarRun, STARTS, type Start } from "./outcarRun.js";

/**
 * Reads an OUTCAR as a stream of bytes, in memory that does not grow with it (but for three numbers an ionic step).
 * Of several runs in one file the last one is told, with a warning.
 */
export class OutcarReader {
  readonly #lines = new ByteLines((bytes, start, end, line) => this.#visit(bytes, start, end, line));
  readonly #problems: Problem[] = [];
  #run = new OutcarRun();
  #runs = 1;
  #firstLine = "";
  #ending = false;
  #lastColumn = 1;

  push(chunk: Uint8Array): void {
    this.#lines.push(chunk);
  }

  /**
   * What was found; without a value where the file is no OUTCAR. `cut`: the bytes end too early for a reason told
   * elsewhere.
   */
  finish(cut = false): Parsed<Outcar> {
    this.#ending = true;
    const endsInLine = this.#lines.finish();
    const end = { line: Math.max(1, this.#lines.line - 1), column: endsInLine ? this.#lastColumn : 1 };
    if (!this.#run.known && this.#runs === 1) return { problems: [this.#stranger(end.line)] };
    const { value, problems: found } = this.#run.finish(cut ? undefined : end);
    const problems = [...this.#problems, ...found].sort((a, b) => a.line - b.line || a.column - b.column);
    return { value, problems };
  }

  #visit(bytes: Uint8Array, start: number, end: number, line: number): void {
    this.#lastColumn = end - start + 1;
    if (this.#ending) {
      // without its line feed a line may be cut within a number
      if (line === 1) this.#firstLine = asciiText(bytes, start, Math.min(end, start + 4096));
      return;
    }
    if (line <= VERSION_LINES) this.#readVersion(asciiText(bytes, start, Math.min(end, start + 4096)), line);
    const name = STARTS.find(bytes, start, end);
    // a run may end within a table, and another begin
    if (this.#run.inTable && name !== "version" && name !== "executed")
      this.#run.readTable(asciiText(bytes, start, end), line);
    else if (name !== undefined) this.#read(name, asciiText(bytes, start, end), line);
  }

  #read(name: Start, text: string, line: number): void {
    const begins = name === "version" ? /^\s*vasp\.\d/.test(text) : name === "executed" && this.#run.executed;
    if (begins && line > VERSION_LINES && this.#run.hasBegun) this.#beginRun(line);
    if (name === "version") this.#run.readVersion(text);
    else this.#run.read(name, text, line);
  }

  #beginRun(line: number): void {
    this.#runs++;
    this.#run = new OutcarRun();
    const template = "calculation {0} of this file starts here: only the last one is read";
    this.#problems.push(problem("warning", { line, column: 1 }, template, this.#runs));
  }

  #readVersion(text: string, line: number): void {
    if (line === 1) this.#firstLine = text;
    if (!this.#run.readVersion(text)) return;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a tar archive's header is padded with NUL
    if (line === 1 && /\u0000ustar/.test(text))
      this.#problems.push(
        problem("information", { line, column: 1 }, "the file starts with the header of a tar archive"),
      );
  }

  #stranger(lines: number): Problem {
    if (lines === 1 && this.#firstLine === "" && this.#lastColumn === 1)
      return problem("error", FILE_START, "the file is empty");
    return (
      detectWrongFileType(this.#firstLine) ??
      problem("error", FILE_START, "not an OUTCAR: the VASP version and parameters are missing")
    );
  }
}

/** VASP's version stands in the first of these lines; behind them, it begins another run. */
const VERSION_LINES = 10;
