import type { Command } from "commander";
import type { Problem } from "../core/text/problem.js";
import { combineFields, type Field, fieldOf, type Grids } from "../jobs/surfaces/gridFields.js";
import { readGrids } from "../jobs/surfaces/readGrids.js";
import { type CommonOptions, type FrameOptions, frameOf, withFrame, withOutput } from "./commonOptions.js";
import { EXIT } from "./exitCodes.js";
import { onInterruption } from "./interruption.js";
import { Output } from "./output.js";

export interface FieldOptions extends CommonOptions, FrameOptions {
  readonly block?: string;
  readonly plus?: readonly string[];
  readonly minus?: readonly string[];
}

/** Points are not averaged for files and numbers as they are for pictures, up to here (2 GB). */
const MAX_POINTS = 2 ** 29;

/** Which field of a file, and what is added to it. */
export function withField(command: Command): Command {
  const names = "total, magnetization, up, down, mx, my, mz, |m|; of a LOCPOT up, down, mean; default: the first";
  return withOutput(
    withFrame(command)
      .option("--block <name>", `field to use: ${names}`)
      .option("--plus <file>", "add the same field of another file on the same grid; may be repeated", listed)
      .option("--minus <file>", "subtract the same field of another file on the same grid; may be repeated", listed),
  );
}

const listed = (file: string, before: readonly string[] = []): readonly string[] => [...before, file];

/** Problems as `--json` shows them. */
export const shownProblems = (problems: readonly Problem[]) =>
  problems.map(({ severity, line, column, message }) => ({ severity, line, column, message }));

/**
 * Reads grids; undefined, and told, where there is no complete block. Incomplete files fail, but what is complete is
 * used.
 */
export async function readInput(file: string, options: FrameOptions, output: Output): Promise<Grids | undefined> {
  const cancellation = onInterruption();
  const reading = new AbortController();
  cancellation.onCancel(() => reading.abort());
  const { grids, problems } = await readGrids(file, {
    ...frameOf(options),
    maxPoints: MAX_POINTS,
    signal: reading.signal,
  });
  output.problems(file, problems);
  if (problems.some(({ severity }) => severity === "error")) output.failed();
  if (!grids) output.event({ file, problems: shownProblems(problems) });
  return grids;
}

/** The field that the options name. Throws UsageError where there is none such. */
export async function readField(file: string, options: FieldOptions, output: Output): Promise<Field | undefined> {
  const grids = await readInput(file, options, output);
  let field = grids && fieldOf(grids, options.block);
  const terms = [
    ...(options.plus ?? []).map((file) => [file, 1] as const),
    ...(options.minus ?? []).map((file) => [file, -1] as const),
  ];
  for (const [other, factor] of terms) {
    if (!field) break;
    const added = await readInput(other, {}, output);
    field = added && combineFields(field, fieldOf(added, options.block), factor);
  }
  return field;
}

/** Runs one command on one file; the exit code tells whether everything could be read. */
export async function onFile(options: CommonOptions, work: (output: Output) => Promise<void>): Promise<void> {
  const output = new Output(options);
  await work(output);
  process.exitCode = output.failures > 0 ? EXIT.failed : EXIT.done;
}
