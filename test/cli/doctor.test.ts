import { describe, expect, test } from "vitest";
import { nativeCodes } from "../kernels/volumetricCodes.js";
import { runCli } from "./harness.js";

describe("r3dvs doctor", () => {
  test("prints the machine, then each engine with its self-test and speed or with the reason", async () => {
    const { code, stderr, events } = await runCli(["doctor", "--json"]);
    expect([code, stderr]).toEqual([0, ""]);
    const [machine, ...engines] = events;
    expect(machine).toMatchObject({ node: process.versions.node, platform: `${process.platform}-${process.arch}` });
    expect(machine?.reader).toBe(nativeCodes[0]?.instructionSet ?? "simd128");
    expect(engines.map(({ backend }) => backend)).toEqual(expect.arrayContaining(["native", "wasm", "tfjs-node"]));
    expect(engines.map(({ backend }) => backend)).toContain(machine?.default);
    for (const engine of engines) {
      if (engine.available)
        expect(engine.samplesPerCpuSecond).toEqual({ light: expect.any(Number), deep: expect.any(Number) });
      else expect(engine.problems).toEqual([expect.objectContaining({ message: expect.stringMatching(/\w/) })]);
    }
    const wasm = engines.find(({ backend }) => backend === "wasm");
    expect(wasm).toMatchObject({ available: true, instructionSet: expect.stringMatching(/^(simd128|relaxed-simd)$/) });
  });

  test("says the same in words", async () => {
    const { code, stdout } = await runCli(["doctor"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^r3dvs .*, Node .* threads$/m);
    expect(stdout).toMatch(/^wasm +(simd128|relaxed-simd), .*samples per CPU second/m);
    expect(stdout).toMatch(/, the default$/m);
    expect(stdout).toMatch(/^reading +(avx512|avx2|neon|simd128)$/m);
  });
});
