import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { networkOf } from "../../../src/core/learning/networks/networkPresets.js";
import { countParameters, requireNetworkShapes } from "../../../src/core/learning/networks/networkSpec.js";
import { defaultTraining } from "../../../src/core/learning/networks/trainingSettings.js";
import { packTensors, unpackTensors } from "../../../src/jobs/files/tensorFile.js";
import { UsageError } from "../../../src/jobs/files/usageError.js";
import { isModel, type Model, readModel, writeModel } from "../../../src/jobs/models/modelFile.js";
import { listModels } from "../../../src/jobs/models/modelList.js";
import { MODEL_SHAPE } from "../../../src/jobs/models/modelShape.js";

const root = mkdtempSync(path.join(tmpdir(), "r3dvs-model-"));
afterAll(() => rmSync(root, { recursive: true }));
const at = (...names: string[]) => path.join(root, ...names);

const spec = networkOf(defaultTraining, 32);
const parameters = Float32Array.from(
  { length: countParameters(requireNetworkShapes(spec)) },
  (_, i) => Math.sin(i) / 10,
);
const model: Model = {
  format: 1,
  software: { name: "r3dvs", version: "0.1.0" },
  model: "r3dvs",
  target: { name: "gap", kind: "intensive", unit: "eV", reportedUnit: "eV" },
  normalize: "volume",
  component: "total",
  training: defaultTraining,
  materials: [{ id: "a", hash: "0" }],
  scale: { mean: 1, deviation: 2 },
  domain: {
    ids: ["a"],
    elements: [8],
    features: { rows: 1, columns: 2, values: Float64Array.of(1, 2) },
    mean: Float64Array.of(0, 0),
    deviation: Float64Array.of(1, 1),
    width: 1,
    threshold: Number.MAX_VALUE,
  },
  learned: {
    kind: "networks",
    members: [{ spec, parameters, inputScale: Float32Array.of(1, 1, 1), settings: defaultTraining, history: [] }],
  },
};

describe("a model's folder", () => {
  writeModel(at("whole"), model);

  test("comes back as it was, and is listed", () => {
    expect(readModel(at("whole"))).toEqual(model);
    expect(listModels([at("whole")]).map(({ target }) => target)).toEqual(["gap"]);
  });

  test("whose weights have another bit is refused with the file's name", () => {
    for (let at8 = 0; at8 < 8; at8++) {
      const folder = at(`bit${at8}`);
      cpSync(at("whole"), folder, { recursive: true });
      const file = path.join(folder, "weights.bin");
      const bytes = readFileSync(file);
      const place = Math.floor((bytes.length * at8) / 8);
      bytes[place] = (bytes[place] ?? 0) ^ (1 << at8);
      writeFileSync(file, bytes);
      expect(() => readModel(folder)).toThrow(
        `${file} is damaged: it does not fit its check sum in model.json; train the model again`,
      );
    }
  });

  test("whose model.json has another byte is refused", () => {
    const text = readFileSync(at("whole", "model.json"), "utf8");
    const folder = at("head");
    cpSync(at("whole"), folder, { recursive: true });
    for (let place = 0; place < text.length; place += 97) {
      const changed = text[place] === "1" ? "2" : "1";
      writeFileSync(path.join(folder, "model.json"), text.slice(0, place) + changed + text.slice(place + 1));
      expect(() => readModel(folder), `byte ${place}`).toThrow(UsageError);
    }
  });

  test("that is damaged is replaced by the next model, another's folder is not", () => {
    const folder = at("replaced");
    writeModel(folder, model);
    writeFileSync(path.join(folder, "model.json"), "{");
    writeModel(folder, model);
    expect(readModel(folder)).toEqual(model);
    writeFileSync(path.join(folder, "model.json"), "{");
    writeFileSync(path.join(folder, "notes.txt"), "");
    expect(() => writeModel(folder, model)).toThrow("something else stands there");
    expect(readdirSync(folder)).toContain("notes.txt");
  });
});

/** Changes to a sound model, whose check sums fit. */
const CHANGES: readonly (readonly [string, (json: never) => unknown])[] = [
  [
    "testRotations of a billion",
    ({ learned }: Model & { learned: { members: { settings: object }[] } }) =>
      set(learned.members[0]?.settings, "testRotations", 1e9),
  ],
  [
    "a mesh of a million voxels a side",
    (json) =>
      set(memberOf(json), "settings", {
        ...defaultTraining,
        voxels: { spacing: 1e-5, length: 12.8, assignment: "nearest" },
      }),
  ],
  ["an input of another size", (json) => set(memberOf(json).spec.input, "size", 16)],
  ["a layer of a billion filters", (json) => set(memberOf(json).spec.layers[0], "filters", 1e9)],
  ["no layers", (json) => set(memberOf(json).spec, "layers", [])],
  ["a layer that is null", (json) => set(memberOf(json).spec, "layers", [null])],
  ["a scale that is text", ({ scale }: Model) => set(scale, "mean", "1")],
  ["a deviation of 0", ({ scale }: Model) => set(scale, "deviation", 0)],
  ["another kind of step", ({ learned }: Model) => set(learned, "kind", "forest")],
  ["no members", ({ learned }: Model) => set(learned, "members", [])],
  ["a target without a name", ({ target }: Model) => set(target, "name", 5)],
  ["an unknown model", (json) => set(json, "model", "__proto__")],
  ["too few weights", (json) => set(memberOf(json).parameters, "length", 5)],
  ["weights at a negative place", (json) => set(memberOf(json).parameters, "offset", -8)],
  ["weights of another type", (json) => set(memberOf(json).parameters, "tensor", "int32")],
  ["a channel that there is not", (json) => set(memberOf(json).settings, "channels", ["a", "b", "c"])],
  ["features of other rows", ({ domain }: Model) => set(domain.features, "rows", 1e6)],
  ["elements in the millions", ({ domain }: Model) => set(domain, "elements", [1e7])],
];

type Json = { settings: object; spec: { input: object; layers: object[] }; parameters: object };
const memberOf = (json: never) => (json as { learned: { members: Json[] } }).learned.members[0] as Json;
const set = (target: object | undefined, key: string, value: unknown) => Object.assign(target ?? {}, { [key]: value });

describe("a model.json of another's hand", () => {
  test.each(CHANGES)("with %s is refused", (_, change) => {
    const { json, bytes } = packTensors(model);
    const changed = JSON.parse(JSON.stringify(json)) as never;
    change(changed);
    const folder = at(`changed-${Math.random()}`);
    mkdirSync(folder);
    writeFileSync(path.join(folder, "weights.bin"), bytes);
    writeFileSync(path.join(folder, "model.json"), JSON.stringify(changed));
    expect(() => readModel(folder)).toThrow(UsageError);
  });

  test("with numbers that are not finite is refused", () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const damaged = structuredClone(model) as { learned: { members: { parameters: Float32Array }[] } } & Model;
      const [member] = damaged.learned.members;
      if (member) member.parameters[7] = value;
      expect(MODEL_SHAPE(damaged, "")).toBe("learned.members[0].parameters holds a number that cannot be");
    }
  });

  test("that names the same bytes again and again costs no memory", () => {
    const { json, bytes } = packTensors({ values: new Float64Array(1e6) });
    const [place] = Object.values(json as object) as object[];
    expect(() => unpackTensors({ json: Array.from({ length: 1000 }, () => place), bytes })).toThrow(
      "32 times its bytes",
    );
  });
});

test("the models that come along are sound", () => {
  const library = fileURLToPath(new URL("../../../media/models/", import.meta.url));
  const folders = readdirSync(library).map((name) => path.join(library, name));
  const models = folders.filter(isModel);
  expect(models.length).toBeGreaterThan(3);
  for (const folder of models) expect(() => readModel(folder), folder).not.toThrow();
});
