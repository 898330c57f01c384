import { Command, CommanderError } from "commander";
import { UsageError } from "../jobs/usageError.js";
import { softwareVersion } from "../jobs/version.js";
import { RpcError } from "../protocol/rpc.js";
import { addConvertCommand } from "./convertCommand.js";
import { addDescribeCommand } from "./describeCommand.js";
import { addDoctorCommand } from "./doctorCommand.js";
import { addEncodeCommand } from "./encodeCommand.js";
import { EXIT } from "./exitCodes.js";
import { addInfoCommand } from "./infoCommand.js";
import { addLaterCommands } from "./laterCommands.js";
import { addPredictCommand } from "./predictCommand.js";
import { addReportCommand } from "./reportCommand.js";
import { addStudyCommand } from "./studyCommand.js";
import { addTargetsCommand } from "./targetsCommand.js";
import { addTrainCommand } from "./trainCommand.js";

const program = new Command("r3dvs")
  .description("Reciprocal-lattice 3D voxel descriptors of VASP charge densities: encode them, learn from them, predict.")
  .version(softwareVersion)
  .exitOverride()
  .showHelpAfterError("(r3dvs --help shows how)");

const COMMANDS = [
  addInfoCommand,
  addEncodeCommand,
  addDescribeCommand,
  addTargetsCommand,
  addStudyCommand,
  addTrainCommand,
  addPredictCommand,
  addReportCommand,
  addConvertCommand,
  addDoctorCommand,
  addLaterCommands,
];
for (const add of COMMANDS) add(program);

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(EXIT.done);
  throw error;
});

program.parseAsync().then(
  () => {},
  (error: unknown) => {
    process.exitCode = exitCodeOf(error);
  },
);

/** Prints what commander has not printed itself. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (error instanceof RpcError && error.code === "cancelled") return EXIT.interrupted;
  process.stderr.write(`r3dvs: error: ${error instanceof Error ? error.message : String(error)}\n`);
  return error instanceof UsageError ? EXIT.usage : EXIT.failed;
}
