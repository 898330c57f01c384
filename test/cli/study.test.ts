import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type Outcome, runCli, SAMPLE_IDS, sampleDataset, temporaryFolder } from "./harness.js";

const root = temporaryFolder();
const TINY = [
  "--models",
  "r3dvs,composition",
  "--targets",
  "E_hartree_per_atom,band_gap",
  "--train-sizes",
  "4,8",
  "--test-size",
  "4",
];
const SETTINGS = [...TINY, "--repeats", "2", "--ensemble", "2", "--epochs", "3", "--rotations", "2", "--seed", "7"];
const run = (name: string) => path.join(root, name);
let data: string;

beforeAll(() => {
  data = sampleDataset(root, SAMPLE_IDS.slice(0, 12));
});

describe("a study", () => {
  let whole: Outcome;

  beforeAll(async () => {
    whole = await runCli(["study", data, "-o", run("whole"), ...SETTINGS, "--threads", "2", "--json"]);
  }, 60_000);

  test("names what computed its networks, in the run, its models and the report", () => {
    const { engine } = JSON.parse(readFileSync(path.join(run("whole"), "run.json"), "utf8"));
    expect(engine).toEqual({
      backend: expect.any(String),
      instructionSet: expect.any(String),
      build: expect.any(String),
    });
    expect(readFileSync(path.join(run("whole"), "report.html"), "utf8")).toContain(
      `${engine.backend} (${engine.instructionSet})`,
    );
    const models = readdirSync(path.join(run("whole"), "models")).filter((name) => name.endsWith("r3dvs"));
    expect(models.length).toBeGreaterThan(0);
    for (const name of models)
      expect(JSON.parse(readFileSync(path.join(run("whole"), "models", name, "model.json"), "utf8"))).toMatchObject({
        engine,
      });
  });

  test("ends with 0 and tells each material, epoch and result", () => {
    expect([whole.code, whole.stderr]).toEqual([0, ""]);
    const count = (name: string) => whole.events.filter(({ event }) => event === name).length;
    expect([count("started"), count("encoded"), count("result"), count("finished"), count("skipped")]).toEqual([
      1, 12, 16, 1, 0,
    ]);
    expect(whole.events.at(-1)).toMatchObject({ event: "finished", done: 16, failed: 0 });
    const last = whole.events.filter(({ event, epoch }) => event === "epoch" && epoch === 3);
    expect(last.length).toBe(16);
    for (const event of last)
      expect(event).toMatchObject({
        model: "r3dvs",
        epochs: 3,
        loss: expect.any(Number),
        validationMae: expect.any(Number),
      });
  });

  test("leaves every file that the page of the command line names", () => {
    const results = readFileSync(path.join(run("whole"), "results.csv"), "utf8")
      .trim()
      .split("\n");
    expect(results[0]).toBe("target,model,train_size,repeat,mae,rmse,seconds");
    expect(results.slice(1).map((row) => row.split(",").slice(0, 4).join(" "))).toEqual(
      ["E_hartree_per_atom", "band_gap"].flatMap((target) =>
        ["r3dvs", "composition"].flatMap((model) =>
          [4, 8].flatMap((size) => [0, 1].map((repeat) => `${target} ${model} ${size} ${repeat}`)),
        ),
      ),
    );
    const manifest = JSON.parse(readFileSync(path.join(run("whole"), "run.json"), "utf8"));
    expect(manifest).toMatchObject({
      state: "finished",
      progress: { done: 16, failed: 0, total: 16 },
      settings: { seed: 7, testSize: 4 },
    });
    expect(manifest.materials[0].hash).toMatch(/^xxh3:[0-9a-f]{32}$/);
    expect(existsSync(path.join(run("whole"), "lock"))).toBe(false);
    const splits = JSON.parse(readFileSync(path.join(run("whole"), "splits.json"), "utf8"));
    for (const { test: held, pool } of splits.repeats)
      expect([...held, ...pool].sort()).toEqual([...SAMPLE_IDS.slice(0, 12)].sort());
  });

  test("says the errors that its predictions make", () => {
    const [head, ...rows] = readFileSync(path.join(run("whole"), "predictions.csv"), "utf8")
      .trim()
      .split("\n");
    expect(head).toBe("target,model,train_size,repeat,id,actual,predicted,sigma");
    const results = readFileSync(path.join(run("whole"), "results.csv"), "utf8")
      .trim()
      .split("\n")
      .slice(1);
    for (const result of results) {
      const [target, model, size, repeat, mae] = result.split(",");
      const own = rows
        .filter((row) => row.startsWith(`${target},${model},${size},${repeat},`))
        .map((row) => row.split(",").slice(5, 7).map(Number));
      const errors = own.map(([actual = Number.NaN, predicted = Number.NaN]) => Math.abs(actual - predicted));
      expect(errors.length).toBe(4);
      expect(Number(mae)).toBeCloseTo(errors.reduce((sum, error) => sum + error, 0) / 4, 10);
    }
  });

  test("reports itself in one page without links to anything", () => {
    const page = readFileSync(path.join(run("whole"), "report.html"), "utf8");
    expect(page.match(/<svg/g)?.length).toBeGreaterThanOrEqual(5);
    expect(page).not.toMatch(/(src|href)="(?!#)|NaN|undefined|\[object/);
    for (const id of SAMPLE_IDS.slice(0, 12)) expect(page).toContain(id);
    const means = readFileSync(path.join(run("whole"), "mae.csv"), "utf8")
      .trim()
      .split("\n");
    expect(means.length).toBe(1 + 8);
  });

  test("states standard errors that are corrected for what splits share, and says so", () => {
    const cells = (file: string) =>
      readFileSync(path.join(run("whole"), file), "utf8")
        .trim()
        .split("\n")
        .map((line) => line.split(","));
    const [head = [], ...means] = cells("mae.csv");
    const column = head.indexOf("corrected_standard_error");
    const results = cells("results.csv");
    for (const [target, , model, size, repeats, ...rest] of means) {
      const errors = results
        .filter((row) => row.slice(0, 3).join() === [target, model, size].join())
        .map((row) => Number(row[4]));
      expect([repeats, errors.length]).toEqual(["2", 2]);
      const [a = Number.NaN, b = Number.NaN] = errors;
      const deviation = Math.abs(a - b) / Math.SQRT2;
      expect(Number(rest[column - 5])).toBeCloseTo(deviation * Math.sqrt(1 / 2 + 4 / Number(size)), 10);
    }
    expect(readFileSync(path.join(run("whole"), "report.html"), "utf8")).toContain(
      "corrected for the materials that splits share",
    );
  });

  test("measures how often its uncertainties are right: the errors of predictions.csv within one and two sigma", () => {
    const [head = "", ...rows] = readFileSync(path.join(run("whole"), "coverage.csv"), "utf8")
      .trim()
      .split("\n");
    expect(head).toMatch(
      /^target,model,train_size,repeats,count,within_one_sigma,one_standard_error,within_two_sigma,/,
    );
    expect(rows.map((row) => row.split(",").slice(0, 4).join(" "))).toEqual([
      "E_hartree_per_atom r3dvs 8 2",
      "E_hartree_per_atom composition 8 2",
      "band_gap r3dvs 8 2",
      "band_gap composition 8 2",
    ]);
    const predictions = readFileSync(path.join(run("whole"), "predictions.csv"), "utf8")
      .trim()
      .split("\n")
      .slice(1);
    for (const row of rows) {
      const [target, model, size, , count, one, , two] = row.split(",");
      const scaled = predictions
        .filter((line) => line.startsWith(`${target},${model},${size},`))
        .map((line) => line.split(",").slice(5).map(Number))
        .flatMap(([actual = 0, predicted = 0, sigma = 0]) => (sigma > 0 ? Math.abs(actual - predicted) / sigma : []));
      const share = (limit: number) => scaled.filter((ratio) => ratio <= limit).length / scaled.length;
      expect([Number(count), Number(one), Number(two)]).toEqual([scaled.length, share(1), share(2)]);
      expect(scaled.length).toBeGreaterThan(0);
    }
    expect(readFileSync(path.join(run("whole"), "report.html"), "utf8")).toContain("Calibration of the uncertainties");
    expect(readFileSync(path.join(run("whole"), "report.html"), "utf8")).toMatch(
      /Mean absolute error on new chemical systems<\/caption>[\s\S]*?new systems \(errors\)[\s\S]*?<td>[\d.]+ \(\d+\)<\/td>/,
    );
  });

  test("comes to the same bits on one thread", async () => {
    const one = await runCli(["study", data, "-o", run("one"), ...SETTINGS, "--threads", "1"]);
    expect(one.code).toBe(0);
    expectSameNumbers("one");
  });

  test("killed at an epoch and at a result goes on to the same bits", async () => {
    const kill = (when: string) => ({
      hold: { line: when },
      onLine: (line: string, child: { kill(signal: "SIGKILL"): boolean }) =>
        void (line.includes(when) && child.kill("SIGKILL")),
    });
    const folder = run("killed");
    const first = await runCli(
      ["study", data, "-o", folder, ...SETTINGS, "--threads", "2", "--json"],
      kill('"event":"epoch"'),
    );
    expect(first.signal).toBe("SIGKILL");
    appendFileSync(path.join(folder, "events.jsonl"), '{"event":"epo');
    const second = await runCli(
      ["study", data, "-o", folder, "--resume", "--threads", "2", "--json"],
      kill('"model":"r3dvs","trainSize":4,"repeat":1,"mae"'),
    );
    expect(second.signal).toBe("SIGKILL");
    const again = await runCli(["study", data, "-o", folder, ...SETTINGS]);
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining("continue it with --resume")]);
    const third = await runCli(["study", data, "-o", folder, "--resume", "--threads", "1", "--json"]);
    expect(third.code).toBe(0);
    const told = third.events.filter(({ event }) => event === "result").length;
    expect(told).toBeGreaterThan(0);
    expect(told).toBeLessThan(16);
    expectSameNumbers("killed");
    for (const line of readFileSync(path.join(folder, "events.jsonl"), "utf8").trim().split("\n")) JSON.parse(line);
  });

  test.each(["SIGINT", "SIGTERM", "stop file"])(
    "asked to stop by %s keeps what it has, ends with 130 and goes on to the same bits",
    async (how) => {
      const folder = run(`stopped-${how.replace(" ", "-")}`);
      const stop = (line: string, child: { kill(signal: NodeJS.Signals): boolean }) => {
        if (!line.includes('"event":"epoch"')) return;
        if (how === "stop file") writeFileSync(path.join(folder, "stop"), "");
        else child.kill(how as NodeJS.Signals);
      };
      const long = SETTINGS.map((word, index) => (SETTINGS[index - 1] === "--epochs" ? "3" : word));
      const stopped = await runCli(["study", data, "-o", folder, ...long, "--threads", "1", "--json"], {
        onLine: stop,
        hold: { epoch: 1 },
      });
      expect([stopped.code, stopped.events.at(-1)?.event]).toEqual([130, "stopped"]);
      expect(JSON.parse(readFileSync(path.join(folder, "run.json"), "utf8")).state).toBe("stopped");
      expect(existsSync(path.join(folder, "lock"))).toBe(false);
      const resumed = await runCli(["study", data, "-o", folder, "--resume", "--threads", "2"]);
      expect(resumed.code).toBe(0);
      expectSameNumbers(`stopped-${how.replace(" ", "-")}`);
    },
  );

  test("whose dataset has changed since does not go on", async () => {
    const other = sampleDataset(root, SAMPLE_IDS.slice(0, 12), "changing");
    const folder = run("changed");
    await runCli(["study", other, "-o", folder, ...SETTINGS, "--json"], {
      hold: { line: '"event":"result"' },
      onLine: (line, child) => void (line.includes('"event":"result"') && child.kill("SIGKILL")),
    });
    const table = path.join(other, "targets.csv");
    writeFileSync(table, readFileSync(table, "utf8").replace("74.287558", "74.3"));
    const resumed = await runCli(["study", other, "-o", folder, "--resume"]);
    expect([resumed.code, resumed.stderr]).toEqual([
      2,
      expect.stringContaining("the dataset has changed since the run was started (mp-603251"),
    ]);
  });

  /** All but the seconds, the last column of results.csv. */
  function expectSameNumbers(name: string): void {
    const numbers = (folder: string) =>
      readFileSync(path.join(run(folder), "results.csv"), "utf8").replace(/,[^,\n]*$/gm, "");
    expect(numbers(name)).toBe(numbers("whole"));
    for (const file of ["predictions.csv", "splits.json"]) {
      expect(readFileSync(path.join(run(name), file)).equals(readFileSync(path.join(run("whole"), file)))).toBe(true);
    }
    for (const file of ["models/band_gap-r3dvs/weights.bin", "models/band_gap-r3dvs/model.json"]) {
      expect(readFileSync(path.join(run(name), file)).equals(readFileSync(path.join(run("whole"), file)))).toBe(true);
    }
  }
});

describe("a study that cannot be done as asked ends with 2 and says why", () => {
  test.each([
    [
      ["--models", "soap+soap"],
      "unknown model soap+soap; choose from r3dvs, combined, soap, cm, composition, shells, density, functionals, angular, or a two-step model such as soap+r3dvs",
    ],
    [["--models", "oracle"], "unknown model oracle"],
    [["--targets", "colour"], "has no column colour; choose from E_hartree_per_atom"],
    [
      ["--train-sizes", "10", "--test-size", "4"],
      "a training size of 10 needs 14 materials with 4 for testing; there are 12",
    ],
    [["--train-sizes", "2"], "a training size of 2 is too small"],
    [["--dl", "0.37"], "must be an even integer"],
    [["--channels", "phase"], "each item one of amplitude, power, coulomb, magnetization"],
    [["--epochs", "-1"], "It must be a whole number from 1 to 1000000"],
    [["--resume"], "has no run to resume"],
  ])("%j", async (options, message) => {
    const { code, stderr } = await runCli(["study", data, "-o", run(`wrong-${options.join("")}`), ...options]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  test("settings in a file are checked with their place, and options come before them", async () => {
    const config = path.join(root, "settings.json");
    writeFileSync(config, '{\n  "repeats": 1,\n  "epochs": "many"\n}\n');
    const wrong = await runCli(["study", data, "-o", run("config"), "--config", config]);
    expect([wrong.code, wrong.stderr]).toEqual([
      2,
      expect.stringContaining(`${config}:3:3: error: "epochs" must be a whole number from 1 to 1000000`),
    ]);
    writeFileSync(
      config,
      JSON.stringify({ repeats: 3, trainSizes: [4], testSize: 4, models: ["composition"], targets: ["band_gap"] }),
    );
    const { code, events } = await runCli([
      "study",
      data,
      "-o",
      run("config"),
      "--config",
      config,
      "--repeats",
      "1",
      "--json",
    ]);
    expect([code, events.filter(({ event }) => event === "result").length]).toEqual([0, 1]);
  });
});
