import { costText, defaultOf, defaultText } from "./defaults.js";
import { LAYER_DEFINITIONS } from "./layerSchema.js";
import { SETTING_KEYS, SETTINGS, type SettingType } from "./settingsTable.js";
import { type StudyOptions, TARGET_TRAINING_KEYS } from "./studyOptions.js";

/** A JSON Schema, or a part of one. */
export type Schema = Readonly<Record<string, unknown>>;

/** The schema of `r3dvs.json`: what `media/schemas/r3dvs.schema.json` holds. `models`: those of one step. */
export function studySchema(models: readonly string[]): Schema {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "R3DVS study",
    description: "Settings of a study: the options of `r3dvs study --config`. What is left out comes from the preset.",
    type: "object",
    additionalProperties: false,
    definitions: LAYER_DEFINITIONS,
    properties: {
      $schema: { type: "string" },
      ...Object.fromEntries(SETTING_KEYS.map((key) => [key, property(key, models)])),
    },
  };
}

function property(key: keyof StudyOptions, models: readonly string[]): Schema {
  const { type, help } = SETTINGS[key];
  const value = defaultOf(key, "standard");
  const isFixed = defaultText(key) === String(value);
  const cost = costText(key);
  const sentences = [help, ...(isFixed ? [] : [`default: ${defaultText(key)}`]), ...(cost === undefined ? [] : [cost])];
  return {
    ...typeSchema(type, models),
    ...(isFixed && { default: value }),
    description: sentences.map(sentence).join(" "),
  };
}

/** The part of a schema that says what a value may be; the editor's tasks have it too. */
export function typeSchema(type: SettingType, models: readonly string[]): Schema {
  switch (type.kind) {
    case "choice":
      return { enum: type.choices };
    case "whole":
      return { type: "integer", ...limits(type) };
    case "number":
      return { type: "number", ...limits(type) };
    case "choices":
      return listOf({ enum: type.choices }, { uniqueItems: true });
    case "wholes":
      return listOf({ type: "integer", ...limits(type) });
    case "columns":
      return listOf({ type: "string" });
    case "models":
      return listOf(
        { anyOf: [{ enum: [...models, ...TWO_STEPS] }, { type: "string", pattern: twoSteps(models) }] },
        { uniqueItems: true },
      );
    case "network":
      return {
        anyOf: [{ enum: type.choices }, { type: "array", minItems: 1, items: { $ref: "#/definitions/layer" } }],
      };
    case "perTarget":
      return {
        type: "object",
        additionalProperties: { type: "object", additionalProperties: false, properties: targetProperties() },
      };
  }
}

/** The models of two steps that an editor offers; any two make one. */
const TWO_STEPS = ["soap+r3dvs", "soap+cm", "density+r3dvs"];

const listOf = (items: Schema, more: Schema = {}): Schema => ({ type: "array", minItems: 1, ...more, items });
const twoSteps = (models: readonly string[]) => `^(${models.join("|")})\\+(${models.join("|")})$`;

function targetProperties(): Schema {
  return Object.fromEntries(
    ["normalize", ...TARGET_TRAINING_KEYS].map((key) => [key, { $ref: `#/properties/${key}` }]),
  );
}

function limits({
  above,
  least,
  most,
}: {
  readonly above?: number;
  readonly least?: number;
  readonly most?: number;
}): Schema {
  return {
    ...(above !== undefined && { exclusiveMinimum: above }),
    ...(least !== undefined && { minimum: least }),
    ...(most !== undefined && { maximum: most }),
  };
}

/** With a capital and a full stop. */
export const sentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.)]$/.test(text) ? "" : "."}`.replace(/\)$/, ").");
