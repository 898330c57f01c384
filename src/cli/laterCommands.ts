import type { Command } from "commander";
import { UsageError } from "../jobs/files/usageError.js";

/** Commands of the method's page that this version cannot do yet: named, so that they are not taken for a spelling mistake. */
export function addLaterCommands(program: Command): void {
  for (const name of ["submit"]) {
    const command = program.command(name, { hidden: true }).allowUnknownOption().argument("[anything...]");
    command.action(() => {
      throw new UsageError(`${name} is not available in this version`);
    });
  }
}
