import { type ChildProcess, fork, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { EncodeSettings } from "../../src/core/descriptors/encodeSettings.js";
import { encodeVoxels } from "../../src/core/descriptors/r3dvs.js";
import { Cancellation, RpcPeer } from "../../src/protocol/rpc.js";
import type { RunRequest, WorkerMethods } from "../../src/protocol/workerMethods.js";

const SAMPLE = fileURLToPath(new URL("../../media/sample/oxides", import.meta.url));
const DIST = fileURLToPath(new URL("../../dist", import.meta.url));
const QUARTZ = path.join(SAMPLE, "mp-10064/CHGCAR.gz");
const root = mkdtempSync(path.join(tmpdir(), "r3dvs-worker-"));
const settings: EncodeSettings = { spacing: 0.4, length: 12.8, assignment: "nearest", component: "total" };
let child: ChildProcess;
let worker: RpcPeer<Record<string, never>, WorkerMethods>;

beforeAll(() => {
  child = fork(path.join(DIST, "worker.js"), [], { serialization: "advanced" });
  const port = {
    post: (message: unknown) => void child.send(message as object),
    onMessage: (receive: (message: unknown) => void) => void child.on("message", receive),
  };
  worker = new RpcPeer(port, {});
  child.on("exit", () => worker.dispose("the job process ended"));
});

afterAll(() => {
  child.kill();
  rmSync(root, { recursive: true, force: true });
});

describe("the job process", () => {
  test("opens a file's voxels as typed arrays, with progress", async () => {
    const seen: number[] = [];
    const { picture, problems } = await worker.call(
      "openVoxels",
      { file: QUARTZ, settings },
      { onProgress: (fraction) => seen.push(fraction) },
    );
    expect(problems).toEqual([]);
    expect(picture).toMatchObject({
      title: "CHGCAR.gz",
      formula: "SiO2",
      kind: "CHGCAR",
      natoms: 3,
      grid: [24, 24, 24],
      components: ["total"],
    });
    if (picture === undefined) return;
    expect(picture.amplitude).toBeInstanceOf(Float64Array);
    const voxels = encodeVoxels(picture, settings);
    expect(voxels[16 * 1024 + 16 * 32 + 16]).toBeCloseTo(16 / picture.volume, 5);
    expect(seen.at(-1)).toBe(1);
  });

  test("tells what is wrong with a file that gives none", async () => {
    const file = path.join(root, "CHGCAR");
    writeFileSync(file, "nothing\n");
    const { picture, problems } = await worker.call("openVoxels", { file, settings });
    expect(picture).toBeUndefined();
    expect(problems[0]?.severity).toBe("error");
    expect((await worker.call("inspectFile", { file: QUARTZ })).info).toMatchObject({ kind: "CHGCAR", natoms: 3 });
  });

  test("encodes a dataset into its .r3dvs and exports one file", async () => {
    const data = dataset("encode", ["mp-10064", "mp-1778"]);
    const { files } = await worker.call("encodeFiles", { paths: [data, path.join(root, "nowhere")], settings });
    expect(
      files.map(({ id, output, problems }) => [id, output !== undefined && existsSync(output), problems.length]),
    ).toEqual([
      ["mp-10064", true, 0],
      ["mp-1778", true, 0],
      [path.join(root, "nowhere"), false, 1],
    ]);
    expect(files[0]?.output).toBe(path.join(data, ".r3dvs/spectra/total-0.4/mp-10064.npz"));
    const output = path.join(root, "one.npz");
    expect(await worker.call("exportVoxels", { file: QUARTZ, settings, output })).toEqual({ problems: [] });
    expect(existsSync(output)).toBe(true);
    const table = path.join(root, "one.csv");
    expect(await worker.call("exportVoxels", { file: QUARTZ, settings, output: table })).toEqual({ problems: [] });
    expect(readFileSync(table, "utf8").split("\n")[0]).toMatch(/^h,k,l,/);
  });

  test("cancels a call and goes on serving", async () => {
    const cancellation = new Cancellation();
    const cancelled = worker.call(
      "encodeFiles",
      { paths: [SAMPLE], settings: { ...settings, spacing: 0.2 } },
      { cancellation },
    );
    cancellation.cancel();
    await expect(cancelled).rejects.toMatchObject({ code: "cancelled" });
    expect((await worker.call("inspectDataset", { folder: SAMPLE })).materials.length).toBe(120);
  });

  test("prepares a run that a process of its own works on, can stop and resume, and predicts with what it learned", {
    timeout: 240_000,
  }, async () => {
    const data = dataset(
      "run",
      [...new Set(readFileSync(path.join(SAMPLE, "targets.csv"), "utf8").match(/^mp-\d+/gm) ?? [])].slice(0, 12),
    );
    const request: RunRequest = {
      dataset: data,
      name: "first: try",
      targets: ["band_gap"],
      models: ["r3dvs", "composition"],
      preset: "quick",
      trainSizes: [6],
      testSize: 4,
      repeats: 1,
      epochs: 40,
      rotations: 2,
      threads: 1,
      settings,
    };
    const { folder } = await worker.call("createRun", request);
    expect(folder).toBe(path.join(data, ".r3dvs/runs/first_ try"));
    expect((await worker.call("listRuns", { dataset: data })).runs).toMatchObject([
      { name: "first_ try", state: "queued", models: ["r3dvs", "composition"] },
    ]);
    const running = startRun(folder, { hold: true });
    await expect.poll(() => epochsTold(folder), { timeout: 50_000 }).toBeGreaterThan(0);
    expect(await state(folder)).toBe("running");
    await worker.call("stopRun", { folder });
    expect(["stopping", "stopped"]).toContain(await state(folder));
    expect(await running.ended).toBe(130);
    expect(await state(folder)).toBe("stopped");
    const before = epochsTold(folder);
    const again = startRun(folder, { hold: true });
    await expect.poll(() => epochsTold(folder), { timeout: 50_000 }).toBeGreaterThan(before);
    expect(await state(folder)).toBe("running");
    again.process.kill("SIGKILL");
    await again.ended;
    expect(await state(folder)).toBe("interrupted");
    expect(await startRun(folder).ended).toBe(0);
    const { run, parity } = await worker.call("readRun", { folder, parity: true });
    expect(run).toMatchObject({
      state: "finished",
      progress: { done: 2, total: 2 },
      targets: [{ name: "band_gap", unit: "eV" }],
    });
    expect(parity.length).toBe(8);
    expect(existsSync((await worker.call("writeReport", { folder })).file)).toBe(true);
    const { models } = await worker.call("listModels", { folders: [folder, root] });
    expect(models.map(({ name, model, trainSize }) => [name, model, trainSize])).toEqual([
      ["band_gap-composition", "composition", 6],
      ["band_gap-r3dvs", "r3dvs", 6],
    ]);
    const { predictions } = await worker.call("predict", { models: models.map((model) => model.path), file: QUARTZ });
    expect(predictions.map(({ target, unit, id }) => [target, unit, id])).toEqual(
      Array(2).fill(["band_gap", "eV", "mp-10064"]),
    );
    expect(predictions.map(({ explainable }) => explainable)).toEqual([false, true]);
    const [composition = "", network = ""] = models.map((model) => model.path);
    const heard: number[] = [];
    const { explanation } = await worker.call(
      "explainPrediction",
      { model: network, file: QUARTZ },
      { onProgress: (share) => heard.push(share) },
    );
    expect(explanation).toMatchObject({ model: network, target: "band_gap", unit: "eV" });
    if (explanation?.kind !== "waves") throw new Error("networks are explained by plane waves");
    const { hkl, effect, shells } = explanation;
    expect(effect.length).toBe(hkl.length / 3);
    expect(effect.some((value) => value !== 0)).toBe(true);
    expect(shells.reduce((sum, { pairs }) => sum + pairs, 0)).toBe(effect.length);
    expect(heard.at(-1)).toBe(1);
    await expect(worker.call("explainPrediction", { model: composition, file: QUARTZ })).rejects.toThrow(
      "does not read the density",
    );
    const output = path.join(root, "web");
    expect(await worker.call("exportModel", { model: network, output })).toEqual({
      file: path.join(output, "model.json"),
    });
    expect(readFileSync(path.join(output, "model.json"), "utf8")).toContain('"layers-model"');
    await expect(worker.call("exportModel", { model: composition, output })).rejects.toThrow("only networks");
    const cancellation = new Cancellation();
    const cancelled = worker.call(
      "explainPrediction",
      { model: network, file: QUARTZ },
      { cancellation, onProgress: () => cancellation.cancel() },
    );
    await expect(cancelled).rejects.toThrow();
  });

  async function state(folder: string): Promise<string> {
    return (await worker.call("readRun", { folder, parity: false })).run.state;
  }
});

/** `hold`: it waits at its first epoch until it is asked to stop, or is killed. */
function startRun(folder: string, { hold = false } = {}) {
  const preload = hold ? ["--require", path.join(import.meta.dirname, "../hold.cjs")] : [];
  const env = hold ? { ...process.env, R3DVS_HOLD_EPOCH: "1" } : process.env;
  const process_ = spawn(process.execPath, [...preload, path.join(DIST, "run.js"), folder], { stdio: "ignore", env });
  return { process: process_, ended: new Promise<number | null>((resolve) => process_.on("exit", resolve)) };
}

function epochsTold(folder: string): number {
  const file = path.join(folder, "events.jsonl");
  return existsSync(file) ? readFileSync(file, "utf8").split('"event":"epoch"').length - 1 : 0;
}

function dataset(name: string, ids: readonly string[]): string {
  const folder = path.join(root, name);
  mkdirSync(folder);
  for (const id of ids) cpSync(path.join(SAMPLE, id), path.join(folder, id), { recursive: true });
  cpSync(path.join(SAMPLE, "targets.csv"), path.join(folder, "targets.csv"));
  return folder;
}
