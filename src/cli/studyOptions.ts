import type { Command } from "commander";
import { SETTING_KEYS } from "../core/settings/settingsTable.js";
import type { StudyOptions } from "../core/settings/studyOptions.js";
import { formatProblem } from "../core/text/problem.js";
import { UsageError } from "../jobs/files/usageError.js";
import { readConfig } from "../jobs/settings/configFile.js";
import { withOptions } from "../jobs/settings/studySettings.js";

export function withConfig(command: Command): Command {
  return command.option("--config <r3dvs.json>", "settings file; command-line options override it");
}

/** The settings of `--config` with the options on top. Throws `UsageError`, one line a problem. */
export function studyOptionsOf(given: StudyOptions & { readonly config?: string }): StudyOptions {
  const { config, ...rest } = given;
  const options = Object.fromEntries(
    SETTING_KEYS.flatMap((key) => (rest[key] === undefined ? [] : [[key, rest[key]]])),
  ) as StudyOptions;
  if (config === undefined) return options;
  const { value, problems } = readConfig(config);
  if (value === undefined) throw new UsageError(problems.map((problem) => formatProblem(config, problem)).join("\n"));
  return withOptions(value, options);
}
