// The bundle dist/cliCommands.js: all commands.
import { addCheckCommand } from "./checkCommand.js";
import { addConvertCommand } from "./convertCommand.js";
import { addDescribeCommand } from "./describeCommand.js";
import { addDoctorCommand } from "./doctorCommand.js";
import { addEncodeCommand } from "./encodeCommand.js";
import { addInfoCommand } from "./infoCommand.js";
import { addLaterCommands } from "./laterCommands.js";
import { addPredictCommand } from "./predictCommand.js";
import { runProgram } from "./program.js";
import { addReportCommand } from "./reportCommand.js";
import { addStudyCommand } from "./studyCommand.js";
import { addTargetsCommand } from "./targetsCommand.js";
import { addTrainCommand } from "./trainCommand.js";

runProgram([
  addInfoCommand,
  addEncodeCommand,
  addDescribeCommand,
  addTargetsCommand,
  addStudyCommand,
  addTrainCommand,
  addPredictCommand,
  addCheckCommand,
  addReportCommand,
  addConvertCommand,
  addDoctorCommand,
  addLaterCommands,
]);
