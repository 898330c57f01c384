import type { Command } from "commander";
import { writeReport } from "../jobs/report/writeReport.js";
import { type CommonOptions, withOutput } from "./commonOptions.js";
import { Output } from "./output.js";

export function addReportCommand(program: Command): void {
  const command = program
    .command("report")
    .description("write report.html (figures, tables, provenance) and mae.csv for a run")
    .argument("<run>", "run folder, finished or not")
    .option("-o, --output <report.html>", "output file (default: report.html in the run folder)");
  withOutput(command).action((run: string, options: CommonOptions & { readonly output?: string }) => {
    const output = new Output(options);
    const file = writeReport(run, options.output);
    output.event({ event: "finished", file });
    output.note(file);
  });
}
