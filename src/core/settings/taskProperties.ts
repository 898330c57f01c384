import { SETTING_KEYS, SETTINGS, type SettingType } from "./settingsTable.js";
import type { StudyOptions } from "./studyOptions.js";
import { type Schema, sentence, typeSchema } from "./studySchema.js";

/** The settings that a task of the editor can name: all but those that stand in a file of settings alone. */
export const TASK_SETTINGS: readonly (keyof StudyOptions)[] = SETTING_KEYS.filter(
  (key) => SETTINGS[key].type.kind !== "perTarget",
);

/** What the manifest declares of each; the text is a translated one. */
export function taskProperties(): Readonly<Record<string, Schema>> {
  return Object.fromEntries(
    TASK_SETTINGS.map((key) => [key, { ...taskType(SETTINGS[key].type), description: `%task.${key}%` }]),
  );
}

/** The English of those texts, for what no other command has as well. */
export function taskTexts(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    TASK_SETTINGS.filter((key) => !SHARED.has(key)).map((key) => [`task.${key}`, sentence(SETTINGS[key].help)]),
  );
}

/** Of several commands, with a text for all of them. */
const SHARED: ReadonlySet<string> = new Set(["targets", "models", "rotations", "threads"]);

/** As the manifest has types: with `type` always, models as texts, a network by its name. */
function taskType(type: SettingType): Schema {
  if (type.kind === "choice" || type.kind === "network") return { type: "string", enum: type.choices };
  if (type.kind === "choices") return { type: "array", items: { type: "string", enum: type.choices } };
  if (type.kind === "models" || type.kind === "columns") return { type: "array", items: { type: "string" } };
  const { minItems: _, ...schema } = typeSchema(type, []);
  return schema;
}
