import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { studySchema } from "../../../src/core/settings/studySchema.js";
import { MODELS } from "../../../src/jobs/models/modelNames.js";
import { parseConfig } from "../../../src/jobs/settings/configFile.js";

interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly $ref?: string;
  readonly additionalProperties?: { readonly properties: Readonly<Record<string, Schema>> };
}

const root = path.resolve(import.meta.dirname, "../../..");
const schema = JSON.parse(readFileSync(path.join(root, "media/schemas/r3dvs.schema.json"), "utf8")) as {
  properties: Record<string, Schema>;
  definitions: Record<"slope" | "normalization", Schema> & {
    layer: {
      oneOf: readonly {
        required: readonly string[];
        properties: Record<string, Schema & { readonly const?: string }>;
      }[];
    };
  };
};
const { $schema: _, ...properties } = schema.properties;

/** Values that the schema allows, its limits among them. */
function allowed(entry: Schema): readonly unknown[] {
  if (entry.$ref) return allowed(properties[entry.$ref.replace("#/properties/", "")] ?? {});
  if (entry.additionalProperties) {
    const own = Object.entries(entry.additionalProperties.properties);
    expect(own.length).toBeGreaterThan(10);
    return own.flatMap(([key, part]) => allowed(part).map((value) => ({ band_gap: { [key]: value } })));
  }
  if (entry.enum) return entry.enum;
  if (entry.anyOf) return entry.anyOf.slice(0, 1).flatMap(allowed);
  if (entry.type === "array") return [allowed(entry.items ?? {})];
  if (entry.type === "integer") return [entry.minimum ?? 1, 7];
  if (entry.type === "number") return [entry.minimum ?? 0.1, entry.maximum ?? 0.2];
  return ["band_gap"];
}

const CONVOLUTION = { kind: "convolution", filters: 4 };

function allowedOfLayer(entry: Schema): readonly unknown[] {
  return allowed(entry.$ref ? (schema.definitions[entry.$ref.replace("#/definitions/", "") as "slope"] ?? {}) : entry);
}

describe("the schema of r3dvs.json", () => {
  it.each(Object.entries(properties))("allows only what a study takes: %s", (key, entry) => {
    for (const value of allowed(entry))
      expect(parseConfig(JSON.stringify({ [key]: value })).problems, JSON.stringify(value)).toEqual([]);
  });

  it("allows only layers that a network takes, and names all of their keys", () => {
    const kinds = schema.definitions.layer.oneOf.map(({ properties, required }) => {
      const { kind, ...rest } = properties;
      const choices = Object.entries(rest).map(([key, entry]) => [key, allowedOfLayer(entry)[0]] as const);
      for (const keys of [Object.keys(rest), required]) {
        const layer = { kind: kind?.const, ...Object.fromEntries(choices.filter(([key]) => keys.includes(key))) };
        const network = layer.kind === "convolution" ? [layer] : [CONVOLUTION, layer];
        expect(parseConfig(JSON.stringify({ network })).problems, JSON.stringify(layer)).toEqual([]);
      }
      return `${kind?.const}: ${Object.keys(rest)}`;
    });
    expect(kinds).toEqual([
      "convolution: filters,padding,slope,normalization",
      "pool: mode",
      "dense: units,slope,normalization",
      "dropout: rate",
    ]);
  });

  it("is what the table of settings says; `npm run settings` writes it", () => {
    expect(schema).toEqual(JSON.parse(JSON.stringify(studySchema(MODELS))));
  });
});
