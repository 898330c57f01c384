import { readFileSync } from "node:fs";
import path from "node:path";
import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { addEncodeCommand } from "../../src/cli/encodeCommand.js";
import { addInfoCommand } from "../../src/cli/infoCommand.js";
import { addPredictCommand } from "../../src/cli/predictCommand.js";
import { addReportCommand } from "../../src/cli/reportCommand.js";
import { addStudyCommand } from "../../src/cli/studyCommand.js";
import { addTargetsCommand } from "../../src/cli/targetsCommand.js";
import { addTrainCommand } from "../../src/cli/trainCommand.js";
import { taskProperties, taskTexts } from "../../src/core/settings/taskProperties.js";
import { formatProblem, problem } from "../../src/core/text/problem.js";
import { TASK_OPTIONS, taskArguments } from "../../src/host/tasks/taskArguments.js";

const manifest = JSON.parse(readFileSync(path.resolve(import.meta.dirname, "../../package.json"), "utf8"));
const [definition] = manifest.contributes.taskDefinitions;
const now = new Date(2026, 10, 22, 17, 30, 5);
const words = (settings: Parameters<typeof taskArguments>[0], threads = 0) => taskArguments(settings, { now, threads });

describe("taskArguments", () => {
  it("writes options as the command line has them, what is read last", () => {
    expect(
      words({ command: "encode", paths: ["oxides", "-odd"], output: "a.npz", dl: 0.5, packed: false, rotations: 3 }),
    ).toEqual([...["encode", "--output", "a.npz", "--dl", "0.5", "--rotations", "3"], ...["--", "oxides", "-odd"]]);
    expect(
      words({
        command: "study",
        paths: ["d"],
        output: "run",
        trainSizes: [10, 20],
        models: ["r3dvs", "cm"],
        resume: true,
      }),
    ).toEqual([
      ...["study", "--output", "run", "--resume", "--models", "r3dvs,cm", "--train-sizes", "10,20", "--", "d"],
    ]);
    expect(words({ command: "targets", paths: ["d"], arguments: ["--per-cell"] })).toEqual([
      "targets",
      "--per-cell",
      "--",
      "d",
    ]);
  });

  it("puts the model where the command has it", () => {
    expect(words({ command: "train", paths: ["d"], output: "m", model: "cm", target: "band_gap" })).toEqual([
      ...["train", "--output", "m", "--model", "cm", "--target", "band_gap", "--", "d"],
    ]);
    expect(words({ command: "predict", paths: ["CHGCAR"], model: "m" })).toEqual(["predict", "--", "m", "CHGCAR"]);
    expect(words({ command: "predict", paths: ["CHGCAR"] })).toEqual(["predict", "--", "oxides", "CHGCAR"]);
  });

  it("makes of a study without an output a run of its dataset", () => {
    const output = (settings: object) => words({ command: "study", paths: ["data/oxides/"], ...settings })?.[2];
    expect(output({ preset: "quick" })).toBe("data/oxides/.r3dvs/runs/2026-11-22 17.30.05 quick");
    expect(output({})).toBe("data/oxides/.r3dvs/runs/2026-11-22 17.30.05 task");
    expect(words({ command: "study", paths: ["d"], resume: true })).not.toContain("--output");
  });

  it("takes the threads of the settings where the command has any and the task names none", () => {
    expect(words({ command: "predict", paths: ["a"] }, 3)).toContain("--threads");
    expect(words({ command: "predict", paths: ["a"], threads: 5 }, 3)?.slice(0, 3)).toEqual([
      "predict",
      "--threads",
      "5",
    ]);
    expect(words({ command: "info", paths: ["a"] }, 3)).toEqual(["info", "--", "a"]);
  });

  it("refuses what is no task", () => {
    expect(words({ command: "" })).toBeUndefined();
    expect(words({ command: "--version" })).toBeUndefined();
    expect(words({ command: 3 as unknown as string })).toBeUndefined();
    expect(words({ command: "info", paths: "CHGCAR" as unknown as string[] })).toBeUndefined();
  });
});

describe("the task definition of the manifest", () => {
  const program = new Command();
  const adders = [
    addInfoCommand,
    addEncodeCommand,
    addTargetsCommand,
    addStudyCommand,
    addTrainCommand,
    addPredictCommand,
    addReportCommand,
  ];
  for (const add of adders) add(program);
  const options = program.commands.flatMap((command) => command.options);
  const own = Object.keys(definition.properties).filter(
    (name) => !["command", "paths", "output", "model", "arguments"].includes(name),
  );

  it("has the commands of the command line", () => {
    expect([...definition.properties.command.enum].sort()).toEqual(
      program.commands.map((command) => command.name()).sort(),
    );
    expect(definition.properties.command.enumDescriptions.length).toBe(definition.properties.command.enum.length);
  });

  it("declares each property that a task can have, and each is an option of the command line", () => {
    expect(own.sort()).toEqual([...TASK_OPTIONS].sort());
    const names = new Set(options.map((option) => option.attributeName()));
    expect(own.filter((name) => !names.has(name))).toEqual([]);
  });

  it("has of each setting what the table of settings says, in English too; `npm run settings` writes it", () => {
    const texts = JSON.parse(readFileSync(path.resolve(import.meta.dirname, "../../package.nls.json"), "utf8"));
    expect(definition.properties).toMatchObject(JSON.parse(JSON.stringify(taskProperties())));
    expect(texts).toMatchObject(taskTexts());
  });

  it("offers the values that the command line takes", () => {
    for (const name of own) {
      const choices = options.find((option) => option.attributeName() === name && option.argChoices)?.argChoices;
      if (choices) expect(definition.properties[name].enum, name).toEqual(choices);
    }
  });
});

describe("the problem matcher of the manifest", () => {
  const [matcher] = manifest.contributes.problemMatchers;
  const pattern = new RegExp(matcher.pattern.regexp);

  it.each(["/data/酸化物/mp-1/CHGCAR.gz", "C:\\data\\CHGCAR", "a:3/CHGCAR", "CHGCAR"])(
    "reads the problems that the command line prints of %s",
    (file) => {
      const found = pattern.exec(
        formatProblem(file, problem("warning", { line: 12, column: 3 }, "expected {0}: 5:6: error: no", "a number")),
      );
      expect(found?.slice(1)).toEqual([file, "12", "3", "warning", "expected a number: 5:6: error: no"]);
    },
  );

  it("leaves other lines alone", () => {
    expect(pattern.exec("mp-1  Band gap = 4.4 ± 0.3 eV")).toBeNull();
    expect(pattern.exec("r3dvs: error: there is no folder x")).toBeNull();
  });
});
