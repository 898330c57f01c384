import type { Command } from "commander";
import { expandFiles } from "../jobs/dataset/materialFiles.js";
import { type FileInfo, inspectFile } from "../jobs/inspect/inspect.js";
import { type CommonOptions, type FrameOptions, frameOf, withFrame, withOutput } from "./commonOptions.js";
import { EXIT } from "./exitCodes.js";
import { infoText } from "./infoText.js";
import { Output } from "./output.js";

export function addInfoCommand(program: Command): void {
  const command = program
    .command("info")
    .description("show the contents of VASP files: kind, formula, lattice, grid, blocks, electrons, problems")
    .argument("<file...>", "files or globs");
  withOutput(withFrame(command)).action(runInfo);
}

async function runInfo(files: string[], options: CommonOptions & FrameOptions): Promise<void> {
  const output = new Output(options);
  for (const file of expandFiles(files)) {
    const { info, problems } = await inspectFile(file, frameOf(options));
    output.event(info);
    output.problems(file, problems);
    if (problems.some(({ severity }) => severity === "error")) output.failed();
    if (hasFacts(info)) output.print(infoText(info));
  }
  process.exitCode = output.failures > 0 ? EXIT.failed : EXIT.done;
}

const hasFacts = ({ file: _, problems: __, ...facts }: FileInfo) =>
  Object.values(facts).some((fact) => fact !== undefined);
