import type { Command } from "commander";
import type { Diagnosis } from "../core/language/diagnosis.js";
import { messageOf } from "../core/text/messageOf.js";
import { checkInput, findInputs } from "../jobs/check/checkInputs.js";
import { UsageError } from "../jobs/files/usageError.js";
import { withOutput } from "./commonOptions.js";
import { EXIT } from "./exitCodes.js";
import { Output, type OutputOptions } from "./output.js";

export function addCheckCommand(program: Command): void {
  const command = program
    .command("check")
    .description(
      "check VASP inputs before a run: INCAR, POSCAR, KPOINTS and POTCAR titles, each and against each other",
    )
    .argument("[path...]", "files, or folders with all below them (default: this folder)")
    .option("--fix", "apply the fixes that keep the meaning of a file");
  withOutput(command).action(runCheck);
}

async function runCheck(paths: string[], options: OutputOptions & { readonly fix?: boolean }): Promise<void> {
  const output = new Output(options);
  const files = inputsAt(paths.length > 0 ? paths : ["."]);
  let fixed = 0;
  const counts = { error: 0, warning: 0, information: 0 };
  for (const file of files) {
    const checked = await checkInput(file, { fix: options.fix === true });
    fixed += checked.fixed;
    output.problems(file, checked.problems);
    for (const found of checked.problems) {
      counts[found.severity]++;
      output.event(eventOf(file, found));
    }
  }
  if (fixed > 0) output.note(`${fixed} fixed`);
  output.note(`${files.length} files: ${counts.error} errors, ${counts.warning} warnings, ${counts.information} hints`);
  process.exitCode = counts.error > 0 ? EXIT.failed : EXIT.done;
}

function inputsAt(paths: readonly string[]): string[] {
  try {
    const files = findInputs(paths);
    if (files.length > 0) return files;
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
  throw new UsageError(`no INCAR, POSCAR, KPOINTS or POTCAR in ${paths.join(", ")}`);
}

const eventOf = (file: string, { severity, line, column, message, code, fixes }: Diagnosis) => ({
  file,
  severity,
  line,
  column,
  message,
  code,
  fixable: fixes.some(({ safe }) => safe),
});
