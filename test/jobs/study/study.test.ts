import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { defaultsOf } from "../../../src/core/learning/networks/targetDefaults.js";
import { defaultTraining, paperTraining } from "../../../src/core/learning/networks/trainingSettings.js";
import { growingSizes } from "../../../src/core/settings/growingSizes.js";
import { presetOf } from "../../../src/core/settings/presets.js";
import type { StudyOptions } from "../../../src/core/settings/studyOptions.js";
import { csv } from "../../../src/core/text/csv.js";
import { packTensors, unpackTensors } from "../../../src/jobs/files/tensorFile.js";
import { checkModels, orderModels } from "../../../src/jobs/models/modelNames.js";
import { repeatsNote } from "../../../src/jobs/models/processInputs.js";
import { averageRepeats, compareAtLargestSize } from "../../../src/jobs/runs/studyResults.js";
import { resolveStudy, withOptions } from "../../../src/jobs/settings/studySettings.js";
import { combineMembers, type MemberPrediction } from "../../../src/jobs/training/trainingTask.js";

describe("members of an ensemble", () => {
  test("combine to the mean and deviation of all their outputs together", () => {
    const outputs = fc.array(
      fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 8 }),
      {
        minLength: 1,
        maxLength: 5,
      },
    );
    fc.assert(
      fc.property(outputs, (members) => {
        const all = members.flat();
        const combined = combineMembers(members.map(summary));
        const expected = summary(all);
        expect(combined.value).toBeCloseTo(expected.value, 9);
        expect(combined.sigma).toBeCloseTo(expected.sigma, 7);
      }),
    );
  });

  function summary(values: readonly number[]): MemberPrediction {
    const value = values.reduce((sum, one) => sum + one, 0) / values.length;
    const squares = values.reduce((sum, one) => sum + (one - value) ** 2, 0);
    return { id: "x", value, sigma: Math.sqrt(squares / Math.max(1, values.length - 1)), count: values.length };
  }
});

describe("settings of a study", () => {
  test("quick on the sample is 25, 50 and 90 of 120 materials with 30 for testing", () => {
    expect(resolveStudy({ preset: "quick" }, ["gap"], 120)).toMatchObject({
      trainSizes: [25, 50, 90],
      testSize: 30,
      repeats: 2,
      ensemble: 1,
    });
  });

  test("without a preset they are the protocol's: 80 test materials, 20 splits, 5 networks", () => {
    const settings = resolveStudy({}, ["gap"], 680);
    expect(settings).toMatchObject({ testSize: 80, repeats: 20, ensemble: 5, hyperparameters: "validated" });
    expect(settings.trainSizes).toEqual([25, 50, 100, 200, 400, 600]);
  });

  test("many materials are split three times with larger test sets, unless another number is asked for", () => {
    const many = resolveStudy({}, ["gap"], 60_000);
    expect(many).toMatchObject({ testSize: 533, repeats: 3 });
    expect(many.trainSizes.at(-1)).toBe(59_467);
    expect(repeatsNote({}, 60_000)?.message).toContain(
      "with more than 8000 materials, a study makes 3 random splits with up to 533 test materials each, in place of 20 with 80",
    );
    expect(resolveStudy({}, ["gap"], 8_000)).toMatchObject({ testSize: 80, repeats: 20 });
    expect(resolveStudy({ testSize: 50 }, ["gap"], 60_000)).toMatchObject({ testSize: 50, repeats: 3 });
    for (const options of [{ repeats: 4 }, { preset: "quick" }, { preset: "paper" }] as const) {
      const { repeats, testSize } = resolveStudy(options, ["gap"], 60_000);
      const { test, repeats: usual } = presetOf(options);
      expect([repeats, testSize]).toEqual([{ repeats: usual, ...options }.repeats, test.atMost]);
      expect(repeatsNote(options, 60_000)).toBeUndefined();
    }
  });

  test("paper is one channel, max pooling, 30 rotations", () => {
    const { perTarget, hyperparameters } = resolveStudy(
      { preset: "paper" },
      ["gap", "E_hartree", "cohesive_energy_per_atom"],
      680,
    );
    for (const { training } of Object.values(perTarget)) expect(training).toEqual(paperTraining);
    // Cohesive energies are per atom in the paper, too.
    const normalizations = Object.entries(perTarget).map(([name, { normalize }]) => [name, normalize]);
    expect(normalizations).toEqual([
      ["gap", "volume"],
      ["E_hartree", "volume"],
      ["cohesive_energy_per_atom", "atom"],
    ]);
    expect(paperTraining).toMatchObject({ channels: ["amplitude"], pooling: "max", rotations: 30, linearPart: "none" });
    expect(hyperparameters).toBe("paper");
  });

  test("of a known target are what suits it, until something is asked for", () => {
    const targets = ["E_hartree_per_atom", "band_gap", "cohesive_energy_per_atom", "hardness"];
    const settings = (options: StudyOptions) => resolveStudy(options, targets, 200).perTarget;
    const auto = settings({});
    for (const name of targets)
      expect(auto[name]?.training, name).toEqual({ ...defaultTraining, ...defaultsOf(name).training });
    expect(auto.hardness).toMatchObject({ training: defaultTraining, normalize: "volume" });
    expect(auto.cohesive_energy_per_atom?.normalize).toBe("atom");
    const asked = settings({
      channels: ["power"],
      normalize: "cell",
      perTarget: { band_gap: { channels: ["coulomb"], epochs: 3 } },
    });
    expect(targets.map((name) => asked[name]?.training.channels.join())).toEqual([
      "power",
      "coulomb",
      "power",
      "power",
    ]);
    expect(targets.map((name) => asked[name]?.normalize)).toEqual(["cell", "cell", "cell", "cell"]);
    expect(asked.band_gap?.training).toMatchObject({ epochs: 3, pooling: auto.band_gap?.training.pooling });
  });

  test("asked for on the command line come before one target's in a file, key by key", () => {
    const file: StudyOptions = {
      epochs: 5,
      channels: ["power"],
      perTarget: { gap: { channels: ["coulomb"], epochs: 9 } },
    };
    expect(withOptions(file, { channels: ["amplitude"] })).toEqual({
      epochs: 5,
      channels: ["amplitude"],
      perTarget: { gap: { epochs: 9 } },
    });
    expect(withOptions(file, { perTarget: { gap: { epochs: 2 }, x: { patience: 1 } } }).perTarget).toEqual({
      gap: { channels: ["coulomb"], epochs: 2 },
      x: { patience: 1 },
    });
    expect(withOptions({ epochs: 1 }, { seed: 2 })).toEqual({ epochs: 1, seed: 2 });
  });

  test("a target that some materials lack has the sizes that its own suffice for, and is refused below the least of them", () => {
    const count = (target: string) => (target === "gap" ? 60 : 110);
    const { perTarget, trainSizes, testSize } = resolveStudy({}, ["gap", "energy"], 110, count);
    expect(testSize).toBe(28);
    expect([perTarget.gap?.trainSizes, perTarget.energy?.trainSizes, trainSizes]).toEqual([
      [8, 16, 32],
      [25, 50, 82],
      [8, 16, 25, 32, 50, 82],
    ]);
    expect(resolveStudy({ trainSizes: [20, 70] }, ["gap", "energy"], 110, count).perTarget.gap?.trainSizes).toEqual([
      20,
    ]);
    expect(() => resolveStudy({ trainSizes: [70] }, ["gap", "energy"], 110, count)).toThrow(
      "60 materials have a value of gap",
    );
  });

  test("sizes grow up to all there are", () => {
    for (const available of [4, 5, 6, 7, 12, 24, 32, 36, 60, 90, 307, 5000]) {
      const sizes = growingSizes(available);
      expect(sizes.at(-1)).toBe(available);
      expect([...sizes].sort((a, b) => a - b)).toEqual(sizes);
      expect(new Set(sizes).size).toBe(sizes.length);
      expect(sizes.length).toBeGreaterThanOrEqual(Math.min(3, available - 3));
      expect(sizes[0]).toBeGreaterThanOrEqual(4);
    }
  });

  test("SOAP and the residuals of two steps are as the method's page and the paper have them", () => {
    const { soap, twoStepResiduals } = resolveStudy({}, ["gap"], 100);
    expect(soap).toEqual({
      basis: "gto",
      rCut: 5,
      nMax: 8,
      lMax: 6,
      sigma: 0.5,
      kernel: "average",
      zeta: 2,
      alpha: 0.1,
    });
    expect(twoStepResiduals).toBe("outOfFold");
    expect(resolveStudy({ preset: "paper" }, ["gap"], 100)).toMatchObject({
      twoStepResiduals: "inSample",
      hyperparameters: "paper",
    });
    expect(resolveStudy({ soapKernel: "rematch", soapRCut: 4.5 }, ["gap"], 100).soap).toEqual({
      ...soap,
      kernel: "rematch",
      rCut: 4.5,
    });
    expect(() => resolveStudy({ soapNMax: 40 }, ["gap"], 100)).toThrow(
      "SOAP: n_max must be a whole number from 1 to 16",
    );
  });

  test("what cannot work is refused in words", () => {
    expect(() => resolveStudy({}, ["gap"], 4)).toThrow("4 materials are too few");
    expect(() => resolveStudy({ trainSizes: [50], testSize: 60 }, ["gap"], 100)).toThrow("needs 110 materials");
    for (const wrong of ["sope", "soap+", "+soap", "soap+soap", "soap+cm+r3dvs", "soap+sope"])
      expect(() => checkModels([wrong]), wrong).toThrow(`unknown model ${wrong}`);
    expect(checkModels(["cm", "cm", "soap+r3dvs", "r3dvs"])).toEqual(["cm", "soap+r3dvs", "r3dvs"]);
    expect(orderModels(checkModels(["shells", "soap+cm", "cm+soap", "soap", "soap+r3dvs", "r3dvs"]))).toEqual([
      "r3dvs",
      "soap",
      "shells",
      "soap+r3dvs",
      "soap+cm",
      "cm+soap",
    ]);
  });
});

describe("results", () => {
  const result = (model: string, repeat: number, mae: number) => ({
    target: "gap",
    model,
    trainSize: 50,
    repeat,
    mae,
    rmse: mae,
    seconds: 1,
  });

  test("are averaged with the standard error of the mean, corrected for what splits share", () => {
    const results = [result("cm", 0, 1), result("cm", 1, 2), result("cm", 2, 6)];
    const [mean] = averageRepeats(results, 10);
    expect(mean).toMatchObject({ mae: 3, repeats: 3 });
    expect(mean?.standardError).toBeCloseTo(Math.sqrt(7 * (1 / 3 + 10 / 50)), 12);
    expect(averageRepeats(results.slice(0, 1), 10)[0]).not.toHaveProperty("standardError");
    expect(averageRepeats(results, undefined)[0]).not.toHaveProperty("standardError");
  });

  test("are compared on the same splits only, pair by pair", () => {
    const settings = resolveStudy({ models: ["r3dvs", "cm"], trainSizes: [50], testSize: 10 }, ["gap"], 60);
    const own = [1, 2, 3].map((mae, repeat) => result("r3dvs", repeat, mae));
    const other = [2, 3, 4.5].map((mae, repeat) => result("cm", 2 - repeat, mae)).reverse();
    const [comparison] = compareAtLargestSize([...own, ...other], settings);
    expect(comparison).toMatchObject({ model: "r3dvs", baseline: "cm", count: 3 });
    expect(comparison?.mean).toBeCloseTo((1 + 2 + 3 - 2 - 3 - 4.5) / 3, 12);
    expect(compareAtLargestSize([...own, ...other.slice(1)], settings)).toEqual([]);
  });

  test("of several targets are compared target by target, each at the largest size of its own", () => {
    const count = (target: string) => (target === "gap" ? 60 : 110);
    const settings = resolveStudy({ models: ["r3dvs", "cm"], testSize: 10 }, ["gap", "energy"], 110, count);
    const of = (target: string, model: string, trainSize: number, maes: readonly number[]) =>
      maes.map((mae, repeat) => ({ ...result(model, repeat, mae), target, trainSize }));
    const all = [
      ...of("gap", "r3dvs", 50, [1, 2]),
      ...of("gap", "cm", 50, [3, 4.5]),
      ...of("energy", "r3dvs", 50, [9, 9]),
      ...of("energy", "cm", 50, [0, 0]),
      ...of("energy", "r3dvs", 100, [5, 6, 7]),
      ...of("energy", "cm", 100, [4, 4.5, 5]),
    ];
    const [gap, energy] = compareAtLargestSize(all, settings);
    expect(gap).toMatchObject({ target: "gap", mean: -2.25, count: 2 });
    expect(energy).toMatchObject({ target: "energy", mean: 1.5, count: 3 });
    // The sample's variance 1/4 times (1/3 + 10/100), Nadeau and Bengio's factor.
    expect(energy?.standardError).toBeCloseTo(Math.sqrt(0.25 * (1 / 3 + 0.1)), 12);
    expect(gap?.standardError).toBeCloseTo(Math.sqrt(0.125 * (1 / 2 + 10 / 50)), 12);
  });

  test("in CSV keep every bit of a number and quote what needs it", () => {
    expect(csv(["a,b", 'c"d'], [[0.1 + 0.2, "x\ny"]])).toBe('"a,b","c""d"\n0.30000000000000004,"x\ny"\n');
  });
});

test("arrays in plain data come back to the bit, from a Buffer's view too", () => {
  const value = {
    a: Float64Array.of(1 / 3, Number.NaN, -0),
    b: [{ c: Float32Array.of(0.1), d: "text" }, null],
    e: Int32Array.of(-7),
    f: new Float32Array(0),
  };
  const { json, bytes } = packTensors(value);
  const padded = Buffer.concat([Buffer.from("before!!"), bytes]).subarray(8);
  expect(unpackTensors({ json: JSON.parse(JSON.stringify(json)), bytes: padded })).toEqual(value);
  expect(() => unpackTensors({ json, bytes: bytes.subarray(0, 8) })).toThrow(RangeError);
});
