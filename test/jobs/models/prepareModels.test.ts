import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { processSoapOfModel, rememberModelSoap } from "../../../src/jobs/features/processSoap.js";
import { readSoapCache } from "../../../src/jobs/features/soapCache.js";
import type { ModelSoap } from "../../../src/jobs/features/threadMethods.js";
import { readModel } from "../../../src/jobs/models/modelFile.js";
import { ModelPreparation } from "../../../src/jobs/models/prepareModels.js";
import { predictFileMethod } from "../../../src/jobs/models/threadMethods.js";
import { makeLibrary } from "../../../src/jobs/reproduction/makeLibrary.js";
import { ThreadPool } from "../../../src/jobs/threads/threadPool.js";
import { Cancellation } from "../../../src/protocol/rpc.js";
import { SAMPLE, SAMPLE_IDS, sampleDataset } from "../../cli/harness.js";

const root = mkdtempSync(path.join(tmpdir(), "r3dvs-prepare-"));
const cache = process.env.XDG_CACHE_HOME;
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
  if (cache === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = cache;
});
const model = path.join(root, "models", "cohesive_energy_per_atom-combined");
const kept = path.join(root, "cache", "r3dvs", "models");
const files = () => readdirSync(kept).map((name) => path.join(kept, name));

/** What the threads are given, as a pool tells it. */
class Listening extends ThreadPool {
  readonly given: ModelSoap[] = [];
  override share(...[method, params, options]: Parameters<ThreadPool["share"]>): void {
    if (method.name === "shareModelSoap") this.given.push(...(params as readonly ModelSoap[]));
    super.share(method, params, options);
  }
}

async function prepared(): Promise<Listening> {
  const pool = new Listening(2);
  await new ModelPreparation(pool).prepare([model, model]);
  return pool;
}

beforeAll(async () => {
  process.env.XDG_CACHE_HOME = path.join(root, "cache");
  const request = {
    models: ["combined"],
    dataset: sampleDataset(root, SAMPLE_IDS.slice(0, 12)),
    output: path.join(root, "models"),
    work: path.join(root, "work"),
    results: path.join(root, "none.csv"),
    targets: ["cohesive_energy_per_atom"],
    options: {},
    testSize: 4,
    threads: 2,
  } as const;
  await makeLibrary(request, { cancellation: new Cancellation(), onEvent: () => {}, onModel: () => {} });
});

describe("a library's combined model", () => {
  test("has its SOAP vectors and kernels made once for all threads, and from the user's cache the next time", async () => {
    const first = await prepared();
    await first.dispose();
    expect(first.given.length).toBe(1); // fewer than 100 materials are compared at one scale
    expect(files().length).toBe(1);
    const time = statSync(files()[0] ?? "").mtimeMs;
    const second = await prepared();
    await second.dispose();
    expect(second.given).toEqual(first.given);
    expect(statSync(files()[0] ?? "").mtimeMs).toBe(time);
    const { learned } = readModel(model);
    if (learned.kind !== "process") throw new Error("no process");
    const alone = [...processSoapOfModel(learned.process).values()][0];
    expect(
      Math.max(...(first.given[0]?.kernel ?? []).map((value, i) => Math.abs(value - (alone?.[i] ?? Number.NaN)))),
    ).toBeLessThan(1e-12);
    rememberModelSoap(first.given);
    expect([...processSoapOfModel(learned.process).values()][0]).toBe(first.given[0]?.kernel);
  });

  test("predicts the same with what was shared as by itself", async () => {
    const id = SAMPLE_IDS[30] ?? "";
    const entry = { id, file: path.join(SAMPLE, id, "CHGCAR.gz") };
    const bare = new ThreadPool(1);
    const pool = await prepared();
    const [alone, shared] = await Promise.all(
      [bare, pool].map((own) => own.run(predictFileMethod, { models: [model], entry })),
    );
    await Promise.all([bare.dispose(), pool.dispose()]);
    expect(alone?.value?.[0]?.sigma).toBeGreaterThan(0);
    expect(shared?.value).toEqual(alone?.value);
  });

  test("takes no torn or foreign file from the cache", async () => {
    const [file = ""] = files();
    const key = (await prepared()).given[0]?.key ?? "";
    const whole = readFileSync(file);
    expect(readSoapCache(key)).toBeDefined();
    expect(readSoapCache(`${key} of others`)).toBeUndefined();
    for (const damaged of [whole.subarray(0, 1000), Buffer.alloc(0), Buffer.from(whole).fill(7, 5000, 5004)]) {
      writeFileSync(file, damaged);
      expect(readSoapCache(key)).toBeUndefined();
    }
    const again = await prepared();
    await again.dispose();
    expect(readFileSync(file).equals(whole)).toBe(true);
  });
});
