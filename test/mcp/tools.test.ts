import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readNpz } from "../../src/jobs/files/npz.js";
import { runCli, SAMPLE_IDS, sampleDataset, snapshot, temporaryFolder } from "../cli/harness.js";
import { outcarText } from "../core/formats/outcarText.js";
import { connect } from "./client.js";

const folder = temporaryFolder();
const ids = SAMPLE_IDS.slice(0, 8);
const data = sampleDataset(folder, ids);
const density = (id: string) => path.join(data, id, "CHGCAR.gz");
mkdirSync(path.join(folder, "inputs"));
writeFileSync(path.join(folder, "inputs", "INCAR"), "ENCUT = 520\nISMEAR = 0\nNSWW = 3\n");

const reader = await connect([folder]);
const writer = await connect(["--allow-write", folder]);
const [first = "", second = ""] = ids;

describe("r3dvs mcp", () => {
  it("lists every tool with words, a closed schema and whether it reads only", async () => {
    const { tools } = await reader.client.listTools();
    expect(tools.map(({ name }) => name)).toEqual([
      "info",
      "predict",
      "encode",
      "describe",
      "targets",
      "study_status",
      "check",
      "profile",
    ]);
    for (const { name, description = "", inputSchema, annotations } of tools) {
      expect(description.length, name).toBeGreaterThan(100);
      expect(inputSchema.additionalProperties, name).toBe(false);
      expect(annotations?.readOnlyHint, name).toBe(true);
    }
    const writing = (await writer.client.listTools()).tools.filter(({ annotations }) => !annotations?.readOnlyHint);
    expect(writing.map(({ name }) => name)).toEqual(["encode", "describe", "targets"]);
    expect(reader.client.getInstructions()).toMatch(/eV/);
    expect(reader.client.getServerVersion()?.name).toBe("r3dvs");
  });

  it("tells what stands in a file as the command line does", async () => {
    const { files } = (await reader.ask("info", { paths: [density(first), `data/${second}/CHGCAR.gz`] })) as {
      files: object[];
    };
    const { events } = await runCli(["info", "--json", density(first)]);
    expect(files).toHaveLength(2);
    expect(files[0]).toMatchObject({
      kind: "CHGCAR",
      formula: events[0]?.formula,
      natoms: events[0]?.natoms,
      grid: events[0]?.grid,
    });
  });

  it("predicts with the bundled models, with uncertainty, and only the targets asked for", async () => {
    const { predictions } = (await reader.ask("predict", { paths: [density(first)], targets: ["band_gap"] })) as {
      predictions: object[];
    };
    const { events } = await runCli(["predict", "oxides", density(first), "--json"]);
    const told = events.find(({ target }) => target === "band_gap");
    expect(predictions).toHaveLength(1);
    expect(predictions[0]).toMatchObject({ id: first, target: "band_gap", unit: "eV", inTraining: told?.inTraining });
    const [{ value, sigma }] = predictions as [{ value: number; sigma: number }];
    expect(value).toBeCloseTo(Number(told?.value), 6);
    expect(sigma).toBeGreaterThan(0);
    expect((predictions[0] as { asText: string }).asText).toMatch(/^[\d.]+ ± [\d.]+ eV$/);
    expect(await reader.refusal("predict", { paths: [density(first)], targets: ["colour"] })).toMatch(
      /predicts only .*band_gap/,
    );
  });

  it("gives no number out of domain unless it is asked for", async () => {
    const sulfide = path.join(data, "sulfide", "CHGCAR");
    mkdirSync(path.dirname(sulfide));
    const lines = gunzipSync(readFileSync(path.join(data, first, "CHGCAR.gz")))
      .toString("utf8")
      .split("\n");
    writeFileSync(
      sulfide,
      [...lines.slice(0, 5), (lines[5] ?? "").replace(/\bO\b/, "S"), ...lines.slice(6)].join("\n"),
    );
    const ask = async (more: object) =>
      (
        (await reader.ask("predict", { paths: [sulfide], targets: ["cohesive_energy_per_atom"], ...more })) as {
          predictions: Record<string, unknown>[];
        }
      ).predictions[0];
    const silent = await ask({});
    expect(silent).toMatchObject({ outOfDomain: true, reasons: expect.any(Array) });
    for (const name of ["value", "sigma", "lower", "upper", "asText"]) expect(silent).not.toHaveProperty(name);
    expect(await ask({ outOfDomainValues: true })).toMatchObject({ outOfDomain: true, value: expect.any(Number) });
    rmSync(path.dirname(sulfide), { recursive: true });
  });

  it("encodes, tells the strongest waves, and leaves nothing behind", async () => {
    const before = snapshot(data);
    const { encoded, materials } = (await reader.ask("encode", { paths: [data] })) as {
      encoded: number;
      materials: Told[];
    };
    interface Told {
      id: string;
      waves: number;
      mean: number;
      volume: number;
      electrons: number;
      strongest: { hkl: number[]; g: number; amplitude: number }[];
    }
    expect(encoded).toBe(ids.length);
    expect(materials.map(({ id }) => id).sort()).toEqual([...ids].sort());
    for (const { mean, volume, electrons, strongest } of materials) {
      expect(mean * volume).toBeCloseTo(electrons, 3);
      const amplitudes = strongest.map(({ amplitude }) => amplitude);
      expect(amplitudes).toEqual([...amplitudes].sort((a, b) => b - a));
      expect(amplitudes[0]).toBeLessThanOrEqual(mean * 1.0001);
      for (const { g } of strongest) expect(g).toBeLessThanOrEqual(Math.PI / 0.4);
    }
    expect(snapshot(data)).toEqual(before);
  });

  it("compares structures", async () => {
    const told = await reader.ask("describe", { paths: [data], descriptor: "sine" });
    const { kernel, materials } = told as {
      kernel: number[][];
      materials: { id: string; mostSimilar: { id: string; similarity: number }[] }[];
    };
    expect(kernel.map((row, i) => row[i])).toEqual(ids.map(() => 1));
    for (const [i, { mostSimilar }] of materials.entries()) {
      const others = (kernel[i] ?? []).filter((_, j) => j !== i);
      expect(mostSimilar[0]?.similarity).toBeCloseTo(Math.max(...others), 5);
    }
  });

  it("checks inputs", async () => {
    const { errors, warnings, problems } = (await reader.ask("check", { paths: ["inputs"] })) as Record<
      string,
      unknown
    >;
    const { events } = await runCli(["check", "--json", path.join(folder, "inputs")]);
    expect(problems).toEqual(events);
    expect(events.length).toBeGreaterThan(0);
    expect(Number(errors) + Number(warnings)).toBeGreaterThan(0);
    writeFileSync(path.join(folder, "inputs", "KPOINTS"), "auto\n0\nGamma\n2 2 2\n");
    expect(await reader.ask("check", { paths: ["inputs/KPOINTS"] })).toMatchObject({ errors: 0, problems: [] });
  });

  it("averages over planes", async () => {
    const profile = (await reader.ask("profile", { path: density(first), axis: "c", window: 2 })) as {
      points: number[][];
      axis: string;
    };
    const { events } = await runCli(["profile", density(first), "--axis", "c", "--window", "2", "--json"]);
    expect(profile.axis).toBe("c");
    const exact = (events[0] as unknown as typeof profile).points;
    expect(profile.points).toHaveLength(exact.length);
    for (const [i, point] of profile.points.entries())
      for (const [j, value] of point.entries()) expect(value).toBeCloseTo(exact[i]?.[j] ?? Number.NaN, 5);
  });

  it("tells the progress and the errors of a study, and a dataset's studies", async () => {
    const run = path.join(data, ".r3dvs", "runs", "one");
    const sizes = ["--train-sizes", "4,5", "--test-size", "2", "--repeats", "2"];
    const study = await runCli([
      "study",
      data,
      "-o",
      run,
      "--targets",
      "band_gap",
      "--models",
      "composition",
      ...sizes,
    ]);
    expect(study.code).toBe(0);
    const told = await reader.ask("study_status", { path: run });
    expect(told).toMatchObject({
      state: "finished",
      progress: { done: 4, total: 4, failed: 0 },
      models: ["composition"],
    });
    const errors = told.errors as { trainSize: number; mae: number; unit: string; repeats: number }[];
    expect(errors.map(({ trainSize, unit, repeats }) => [trainSize, unit, repeats])).toEqual([
      [4, "eV", 2],
      [5, "eV", 2],
    ]);
    const rows = readFileSync(path.join(run, "results.csv"), "utf8")
      .trim()
      .split("\n")
      .slice(1)
      .map((row) => row.split(","));
    const maes = rows.filter((row) => row[2] === "5").map((row) => Number(row[4]));
    expect(errors[1]?.mae).toBeCloseTo(((maes[0] ?? 0) + (maes[1] ?? 0)) / 2, 6);
    const { studies } = await reader.ask("study_status", { path: data });
    expect(studies).toMatchObject([{ name: "one", state: "finished" }]);
    expect(await reader.refusal("study_status", { path: "inputs" })).toMatch(/holds no study/);
  });

  it("collects calculated properties, and says what a material lacks", async () => {
    for (const [name, text] of [
      ["zno", outcarText()],
      ["broken", outcarText({ ionicSteps: 0, finished: false })],
    ] as const) {
      mkdirSync(path.join(folder, "outputs", name), { recursive: true });
      writeFileSync(path.join(folder, "outputs", name, "OUTCAR"), text);
    }
    const { rows, failed } = await reader.ask("targets", { paths: ["outputs"] });
    expect(rows).toMatchObject([{ id: "zno", formula: "Zn1O1", E_hartree_per_atom: 7.5625 }]);
    expect(failed).toMatchObject([{ id: "broken", problems: [{ severity: "error" }] }]);
    await writer.ask("targets", { paths: ["outputs"], output: "outputs/targets.csv" });
    expect(readFileSync(path.join(folder, "outputs", "targets.csv"), "utf8")).toMatch(/^id,.*\nzno,/);
  });

  it("writes only where it may, what is new, and where it is asked to", async () => {
    const [voxels, table] = [path.join(folder, "voxels.npz"), path.join(folder, "kernel.npz")];
    expect(await reader.refusal("encode", { paths: [density(first)], output: voxels })).toMatch(/only reads/);
    expect(existsSync(voxels)).toBe(false);
    await writer.ask("encode", { paths: [density(first), density(second)], output: "voxels.npz", dl: 0.8 });
    const { arrays } = readNpz(readFileSync(voxels));
    expect(arrays.get("descriptor")?.shape).toEqual([2, 16, 16, 16]);
    await writer.ask("describe", { paths: [data], output: table });
    expect(readNpz(readFileSync(table)).arrays.get("kernel")?.shape).toEqual([ids.length, ids.length]);
    await writer.ask("encode", { paths: [data], output: "spectra" });
    const { encoded } = await writer.ask("encode", { paths: ["spectra"] });
    expect(encoded).toBe(ids.length);
    const before = readFileSync(voxels);
    const refused = async (output: string) => writer.refusal("encode", { paths: [density(first)], output });
    expect(await refused("voxels.npz")).toMatch(/exists already/);
    expect(await refused("../voxels.npz")).toMatch(/outside/);
    expect(await refused(".hidden/voxels.npz")).toMatch(/hidden/);
    expect(await refused("nowhere/voxels.npz")).toMatch(/no folder/);
    expect(await writer.refusal("targets", { paths: [data], output: "kernel.txt" })).toMatch(/end in \.csv/);
    expect(readFileSync(voxels)).toEqual(before);
  });

  it("says which files failed, and goes on with the rest", async () => {
    const broken = path.join(folder, "broken");
    mkdirSync(broken);
    writeFileSync(path.join(broken, "CHGCAR"), "nothing\n");
    const { encoded, failed } = await reader.ask("encode", { paths: [density(first), "broken"] });
    expect(encoded).toBe(1);
    expect(failed).toMatchObject([{ file: path.join(broken, "CHGCAR"), problems: [{ severity: "error" }] }]);
  });
});
