// The bundle dist/cliInfo.js: `r3dvs info` alone.
import { addInfoCommand } from "./infoCommand.js";
import { runProgram } from "./program.js";

runProgram([addInfoCommand]);
