import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { CONFIG_KEYS, parseConfig } from "../../src/jobs/configFile.js";

test("settings of the right form are taken as they are", () => {
  const options = {
    preset: "quick",
    targets: ["band_gap"],
    trainSizes: [25, 50],
    dl: 0.4,
    channels: ["amplitude", "coulomb"],
    validationFraction: 0,
  };
  expect(parseConfig(JSON.stringify({ $schema: "./r3dvs.schema.json", ...options }))).toEqual({ value: options, problems: [] });
});

test("each wrong setting is a problem at its key", () => {
  const text = '{\n  "repeats": 0,\n  "epoch": 3, "dl": "0.4",\n  "models": [],\n  "trainSizes": [10, 2.5],\n  "network": "huge"\n}\n';
  const { value, problems } = parseConfig(text);
  expect(value).toBeUndefined();
  expect(problems.map((p) => `${p.line}:${p.column} ${p.message}`)).toEqual([
    '2:3 "repeats" must be a whole number of at least 1',
    '3:3 there is no setting "epoch"',
    '3:15 "dl" must be a number above 0',
    '4:3 "models" must be a list, each item a text',
    '5:3 "trainSizes" must be a list, each item a whole number of at least 1',
    '6:3 "network" must be one of light, deep',
  ]);
});

test("what one target may have of its own is checked under its name", () => {
  const perTarget = { band_gap: { channels: ["amplitude"], normalize: "atom", patience: 0 }, "E (eV)": {} };
  expect(parseConfig(JSON.stringify({ perTarget }))).toEqual({ value: { perTarget }, problems: [] });
  const text = '{\n "channels": ["power"],\n "perTarget": {\n  "gap": { "channels": ["sound"], "seed": 3 } } }';
  expect(parseConfig(text).problems.map((p) => `${p.line}:${p.column} ${p.message}`)).toEqual([
    '4:3 "channels" of gap must be a list, each item one of amplitude, power, coulomb',
    '4:3 "seed" is no setting of one target (gap)',
  ]);
  expect(parseConfig('{"perTarget": {"gap": 3}}').problems[0]?.message).toBe(
    '"perTarget" must be targets by name, each with settings in { }',
  );
});

test("what is no JSON object says where it breaks", () => {
  const place = (text: string) => parseConfig(text).problems.map((p) => `${p.line}:${p.column} ${p.message}`);
  expect(place('{\n  "seed": 1,\n  oops\n}')).toEqual(["3:3 not valid JSON"]);
  expect(place('{\n  "seed": 1')).toEqual(["2:12 not valid JSON"]);
  expect(place("[1]")).toEqual(["1:1 the settings must stand in { }"]);
  expect(place("")).toEqual(["1:1 not valid JSON"]);
});

test("the schema that the editor checks against names the same settings", () => {
  const schema = JSON.parse(readFileSync(new URL("../../media/schemas/r3dvs.schema.json", import.meta.url), "utf8"));
  expect(Object.keys(schema.properties).sort()).toEqual(["$schema", ...CONFIG_KEYS].sort());
});
