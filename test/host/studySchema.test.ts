import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parseConfig } from "../../src/jobs/configFile.js";

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

const root = path.resolve(import.meta.dirname, "../..");
const schema = JSON.parse(readFileSync(path.join(root, "media/schemas/r3dvs.schema.json"), "utf8")) as {
  properties: Record<string, Schema>;
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

describe("the schema of r3dvs.json", () => {
  it.each(Object.entries(properties))("allows only what a study takes: %s", (key, entry) => {
    for (const value of allowed(entry)) expect(parseConfig(JSON.stringify({ [key]: value })).problems, JSON.stringify(value)).toEqual([]);
  });

  it("knows every setting that a study takes", () => {
    const source = readFileSync(path.join(root, "src/protocol/runFiles.ts"), "utf8");
    const options = /export interface StudyOptions \{([\s\S]*?)\n\}/.exec(source)?.[1] ?? "";
    const names = [...options.matchAll(/readonly (\w+)\?:/g)].map((match) => match[1] ?? "");
    expect(names.length).toBeGreaterThan(20);
    expect(Object.keys(properties).sort()).toEqual(names.sort());
  });
});
