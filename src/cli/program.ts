import { Command, CommanderError } from "commander";
import { messageOf } from "../core/text/messageOf.js";
import { printable } from "../core/text/printable.js";
import { withAddressAdvice } from "../jobs/files/addressSpace.js";
import { UsageError } from "../jobs/files/usageError.js";
import { softwareVersion } from "../jobs/files/version.js";
import { RpcError } from "../protocol/rpc.js";
import { EXIT } from "./exitCodes.js";

/** Does what the process was called for with the commands that are added; its exit code tells how that ended. */
export function runProgram(commands: readonly ((program: Command) => void)[]): void {
  const program = new Command("r3dvs")
    .description("Reciprocal-lattice 3D voxel descriptors of VASP charge densities: encode, train, predict.")
    .version(softwareVersion)
    .exitOverride()
    .showHelpAfterError("(r3dvs --help shows how)");
  for (const add of commands) add(program);

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
}

/** Prints what commander has not printed itself. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (error instanceof RpcError && error.code === "cancelled") return EXIT.interrupted;
  process.stderr.write(`r3dvs: error: ${printable(withAddressAdvice(messageOf(error)))}\n`);
  return error instanceof UsageError ? EXIT.usage : EXIT.failed;
}
