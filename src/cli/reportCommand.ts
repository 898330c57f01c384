import type { Command } from "commander";
import { writeReport } from "../jobs/report/writeReport.js";
import { type CommonOptions, withOutput } from "./commonOptions.js";
import { Output } from "./output.js";

export function addReportCommand(program: Command): void {
  const command = program
    .command("report")
    .description("write a run's figures, tables and provenance as one page, and mae.csv beside it")
    .argument("<run>", "a run's folder, finished or not")
    .option("-o, --output <report.html>", "default: report.html in the run's folder");
  withOutput(command).action((run: string, options: CommonOptions & { readonly output?: string }) => {
    const output = new Output(options);
    const file = writeReport(run, options.output);
    output.event({ event: "finished", file });
    output.note(file);
  });
}
