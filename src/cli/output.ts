import { SingleBar } from "cli-progress";
import { printable, printableJson } from "../core/text/printable.js";
import { type FileProblem, formatProblem, type Problem } from "../core/text/problem.js";

export interface OutputOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Of one file: a damaged table has one in every line. */
const MOST_PROBLEMS = 100;

/**
 * Where a command's words go: results to stdout (JSON Lines with `--json`), problems to stderr, a bar only to a
 * terminal.
 */
export class Output {
  readonly json: boolean;
  private readonly quiet: boolean;
  private bar: SingleBar | undefined;
  private errors = 0;
  /** Problems by file. */
  private readonly told = new Map<string, number>();

  constructor(options: OutputOptions) {
    this.json = options.json === true;
    this.quiet = options.quiet === true;
  }

  /** Inputs that failed so far; decides between exit codes 0 and 1. */
  get failures(): number {
    return this.errors;
  }

  /** One JSON object, with `--json` only. */
  event(object: object): void {
    if (this.json) process.stdout.write(`${printableJson(JSON.stringify(object))}\n`);
  }

  /** Text for people, not with `--json`; with `--quiet` only what was asked for itself. */
  print(text: string): void {
    if (!this.json) process.stdout.write(`${printable(text)}\n`);
  }

  note(text: string): void {
    if (!this.json && !this.quiet) this.beside(`${text}\n`);
  }

  /** In the compilers' form, on stderr; with `--json` the caller's event carries them. */
  problems(file: string, problems: readonly Problem[]): void {
    if (this.json) return;
    const wanted = this.quiet ? problems.filter(({ severity }) => severity === "error") : problems;
    const before = this.told.get(file) ?? 0;
    const told = wanted.slice(0, Math.max(0, MOST_PROBLEMS - before));
    this.told.set(file, before + wanted.length);
    if (told.length > 0) this.beside(told.map((problem) => `${formatProblem(file, problem)}\n`).join(""));
    if (before <= MOST_PROBLEMS && before + wanted.length > MOST_PROBLEMS)
      this.beside(`${file}: only the first ${MOST_PROBLEMS} problems are shown\n`);
  }

  /** What was found on the way to the inputs: folders that are left out, files that were chosen among several. */
  remarks(remarks: readonly FileProblem[]): void {
    for (const { file, problem } of remarks) {
      this.problems(file, [problem]);
      if (problem.severity === "error") this.failed();
      const isUsed = problem.severity === "information";
      this.event(
        isUsed
          ? { event: "chosen", file, problems: [problem] }
          : { event: "skipped", id: file, file, problems: [problem] },
      );
    }
  }

  /** An input that could not be used. */
  failed(): void {
    this.errors++;
  }

  startBar(total: number, what: string): void {
    if (!process.stderr.isTTY || this.quiet || this.json) return;
    this.bar = new SingleBar({
      format: `${what} {bar} {value}/{total} {note}`,
      stream: process.stderr,
      hideCursor: true,
      clearOnComplete: true,
      etaBuffer: 50,
    });
    this.bar.start(total, 0, { note: "" });
  }

  /** Without a note the last one stays. */
  step(done: number, note?: string): void {
    this.bar?.update(done, note === undefined ? {} : { note: printable(note) });
  }

  stopBar(): void {
    this.bar?.stop();
    this.bar = undefined;
  }

  /** Writes to stderr without tearing the bar. */
  private beside(text: string): void {
    if (this.bar) process.stderr.write("\r\u001b[K");
    process.stderr.write(printable(text));
  }
}
