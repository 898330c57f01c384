// Which engine computes: chosen by self-tests in a process of their own, and never one that crashes or computes
// wrongly.
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { networkPreset } from "../../../src/core/learning/networks/networkPresets.js";
import { chooseEngine, createEngines } from "../../../src/jobs/engines/engineChoice.js";
import { worstDifference } from "../../../src/jobs/engines/engineSelfCheck.js";
import { nativeBackend } from "../../../src/jobs/engines/nativeBackend.js";
import { wasmBackend } from "../../../src/jobs/engines/wasmBackend.js";
import { addonFile, addonFolder } from "../../../src/jobs/native/nativeAddon.js";
import { recallPassed, rememberPassed } from "../../../src/jobs/native/selfCheckMemory.js";
import type { EngineFacts } from "../../../src/protocol/runFiles.js";
import { temporaryFolder } from "../../cli/harness.js";
import { createEngine } from "../../kernels/networkFixtures.js";

const root = temporaryFolder();
const nothing = () => undefined;
const hasNative = existsSync(addonFolder());
const best = hasNative ? nativeBackend(addonFolder(), nothing, nothing).available() : undefined;

/** A folder with addons under the names of instruction sets, made from bytes. */
function addons(name: string, files: Readonly<Record<string, Buffer | string>>): string {
  const folder = path.join(root, name);
  mkdirSync(folder, { recursive: true });
  for (const [set, bytes] of Object.entries(files)) writeFileSync(addonFile(folder, "network", set), bytes);
  return folder;
}

const backendOf = (folder: string) => nativeBackend(folder, nothing, nothing);

describe("the engine", () => {
  const wasm = wasmBackend(nothing, nothing);

  it("is WebAssembly, without a word, where no native engine is", () => {
    const { engine, problems } = chooseEngine("auto", undefined, [backendOf(path.join(root, "none")), wasm]);
    expect([engine.backend, problems]).toEqual(["wasm", []]);
  });

  it("that is asked for and not there ends with the reason", () => {
    const missing = backendOf(path.join(root, "none"));
    expect(() => chooseEngine("native", undefined, [missing, wasm])).toThrow(
      /native is not available: this installation has no native engine for/,
    );
  });

  it("is WebAssembly, with a warning, where the native one is no library at all", () => {
    const folder = addons("text", { baseline: "this is no library", neon: "nor this" });
    const { engine, problems } = chooseEngine("auto", undefined, [backendOf(folder), wasm]);
    expect(engine.backend).toBe("wasm");
    expect(problems.map(({ severity, message }) => [severity, message])).toEqual([
      ["warning", expect.stringMatching(/failed its self-check and is not used: .*network-/)],
    ]);
    expect(() => chooseEngine("native", undefined, [backendOf(folder), wasm])).toThrow("failed its self-check");
  });

  it("that the work was begun with is kept, and a change is told", () => {
    const before: EngineFacts = { backend: "native", instructionSet: "sse9", build: "0" };
    const { engine, problems } = chooseEngine("auto", before, [backendOf(path.join(root, "none")), wasm]);
    expect(engine.backend).toBe("wasm");
    expect(problems.map(({ message }) => message)).toEqual([
      `started with the engine native (sse9), continued with wasm (${engine.instructionSet}): results are not bit-identical`,
    ]);
    expect(chooseEngine("auto", engine, [wasm])).toEqual({ engine, problems: [] });
    expect(chooseEngine("auto", { ...engine, build: "older" }, [wasm]).problems.map(({ args }) => args[0])).toEqual([
      "older",
    ]);
  });
});

describe("relaxed SIMD", () => {
  it.skipIf(
    !WebAssembly.validate(readFileSync(path.join(import.meta.dirname, "../../../dist/kernels/network.relaxed.wasm"))),
  )("is not used where its gradients are off", () => {
    const found = wasmBackend(nothing, nothing, () => 0.1).available();
    expect(found).toMatchObject({
      ok: true,
      engine: { instructionSet: "simd128" },
      problems: [{ severity: "warning" }],
    });
    expect(wasmBackend(nothing, nothing).available()).toMatchObject({
      ok: true,
      engine: { instructionSet: "relaxed-simd" },
      problems: [],
    });
  });

  it("never replaces plain SIMD where that is asked for", () => {
    expect(wasmBackend(nothing, nothing).available("simd128")).toMatchObject({
      ok: true,
      engine: { instructionSet: "simd128" },
    });
  });
});

/** The build finds no C compiler on some machines. */
describe.skipIf(!hasNative)("the native engine", () => {
  it("passes its self-test here and computes in this thread", () => {
    if (best?.ok !== true) throw new Error("no native engine passes its self-test");
    expect(best.seconds).toBeGreaterThan(0);
    expect(best.problems).toEqual([]);
    const { engine } = chooseEngine("auto", undefined, [backendOf(addonFolder()), wasmBackend(nothing, nothing)]);
    expect(engine).toEqual(best.engine);
    expect(worstDifference(createEngines(engine), createEngine)).toBeLessThan(1e-4);
  });

  it.runIf(process.arch === "x64")("that crashes in its test makes way for the next best", async () => {
    if (best?.ok !== true || best.engine.instructionSet === "baseline") throw new Error("this test needs AVX2");
    const whole = readFileSync(addonFile(addonFolder(), "network", best.engine.instructionSet));
    const folder = addons("crashing", {
      baseline: readFileSync(addonFile(addonFolder(), "network", "baseline")),
      [best.engine.instructionSet]: crashing(whole),
    });
    const found = backendOf(folder).available();
    expect(found).toMatchObject({
      ok: true,
      engine: { instructionSet: "baseline" },
      problems: [{ severity: "warning" }],
    });
    expect(found.ok && found.problems[0]?.message).toMatch(
      /failed its self-check and is not used: the test's process ended with (SIG|code)/,
    );
  });

  it("is tested once for all processes, and again when its file changes", () => {
    const file = path.join(root, "engines.json");
    let tests = 0;
    const recall = (key: string) => recallPassed(key, file);
    const remember = (key: string, set: string) => {
      tests++;
      rememberPassed(key, set, file);
    };
    const folder = path.join(root, "kept");
    mkdirSync(folder, { recursive: true });
    const set = process.arch === "x64" ? "baseline" : "neon";
    copyFileSync(addonFile(addonFolder(), "network", set), addonFile(folder, "network", set));
    const available = () => nativeBackend(folder, recall, remember).available();
    expect([available().ok, available().ok, tests]).toEqual([true, true, 1]);
    writeFileSync(
      addonFile(folder, "network", set),
      Buffer.concat([readFileSync(addonFile(folder, "network", set)), Buffer.from([0])]),
    );
    expect([available().ok, tests]).toEqual([true, 2]);
    writeFileSync(file, "damaged");
    expect([available().ok, tests]).toEqual([true, 3]);
  });

  it("gives the bits of a batch again in a new engine", () => {
    if (best?.ok !== true) throw new Error("no native engine passes its self-test");
    const create = createEngines(best.engine);
    const sample = { size: 32, channels: 1, index: Int32Array.of(5, 16912, 20000), value: Float32Array.of(1, -2, 0.5) };
    const learn = () => {
      const engine = create(networkPreset("deep", 32, 1, "max"));
      engine.writeParameters(Float32Array.from({ length: engine.parameterCount }, (_, i) => Math.sin(i) / 10));
      return engine.lossAndGradient([sample, sample], Float32Array.of(1, 2));
    };
    expect(learn()).toEqual(learn());
  });
});

/**
 * The library with an instruction that no processor has (ud2) all over its code, which fills the middle of the file; it
 * still loads.
 */
function crashing(library: Buffer): Buffer {
  const damaged = Buffer.from(library);
  const from = Math.floor(damaged.length * 0.1) * 2;
  for (let i = from; i < damaged.length * 0.6; i += 2) damaged.writeUInt16LE(0x0b0f, i);
  return damaged;
}
