import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { addConvertCommand } from "../../src/cli/convertCommand.js";
import { addDescribeCommand } from "../../src/cli/describeCommand.js";
import { addDoctorCommand } from "../../src/cli/doctorCommand.js";
import { addEncodeCommand } from "../../src/cli/encodeCommand.js";
import { addInfoCommand } from "../../src/cli/infoCommand.js";
import { addPredictCommand } from "../../src/cli/predictCommand.js";
import { addReportCommand } from "../../src/cli/reportCommand.js";
import { addStudyCommand } from "../../src/cli/studyCommand.js";
import { addTargetsCommand } from "../../src/cli/targetsCommand.js";
import { addTrainCommand } from "../../src/cli/trainCommand.js";

const program = new Command();
const adders = [addInfoCommand, addEncodeCommand, addDescribeCommand, addTargetsCommand, addStudyCommand, addTrainCommand];
for (const add of [...adders, addPredictCommand, addReportCommand, addConvertCommand, addDoctorCommand]) add(program);

/** Every line of help, with where it stands. */
const texts = program.commands.flatMap((command) => [
  [command.name(), command.description()] as const,
  ...command.options.map((option) => [`${command.name()} ${option.flags}`, option.description] as const),
  ...command.registeredArguments.map((argument) => [`${command.name()} <${argument.name()}>`, argument.description] as const),
]);

describe("help", () => {
  it("describes every command, option and argument", () => {
    expect(texts.length).toBeGreaterThan(80);
    expect(texts.filter(([, text]) => text.trim().length < 4)).toEqual([]);
  });

  it("never begins with a preposition", () => {
    expect(texts.filter(([, text]) => /^(of|into|with|to|from|in|what)\b/i.test(text))).toEqual([]);
  });

  it("says one per material, not one a material", () => {
    expect(texts.filter(([, text]) => /\b(one|row|folder|line|spectrum|copy) an? \w/.test(text))).toEqual([]);
  });
});
