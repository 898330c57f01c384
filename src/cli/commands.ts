import { addCheckCommand } from "./checkCommand.js";
import { addConvertCommand } from "./convertCommand.js";
import { addDescribeCommand } from "./describeCommand.js";
import { addDoctorCommand } from "./doctorCommand.js";
import { addEncodeCommand } from "./encodeCommand.js";
import { addInfoCommand } from "./infoCommand.js";
import { addIntegrateCommand } from "./integrateCommand.js";
import { addMcpCommand } from "./mcpCommand.js";
import { addPredictCommand } from "./predictCommand.js";
import { addProfileCommand } from "./profileCommand.js";
import { addReportCommand } from "./reportCommand.js";
import { addRunCommand } from "./runCommand.js";
import { addSliceCommand } from "./sliceCommand.js";
import { addStatusCommand } from "./statusCommand.js";
import { addStructureCommand } from "./structureCommand.js";
import { addStudyCommand } from "./studyCommand.js";
import { addSubmitCommand } from "./submitCommand.js";
import { addSurfaceCommand } from "./surfaceCommand.js";
import { addTargetsCommand } from "./targetsCommand.js";
import { addTrainCommand } from "./trainCommand.js";

/** All commands, in the order of the help. */
export const COMMANDS = [
  addInfoCommand,
  addEncodeCommand,
  addDescribeCommand,
  addTargetsCommand,
  addStudyCommand,
  addRunCommand,
  addSubmitCommand,
  addStatusCommand,
  addTrainCommand,
  addPredictCommand,
  addSurfaceCommand,
  addSliceCommand,
  addProfileCommand,
  addIntegrateCommand,
  addStructureCommand,
  addCheckCommand,
  addReportCommand,
  addConvertCommand,
  addDoctorCommand,
  addMcpCommand,
];
