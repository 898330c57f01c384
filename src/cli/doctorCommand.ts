import { type Command, Option } from "commander";
import { inspectEngines } from "../jobs/engines/inspectEngines.js";
import { INSTALLABLE_NAMES, type Installable } from "../jobs/engines/installPackage.js";
import type { EngineReport } from "../protocol/workerMethods.js";
import { type CommonOptions, withOutput } from "./commonOptions.js";
import { installBackend } from "./installBackend.js";
import { Output } from "./output.js";

export function addDoctorCommand(program: Command): void {
  const command = program
    .command("doctor")
    .description("list compute engines and density readers on this machine, with their self-checks and speed");
  command.addOption(
    new Option("--install <backend>", "install an optional engine with npm").choices(INSTALLABLE_NAMES),
  );
  withOutput(command).action((options: CommonOptions & { readonly install?: Installable }) =>
    options.install === undefined ? runDoctor(options) : installBackend(new Output(options), options.install),
  );
}

function runDoctor(options: CommonOptions): void {
  const output = new Output(options);
  const { engines, ...machine } = inspectEngines();
  output.event(machine);
  for (const engine of engines) output.event(engine);
  output.print(
    `r3dvs ${machine.version}, Node ${machine.node}, ${machine.platform}, ${machine.processor}, ${machine.threads} threads`,
  );
  for (const engine of engines) output.print(lineOf(engine, engine.backend === machine.default));
  output.print(`${"reading".padEnd(10)}${machine.reader}`);
}

function lineOf(report: EngineReport, isDefault: boolean): string {
  const name = report.backend.padEnd(10);
  const warnings = report.problems.map(({ message }) => message).join("; ");
  if (!report.available) return `${name}not available: ${warnings}`;
  const { instructionSet, selfTestSeconds = 0, samplesPerCpuSecond: speed } = report;
  const tested =
    selfTestSeconds > 0 ? `passed its self-check in ${selfTestSeconds.toFixed(2)} s` : "needs no self-check";
  const rates = speed ? `light ${speed.light.toFixed(0)}, deep ${speed.deep.toFixed(0)} samples per CPU second` : "";
  return `${name}${instructionSet}, ${tested}, ${rates}${isDefault ? ", the default" : ""}${warnings === "" ? "" : `; ${warnings}`}`;
}
