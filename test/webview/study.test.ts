import { crc32 } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { RunEvent, RunSummary } from "../../src/protocol/runEvents.js";
import { formatDuration } from "../../webview/study/duration.js";
import { learningCurveCsv, lossCsv, parityCsv } from "../../webview/study/figureCsv.js";
import { networkKey, RunModel } from "../../webview/study/runModel.js";
import { stageText } from "../../webview/study/runStages.js";
import { bestModels } from "../../webview/study/useModels.js";
import { worstOf } from "../../webview/study/worstErrors.js";
import { withResolution } from "../../webview/ui/exportFigure.js";
import { parseColor } from "../../webview/ui/themeColors.js";
import { DEFAULT_SETTINGS, restoreSettings, rotationOf } from "../../webview/voxels/viewSettings.js";

const time = (seconds: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds)).toISOString();
const started = (at: number): RunEvent => ({
  event: "started",
  time: time(at),
  run: "r",
  tasks: 8,
  materials: 100,
  pid: 1,
});
const network = { target: "gap", model: "r3dvs", trainSize: 100, repeat: 0 };
const epoch = (at: number, number: number, member = 0): RunEvent => {
  return {
    event: "epoch",
    time: time(at),
    ...network,
    member,
    epoch: number,
    epochs: 9,
    loss: 1 / number,
    validationMae: 2 / number,
  };
};
const result = (at: number, repeat: number, mae: number, trainSize = 100): RunEvent => {
  return { event: "result", time: time(at), ...network, trainSize, repeat, unit: "eV", mae, rmse: mae, seconds: 1 };
};
const run: RunSummary = {
  name: "r",
  folder: "/r",
  state: "running",
  dataset: "/d",
  targets: [{ name: "gap", unit: "eV" }],
  models: ["r3dvs"],
  trainSizes: [100, 200],
  repeats: 3,
  testSize: 20,
  progress: { done: 2, total: 8 },
};

describe("the events of a run", () => {
  test("add up to means and standard errors, sorted by size", () => {
    const model = new RunModel();
    model.append([started(0), result(9, 0, 0.5, 200), result(10, 0, 1), result(20, 1, 2), result(30, 2, 3)]);
    const points = model.learningCurves(run).targets[0]?.series[0]?.points;
    expect(points).toEqual([
      { trainSize: 100, mae: 2, repeats: 3, standardError: expect.closeTo(Math.sqrt(1 / 3 + 20 / 100), 12) },
      { trainSize: 200, mae: 0.5, repeats: 1 },
    ]);
  });

  test("count nothing twice when a run is told again after a resume", () => {
    const model = new RunModel();
    const events = [started(0), epoch(1, 1), epoch(2, 2), epoch(3, 3), result(10, 0, 1)];
    model.append(events);
    model.append([started(20), epoch(21, 2), epoch(22, 3), epoch(23, 4), result(30, 0, 1.5)]);
    expect(model.learningCurves(run).targets[0]?.series[0]?.points).toEqual([{ trainSize: 100, mae: 1.5, repeats: 1 }]);
    const loss = model.lossOf(networkKey(network), "eV", undefined, (member) => `m${member}`);
    expect(loss?.members[0]?.points.map((point) => point.epoch)).toEqual([1, 2, 3, 4]);
  });

  test("tell the time left from the pace since the last start", () => {
    const model = new RunModel();
    expect(model.secondsLeft(run.progress)).toBeUndefined();
    model.append([started(0), result(500, 0, 1), started(1000), result(1010, 1, 1), result(1020, 2, 1)]);
    expect(model.secondsLeft({ done: 2, total: 8 })).toBe(60);
  });

  test("remember the network that reported last, and every member", () => {
    const model = new RunModel();
    model.append([epoch(1, 1, 0), epoch(2, 1, 1), epoch(3, 2, 1)]);
    expect(model.latest).toEqual({ network: networkKey(network), member: 1 });
    expect(model.membersOf(networkKey(network))).toEqual([0, 1]);
    expect(model.lossOf(networkKey(network), "eV", 0, String)?.highlighted).toBe(0);
    expect(model.lossOf("no such", "eV", 0, String)).toBeUndefined();
  });

  test("tell what is being done before the first result", () => {
    const model = new RunModel();
    const encoded = (id: string): RunEvent => ({ event: "encoded", time: time(1), id, file: `${id}/CHGCAR` });
    const said = () => stageText(model.preparation, run);
    expect(said()).toBe("Starting the process of the run…");
    model.append([{ event: "stage", time: time(1), stage: "reading" }]);
    expect(said()).toBe("Looking for materials…");
    model.append([{ event: "stage", time: time(1), stage: "reading", count: 40 }, encoded("a"), encoded("b")]);
    expect(said()).toBe("Reading densities: 2 of 40");
    model.append([{ event: "stage", time: time(2), stage: "training" }]);
    expect(said()).toBe("Training…");
    // a resumed run reads again
    model.append([
      { event: "stage", time: time(3), stage: "reading" },
      { event: "stage", time: time(3), stage: "reading", count: 40 },
      encoded("a"),
    ]);
    expect(said()).toBe("Reading densities: 1 of 40");
  });

  test("stand beside the training mean and another run's means", () => {
    const model = new RunModel();
    model.append([started(0), result(10, 0, 1)]);
    const means = [{ target: "gap", model: "r3dvs", trainSize: 100, mae: 3, repeats: 1 }];
    const [curve] = model.learningCurves(run, { gap: 2 }, { folder: "/other", name: "other", rows: [], means }).targets;
    expect(curve).toMatchObject({
      baselineMae: 2,
      compared: [{ model: "r3dvs", points: [{ trainSize: 100, mae: 3 }] }],
    });
    expect(bestModels({ targets: curve === undefined ? [] : [curve] })).toMatchObject([
      { model: "r3dvs", mae: 1, beatsMean: true },
    ]);
  });

  test("list what failed until it succeeds", () => {
    const model = new RunModel();
    const problem = {
      severity: "error",
      line: 3,
      column: 1,
      message: "cut off",
      template: "cut off",
      args: [],
    } as const;
    model.append([
      { event: "skipped", time: time(1), id: "mp-1", file: "mp-1/CHGCAR", problems: [problem] },
      { event: "failed", time: time(2), ...network, message: "no memory" },
    ]);
    expect(model.problems).toEqual(["mp-1: cut off", "R3DVS, Band gap, n = 100: no memory"]);
    model.append([result(3, 0, 1)]);
    expect(model.problems).toEqual(["mp-1: cut off"]);
  });
});

test("tables quote what would break a row", () => {
  const target = {
    name: 'a,"b"',
    unit: "eV",
    series: [{ model: "soap", points: [{ trainSize: 10, mae: 0.5, repeats: 1 }] }],
  };
  expect(learningCurveCsv({ targets: [target] })).toBe(
    'target,unit,model,train_size,repeats,mae,mae_corrected_standard_error\n"a,""b""",eV,soap,10,1,0.5,\n',
  );
  const member = { name: "member 1", points: [{ epoch: 1, loss: 0.25, validationMae: 2 }] };
  expect(lossCsv({ target: "gap", unit: "eV", model: "r3dvs", members: [member] })).toContain(
    "gap,eV,r3dvs,member 1,1,0.25,2\n",
  );
  const point = {
    id: "mp-1",
    target: "gap",
    model: "soap",
    trainSize: 10,
    repeat: 0,
    actual: 1,
    predicted: 1.5,
    sigma: 0.1,
  };
  expect(parityCsv([point], "eV")).toContain("mp-1,,gap,eV,soap,10,0,1,1.5,0.1\n");
  expect(parityCsv([point], "eV", new Map([["mp-1", "GeO2"]]))).toContain("mp-1,GeO2,gap,");
});

test("the largest errors come first, without what came to nothing", () => {
  const point = (id: string, predicted: number) => ({
    id,
    target: "gap",
    model: "soap",
    trainSize: 10,
    repeat: 0,
    actual: 1,
    predicted,
  });
  expect(worstOf([point("a", 1.1), point("b", Number.NaN), point("c", -3), point("d", 2)]).map(({ id }) => id)).toEqual(
    ["c", "d", "a"],
  );
});

test("a PNG states its resolution", () => {
  // signature, IHDR of 13 bytes with its checksum, IEND
  const png = new Uint8Array(33 + 12).fill(7);
  const written = withResolution(png, 300);
  const chunk = Buffer.from(written.subarray(33, 54));
  expect([chunk.readUInt32BE(0), chunk.toString("latin1", 4, 8), chunk.readUInt32BE(8), chunk[16]]).toEqual([
    9,
    "pHYs",
    11811,
    1,
  ]);
  expect(chunk.readUInt32BE(17)).toBe(crc32(chunk.subarray(4, 17)));
  expect(written.length).toBe(png.length + 21);
});

test("times left are no more exact than they are known", () => {
  expect([10, 300, 5400, 200000].map(formatDuration)).toEqual([
    "less than a minute",
    "about 5 min",
    "about 1 h 30 min",
    "about 2 d 7 h",
  ]);
  expect(formatDuration(2 * 3600 - 61)).toBe("about 2 h 0 min");
});

describe("settings kept by an earlier page", () => {
  test("come back as they were", () => {
    const kept = { ...DEFAULT_SETTINGS, mode: "y", plane: -3, degrees: 45, turnAxis: "xyz", shells: false } as const;
    expect(restoreSettings(JSON.parse(JSON.stringify(kept)))).toEqual(kept);
  });

  test("fall back where they make no sense", () => {
    expect(restoreSettings({})).toEqual(DEFAULT_SETTINGS);
    expect(
      restoreSettings({
        mode: "4d",
        plane: null,
        threshold: 7,
        colorMap: "jet",
        orbit: { ...DEFAULT_SETTINGS.orbit, zoom: -1 },
        box: 1,
      }),
    ).toEqual({
      ...DEFAULT_SETTINGS,
      threshold: 1,
      orbit: { ...DEFAULT_SETTINGS.orbit, zoom: 0.4 },
    });
  });

  test("turn the crystal about the axis they name", () => {
    const [first] = rotationOf({ turnAxis: "z", degrees: 90 });
    expect(first[0]).toBeCloseTo(0, 12);
    expect(first[1]).toBeCloseTo(-1, 12);
  });
});

test("colours of themes are read in every form VS Code writes", () => {
  expect(parseColor("#fff")).toEqual([1, 1, 1]);
  expect(parseColor(" #ff000080")).toEqual([1, 0, 0]);
  expect(parseColor("rgba(0, 51, 255, 0.5)")).toEqual([0, 0.2, 1]);
  expect(parseColor("rgb(0 51 255 / 50%)")).toEqual([0, 0.2, 1]);
  expect(parseColor("")).toBeUndefined();
});
