import type { Command } from "commander";
import { FILE_START, type FileProblem, problem } from "../core/text/problem.js";
import { writeFileAtomically } from "../jobs/files/atomicFile.js";
import { findOutputs, type OutputFiles } from "../jobs/outputs/outputFiles.js";
import { type MaterialTargets, readTargets } from "../jobs/outputs/targetsReading.js";
import { readReferences } from "../jobs/outputs/targetsReferences.js";
import { elementsWithoutReference, type TargetsRow, targetsCsv, targetsRow } from "../jobs/outputs/targetsTable.js";
import { type CommonOptions, withOutput } from "./commonOptions.js";
import { EXIT } from "./exitCodes.js";
import { onInterruption } from "./interruption.js";
import { Output } from "./output.js";

interface Options extends CommonOptions {
  readonly output?: string;
  readonly references?: string;
  readonly perCell?: boolean;
  readonly density: boolean;
}

export function addTargetsCommand(program: Command): void {
  const command = program
    .command("targets")
    .description(
      "collect target values from OUTCAR, vasprun.xml and EIGENVAL: one row per material, energies in eV/atom",
    )
    .argument("<path...>", "dataset folders, material folders, output files or globs")
    .option("-o, --output <targets.csv>", "output file (default: stdout)")
    .option("--references <file>", "atomic energies in eV by element (JSON or CSV), for the cohesive energy")
    .option("--per-cell", "add columns with energies per cell")
    .option("--no-density", "do not compare a CHGCAR's electrons with NELECT");
  withOutput(command).action(runTargets);
}

async function runTargets(paths: string[], options: Options): Promise<void> {
  const output = new Output(options);
  const references = options.references === undefined ? undefined : readReferences(options.references);
  const cancellation = onInterruption();
  const reading = new AbortController();
  cancellation.onCancel(() => reading.abort());
  const { materials, missing } = findOutputs(paths);
  for (const place of missing) reportMissing(output, place);
  const table = { perCell: options.perCell === true, ...(references && { references }) };
  const rows: TargetsRow[] = [];
  output.startBar(materials.length, "reading");
  try {
    for (const [index, files] of materials.entries()) {
      const { targets, problems: found } = await readTargets(files, {
        checkDensity: options.density,
        signal: reading.signal,
      });
      const problems = [...found, ...referenceProblems(files, targets, references)];
      const row = hasValues(targets) ? targetsRow(targets, table) : undefined;
      if (row) rows.push(row);
      report(output, files, row, problems);
      output.step(index + 1, files.id);
    }
  } catch (error) {
    // the exit code is set where the interruption is received
    if (cancellation.cancelled) return;
    throw error;
  } finally {
    output.stopBar();
  }
  write(output, options, rows);
  process.exitCode = output.failures > 0 ? EXIT.failed : EXIT.done;
}

function write(output: Output, options: Options, rows: readonly TargetsRow[]): void {
  if (options.output !== undefined) {
    if (rows.length > 0) writeFileAtomically(options.output, targetsCsv(rows));
    output.note(
      `${rows.length} ${rows.length === 1 ? "material" : "materials"}: ${options.output}${rows.length > 0 ? "" : " is not written"}`,
    );
  } else if (rows.length > 0) output.print(targetsCsv(rows).trimEnd());
}

const hasValues = ({ hartree, total, gap }: MaterialTargets) =>
  hartree !== undefined || total !== undefined || gap !== undefined;

function referenceProblems(
  files: OutputFiles,
  targets: MaterialTargets,
  references: ReadonlyMap<string, number> | undefined,
): FileProblem[] {
  if (!references || !hasValues(targets)) return [];
  const file = files.outcar ?? files.vasprun ?? files.place;
  const lacking = elementsWithoutReference(targets, references);
  if (targets.elements === undefined)
    return [
      { file, problem: problem("error", FILE_START, "the file does not state the elements: no cohesive energy") },
    ];
  return lacking.map((element) => ({
    file,
    problem: problem("error", FILE_START, "{0} has no atomic reference energy", element),
  }));
}

function report(
  output: Output,
  files: OutputFiles,
  row: TargetsRow | undefined,
  problems: readonly FileProblem[],
): void {
  for (const { file, problem: one } of problems) output.problems(file, [one]);
  if (problems.some(({ problem: { severity } }) => severity === "error")) output.failed();
  const shown = problems.map(({ file, problem: { severity, line, column, message } }) => ({
    file,
    severity,
    line,
    column,
    message,
  }));
  const told = shown.length > 0 ? { problems: shown } : {};
  output.event(row ? { ...row, ...told } : { id: files.id, ...told });
}

function reportMissing(output: Output, place: string): void {
  const one = problem("error", FILE_START, "no OUTCAR, vasprun.xml or EIGENVAL here");
  output.failed();
  output.problems(place, [one]);
  const { severity, line, column, message } = one;
  output.event({ id: place, problems: [{ file: place, severity, line, column, message }] });
}
