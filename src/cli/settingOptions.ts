import { type Command, InvalidArgumentError, Option } from "commander";
import { costText, defaultText } from "../core/settings/defaults.js";
import {
  neededInstead,
  SETTING_KEYS,
  SETTINGS,
  type SettingGroup,
  type SettingType,
} from "../core/settings/settingsTable.js";
import type { StudyOptions } from "../core/settings/studyOptions.js";
import { DEFAULT_MODELS, MODEL_CHOICE } from "../jobs/models/modelNames.js";
import { list } from "./commonOptions.js";

const HEADINGS: Readonly<Record<SettingGroup, string>> = {
  protocol: "Protocol:",
  voxels: "Voxels:",
  networks: "Networks:",
  "kernel models": "Kernel models:",
  computing: "Computing:",
};

/** The settings that a command takes as options; those that are maps stand in a file of settings alone. */
export function settingKeys(of: "study" | "train"): (keyof StudyOptions)[] {
  return SETTING_KEYS.filter(
    (key) => SETTINGS[key].type.kind !== "perTarget" && (of === "study" || !SETTINGS[key].studyOnly),
  );
}

/** Adds an option for each setting of the table. No default stands in them: a file of settings comes first. */
export function withSettings(command: Command, of: "study" | "train"): Command {
  for (const key of settingKeys(of)) command.addOption(optionOf(key));
  return command;
}

function optionOf(key: keyof StudyOptions): Option {
  const { type, value, group } = SETTINGS[key];
  const flag = `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const option = new Option(`${flag} ${value}`, helpOf(key)).helpGroup(HEADINGS[group]);
  if (type.kind === "choice" || type.kind === "network") return option.choices(type.choices);
  return option.argParser((text: string) => parsed(type, text));
}

/** What it is; its default; what it costs. */
export function helpOf(key: keyof StudyOptions): string {
  const { help, type } = SETTINGS[key];
  const choices =
    type.kind === "models" ? `: ${MODEL_CHOICE}` : type.kind === "choices" ? `: ${type.choices.join(", ")}` : "";
  const told = type.kind === "models" ? DEFAULT_MODELS.join(",") : defaultText(key);
  const cost = costText(key);
  return `${help}${choices} (default: ${told})${cost === undefined ? "" : `; ${cost}`}`;
}

function parsed(type: SettingType, text: string): unknown {
  const value = read(type, text);
  const needed = neededInstead(type, value);
  if (needed !== undefined) throw new InvalidArgumentError(`It must be ${needed}.`);
  return value;
}

function read({ kind }: SettingType, text: string): unknown {
  if (kind === "whole" || kind === "number") return numberOf(text);
  return kind === "wholes" ? list(text).map(numberOf) : list(text);
}

/** No number for what JavaScript reads as one and people do not: an empty text, `0x10`, `1e`. */
const numberOf = (text: string) =>
  /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text.trim()) ? Number(text) : Number.NaN;
