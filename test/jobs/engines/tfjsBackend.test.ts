// Finding, testing and loading tfjs-node. Its place is taken by packages of the same name that run TensorFlow.js on its
// CPU backend, or fail in the ways a native library fails; the real one is used where R3DVS_TFJS_NODE says that it is
// installed.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import util from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import { networkPreset } from "../../../src/core/learning/networks/networkPresets.js";
import { chooseEngine } from "../../../src/jobs/engines/engineChoice.js";
import { worstDifference } from "../../../src/jobs/engines/engineSelfCheck.js";
import { findPackage, packageFolder } from "../../../src/jobs/engines/packageBackend.js";
import { bringBackIsNullOrUndefined, TFJS_NODE, tfjsBackend } from "../../../src/jobs/engines/tfjsBackend.js";
import { wasmBackend } from "../../../src/jobs/engines/wasmBackend.js";
import { createEngine } from "../../kernels/networkFixtures.js";

const repository = path.resolve(import.meta.dirname, "../../..");
const root = mkdtempSync(path.join(tmpdir(), "r3dvs-tfjs-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** tfjs-core with its CPU backend in the clothes of tfjs-node. */
const ON_CPU = `
  const from = require("node:module").createRequire(${JSON.stringify(path.join(repository, "package.json"))});
  const tf = { ...from("@tensorflow/tfjs-core") };
  from("@tensorflow/tfjs-backend-cpu");
  from("@tensorflow/tfjs-layers");
  tf.backend = () => ({ binding: { TF_Version: "0.0-cpu" } });
  module.exports = tf;
`;

function install(name: string, code: string): string {
  const folder = path.join(root, name);
  const place = path.join(folder, "node_modules/@tensorflow/tfjs-node");
  mkdirSync(place, { recursive: true });
  writeFileSync(
    path.join(place, "package.json"),
    JSON.stringify({ name: "@tensorflow/tfjs-node", version: "4.22.0", main: "index.js" }),
  );
  writeFileSync(path.join(place, "index.js"), code);
  return folder;
}

const fresh = (folder: string) =>
  tfjsBackend(
    folder,
    () => undefined,
    () => {},
  );
const reasonOf = (folder: string) => {
  const found = fresh(folder).available();
  return found.ok ? undefined : { broken: found.broken, message: found.reason.message };
};

describe("the tfjs-node backend", () => {
  it("is used where the package passes its self-test, which is remembered", () => {
    const folder = install("works", ON_CPU);
    const memory = new Map<string, string>();
    const make = () =>
      tfjsBackend(
        folder,
        (key) => memory.get(key),
        (key, name) => memory.set(key, name),
      );
    const engine = { backend: "tfjs-node", instructionSet: "TensorFlow 0.0-cpu", build: "4.22.0" };
    const first = make().available();
    expect(first).toEqual({ ok: true, engine, seconds: expect.any(Number), problems: [] });
    expect(first.ok && first.seconds).toBeGreaterThan(0);
    expect(make().available()).toEqual({ ok: true, engine, seconds: 0, problems: [] });
    expect(make().available("TensorFlow 9.9")).toMatchObject({
      ok: false,
      reason: { message: "tfjs-node now has TensorFlow 0.0-cpu, not TensorFlow 9.9" },
    });
    expect(memory.size).toBe(1);
    writeFileSync(path.join(folder, "node_modules/@tensorflow/tfjs-node/index.js"), ON_CPU);
    expect(chooseEngine("tfjs-node", undefined, [make(), wasmBackend()]).engine).toEqual(engine);
    expect(chooseEngine("auto", undefined, [wasmBackend(), make()]).engine.backend).toBe("wasm");
    const network = make().create(first.ok ? first.engine : engineOf())(networkPreset("deep", 8, 1, "average"));
    expect(network.predict([])).toEqual(new Float32Array(0));
    network.dispose();
  });

  it("says that it is not installed, and how it is", () => {
    expect(reasonOf(path.join(root, "nothing"))).toEqual({
      broken: false,
      message: "tfjs-node is not installed; r3dvs doctor --install tfjs-node installs it",
    });
    expect(() => fresh(path.join(root, "nothing")).create(engineOf())).toThrow("is not installed in");
    expect(() => chooseEngine("tfjs-node", undefined, [fresh(path.join(root, "nothing"))])).toThrow(
      "is not available: tfjs-node is not installed",
    );
  });

  it("says why a package cannot be loaded", () => {
    const folder = install(
      "throws",
      'throw new Error("The Node.js native addon module (tfjs_binding.node) can not be found.\\nPlease run")',
    );
    expect(reasonOf(folder)).toEqual({
      broken: true,
      message:
        "tfjs-node is installed but does not work here: The Node.js native addon module (tfjs_binding.node) can not be found.",
    });
  });

  it("outlives a library that crashes", () => {
    const folder = install("crashes", 'process.kill(process.pid, "SIGILL"); for (;;);');
    expect(reasonOf(folder)).toEqual({
      broken: true,
      message: "tfjs-node is installed but does not work here: its test ended with SIGILL",
    });
  });

  it("refuses one that computes something else", () => {
    const folder = install(
      "wrong",
      `${ON_CPU}; const { leakyRelu } = tf; tf.leakyRelu = (x, slope) => leakyRelu(x, slope * 1.01);`,
    );
    expect(reasonOf(folder)).toEqual({
      broken: true,
      message: expect.stringMatching(/^tfjs-node is not used: its gradients are off by \d\.\de-\d$/),
    });
  });

  it("gives tfjs-node the function that Node 23 took from it", () => {
    const folder = install(
      "modern",
      `const util = require("util"); if (!util.isNullOrUndefined(null) || util.isNullOrUndefined(0)) throw new Error("no"); ${ON_CPU}`,
    );
    expect(reasonOf(folder)).toBeUndefined();
    const modern: Record<string, unknown> = {};
    bringBackIsNullOrUndefined(modern);
    const brought = modern.isNullOrUndefined as (value: unknown) => boolean;
    expect([null, undefined, 0, ""].map(brought)).toEqual([true, true, false, false]);
    const own = { isNullOrUndefined: () => "own" };
    bringBackIsNullOrUndefined(own);
    expect(own.isNullOrUndefined()).toBe("own");
    bringBackIsNullOrUndefined();
    expect("isNullOrUndefined" in util).toBe(true);
  });
});

it("looks in the folder that is named, else in the user's own data, never in the working folder", () => {
  expect(packageFolder(TFJS_NODE, { R3DVS_TFJS_NODE: "/somewhere" })).toBe("/somewhere");
  const usual = packageFolder(TFJS_NODE, { XDG_DATA_HOME: "/data", LOCALAPPDATA: "/data" });
  expect(path.isAbsolute(usual) && usual.endsWith(path.join("r3dvs", "tfjs-node"))).toBe(true);
  expect(usual.startsWith(process.cwd())).toBe(false);
  writeFileSync(path.join(root, "package.json"), "{");
  expect(findPackage(TFJS_NODE, root)).toBeUndefined();
});

describe.skipIf(findPackage(TFJS_NODE, packageFolder(TFJS_NODE)) === undefined)("the real tfjs-node", () => {
  it("passes the self-test in this process too", () => {
    const backend = tfjsBackend();
    const found = backend.available();
    expect(found).toMatchObject({ ok: true });
    if (found.ok) expect(worstDifference(backend.create(found.engine), createEngine)).toBeLessThan(1e-4);
  });
});

function engineOf() {
  return { backend: "tfjs-node", instructionSet: "", build: "" } as const;
}
