import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { CONFIG_KEYS, parseConfig } from "../../../src/jobs/settings/configFile.js";

test("settings of the right form are taken as they are", () => {
  const options = {
    preset: "quick",
    targets: ["band_gap"],
    trainSizes: [25, 50],
    dl: 0.4,
    channels: ["amplitude", "coulomb"],
    validationFraction: 0,
  };
  expect(parseConfig(JSON.stringify({ $schema: "./r3dvs.schema.json", ...options }))).toEqual({
    value: options,
    problems: [],
  });
});

test("each wrong setting is a problem at its key", () => {
  const text =
    '{\n  "repeats": 0,\n  "epoch": 3, "dl": "0.4",\n  "models": [],\n  "trainSizes": [10, 2.5],\n  "network": "huge"\n}\n';
  const { value, problems } = parseConfig(text);
  expect(value).toBeUndefined();
  expect(problems.map((p) => `${p.line}:${p.column} ${p.message}`)).toEqual([
    '2:3 "repeats" must be a whole number from 1 to 100000',
    '3:3 unknown setting "epoch"',
    '3:15 "dl" must be a number above 0',
    '4:3 "models" must be a list, each item a text',
    '5:3 "trainSizes" must be a list, each item a whole number of at least 1',
    '6:3 "network" must be light, deep or a list of layers',
  ]);
});

const network = [
  { kind: "convolution", filters: 8 },
  { kind: "pool" },
  { kind: "convolution", filters: 16, padding: "valid", slope: 0.1, normalization: "batch" },
  { kind: "dense", units: 32 },
  { kind: "dropout", rate: 0.2 },
];

test("a network may be given as its layers, also of one target", () => {
  const options = { network, dropout: 0.3, maximumGradient: 1, schedule: "plateau", perTarget: { gap: { network } } };
  expect(parseConfig(JSON.stringify(options))).toEqual({ value: options, problems: [] });
});

test("each wrong layer is a problem where it begins", () => {
  const messages = (text: string) => parseConfig(text).problems.map((p) => `${p.line}:${p.column} ${p.message}`);
  const lines = [
    '{ "network": [',
    '    { "kind": "convolution", "filters": 6 },',
    '    {"kind": "pool", "mode": "min, [max"}, {"kind": "dense"}, 3,',
    '    { "kind": "dense", "units": 0 }, { "kind": "dense", "units": 4, "rate": 1 }, { "kind": "dropout", "rate": "0.1" },',
    '    { "kind": "norm" }, { "kind": "dense", "units": 4, "normalization": "layer" } ] }',
  ];
  expect(messages(lines.join("\n"))).toEqual([
    "2:5 layer 1: filters must be a multiple of 4 from 4 to 64, not 6",
    '3:5 layer 2: "mode" must be one of max, average',
    '3:44 layer 3: "units" is missing',
    "3:63 layer 4: a layer must stand in { }",
    "4:5 layer 5: units must be from 1 to 4096, not 0",
    '4:38 layer 6: a dense layer has no "rate"',
    '4:82 layer 7: "rate" must be a number',
    '5:5 layer 8: "kind" must be one of convolution, pool, dense, dropout',
    '5:25 layer 9: "normalization" must be batch',
  ]);
  expect(messages('{"perTarget": {\n "gap": {"network": [{"kind": "pool", "size": 3}]}}}')).toEqual([
    '2:2 layer 1: a pool layer has no "size"',
  ]);
});

test("layers that make no network for the voxels are a problem of the first one that cannot follow", () => {
  const text = (options: object) => JSON.stringify(options, null, 1);
  const problems = (options: object) => parseConfig(text(options)).problems.map((p) => `${p.line} ${p.message}`);
  expect(problems({ network: [network[0], network[3], network[1]] })).toEqual([
    "11 layer 3: a pool must follow a convolution",
  ]);
  expect(problems({ network, length: 1.6 })).toEqual(["10 layer 3: nothing is left of 2 voxels a side"]);
  expect(problems({ network: [network[3]] })).toEqual([
    "3 layer 1: The first layer must be a convolution and the last one dense",
  ]);
});

test("what one target may have of its own is checked under its name", () => {
  const perTarget = { band_gap: { channels: ["amplitude"], normalize: "atom", patience: 0 }, "E (eV)": {} };
  expect(parseConfig(JSON.stringify({ perTarget }))).toEqual({ value: { perTarget }, problems: [] });
  const text = '{\n "channels": ["power"],\n "perTarget": {\n  "gap": { "channels": ["sound"], "seed": 3 } } }';
  expect(parseConfig(text).problems.map((p) => `${p.line}:${p.column} ${p.message}`)).toEqual([
    '4:3 "channels" of gap must be a list, each item one of amplitude, power, coulomb, magnetization',
    '4:3 "seed" cannot be set per target (gap)',
  ]);
  expect(parseConfig('{"perTarget": {"gap": 3}}').problems[0]?.message).toBe(
    '"perTarget" must be targets by name, each with settings in { }',
  );
});

test("what is no JSON object says where it breaks", () => {
  const place = (text: string) => parseConfig(text).problems.map((p) => `${p.line}:${p.column} ${p.message}`);
  expect(place('{\n  "seed": 1,\n  oops\n}')).toEqual(["3:3 not valid JSON"]);
  expect(place('{\n  "seed": 1')).toEqual(["2:12 not valid JSON"]);
  expect(place("[1]")).toEqual(["1:1 the settings must be a JSON object in { }"]);
  expect(place("")).toEqual(["1:1 not valid JSON"]);
});

test("the schema that the editor checks against names the same settings", () => {
  const schema = JSON.parse(readFileSync(new URL("../../../media/schemas/r3dvs.schema.json", import.meta.url), "utf8"));
  expect(Object.keys(schema.properties).sort()).toEqual(["$schema", ...CONFIG_KEYS].sort());
});
