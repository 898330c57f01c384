// The bundle dist/cliCommands.js: all commands.
import { COMMANDS } from "./commands.js";
import { runProgram } from "./program.js";

runProgram(COMMANDS);
