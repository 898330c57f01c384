// What only the addons have: memory that the kernels must not leave, threads in one process, and an own end of life.

import path from "node:path";
import { setImmediate } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { networkPreset } from "../../src/core/learning/networks/networkPresets.js";
import { Random } from "../../src/core/math/random.js";
import { addonFile, addonFolder, loadAddon } from "../../src/jobs/native/nativeAddon.js";
import { createEngine, hasNative, nativeEngines, randomParameters, randomVoxels } from "./networkFixtures.js";

/** The build finds no C compiler on some machines. */
describe.skipIf(!hasNative)("the native engine", () => {
  const names = nativeEngines.map(([name]) => name.replace("native ", ""));
  const spec = networkPreset("light", 32, 2, "average");
  const random = new Random(8);
  const samples = Array.from({ length: 4 }, () => randomVoxels(random, 32, 2, 0.02));
  const parameters = randomParameters(random, spec);
  const targets = Float32Array.of(1, 0, -1, 2);

  it("is there for this processor", () => {
    expect(names.length).toBeGreaterThan(0);
  });

  it.each(nativeEngines)("%s agrees with WebAssembly", (_, create) => {
    const [native, wasm] = [create, createEngine].map((make) => {
      const engine = make(spec);
      engine.writeParameters(parameters);
      return engine.lossAndGradient(samples, targets);
    });
    expect(native?.loss).toBeCloseTo(wasm?.loss ?? Number.NaN, 4);
    const largest = Math.max(...(wasm?.gradient ?? []).map(Math.abs));
    const worst = Math.max(...(wasm?.gradient ?? []).map((g, i) => Math.abs(g - (native?.gradient[i] ?? Number.NaN))));
    expect(worst / largest).toBeLessThan(1e-4);
  });

  it.each(names)("of %s gives the same bits in several threads at once as in one", async (name) => {
    const file = addonFile(addonFolder(), "network", name);
    const script = path.join(import.meta.dirname, "nativeThread.mjs");
    const results = await Promise.all([1, 2, 3].map(() => inThread(script, { file, seed: 5 })));
    const [alone] = await Promise.all([inThread(script, { file, seed: 5 })]);
    for (const result of results) expect(result).toEqual(alone);
    expect(new Set(results[0]).size).toBeGreaterThan(10);
  });

  it.each(names)("of %s refuses addresses outside its memory and voxels outside the box", (name) => {
    const kernels = loadAddon(addonFolder(), "network", name).create();
    expect(() => kernels.flipFilter(64, 128, 4, 4)).toThrow(RangeError);
    const buffer = new ArrayBuffer(1 << 16);
    const start = kernels.attach(buffer);
    expect(() => kernels.flipFilter(64, 1 << 16, 4, 4)).toThrow("outside its memory");
    expect(() => kernels.flipFilter(0, 64, 4, 4)).toThrow("outside its memory");
    expect(() => kernels.flipFilter(Number.NaN, 64, 4, 4)).toThrow("outside its memory");
    expect(() => kernels.convolve(64)).toThrow("number of arguments");
    const index = new Int32Array(buffer, start + 64, 2);
    const first = [64, 256, 2, 4, 1, 0, 512, 1024, 2048, 8, 16, 4, 2, 1];
    index.set([3, 64]);
    expect(() => kernels.convolveFirst(...first)).toThrow("outside its memory");
    index.set([3, 3]);
    expect(() => kernels.convolveFirst(...first)).toThrow("outside its memory");
    index.set([3, 63]);
    expect(() => kernels.convolveFirst(...first)).not.toThrow();
  });

  it.each(nativeEngines)("%s gives its memory back", async (_, create) => {
    const use = () => {
      const engine = create(spec);
      engine.writeParameters(parameters);
      engine.predict(samples.slice(0, 1));
      engine.dispose();
    };
    for (let i = 0; i < 20; i++) use();
    const before = process.memoryUsage().rss;
    // Each takes about 12 MB: 3 GB in all, were they kept.
    for (let i = 0; i < 250; i++) {
      use();
      // Node finalises what was collected between two turns of the event loop, when it sees fit.
      if (i % 10 === 9) await setImmediate();
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(600e6);
  });
});

function inThread(script: string, workerData: object): Promise<readonly number[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(script, { workerData });
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}
