// The backend on WebGPU. Where the package and the browser of the workbench tests are installed, it computes on that
// browser's SwiftShader, a graphics processor emulated after Vulkan's rules; where not, only what is said of packages
// that do not work is tested.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { networkPreset } from "../../../src/core/learning/networks/networkPresets.js";
import { chooseEngine } from "../../../src/jobs/engines/engineChoice.js";
import { findPackage } from "../../../src/jobs/engines/packageBackend.js";
import { WEBGPU, webgpuBackend } from "../../../src/jobs/engines/webgpuBackend.js";
import type { GpuDevice } from "../../../src/kernels/webgpu/gpuDevice.js";
import { WebgpuNetwork } from "../../../src/kernels/webgpu/webgpuNetwork.js";

const workbench = path.resolve(import.meta.dirname, "../../workbench");
const browser = path.join(workbench, "node_modules/.browser");
const folder = process.env.R3DVS_WEBGPU ?? workbench;
const isHere = findPackage(WEBGPU, folder) !== undefined && existsSync(path.join(browser, "libvk_swiftshader.so"));

const root = mkdtempSync(path.join(tmpdir(), "r3dvs-webgpu-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function install(name: string, code: string): string {
  const place = path.join(root, name, "node_modules/webgpu");
  mkdirSync(place, { recursive: true });
  writeFileSync(path.join(place, "package.json"), JSON.stringify({ name: "webgpu", version: "0.6.2", type: "module" }));
  writeFileSync(path.join(place, "index.js"), code);
  return path.join(root, name);
}

const fresh = (place: string) =>
  webgpuBackend(
    place,
    () => undefined,
    () => {},
  );

describe("the webgpu backend", () => {
  it("says that there is no graphics processor, that the package does not load, that it crashes", {
    timeout: 120_000,
  }, () => {
    const none = install("none", "export const create = () => ({ requestAdapter: async () => null });");
    const broken = install("broken", 'throw new Error("dawn.node: cannot open shared object file");');
    const crashing = install(
      "crashing",
      'process.kill(process.pid, "SIGSEGV"); export const create = () => { for (;;); };',
    );
    const reasons = [none, broken, crashing].map((place) => {
      const found = fresh(place).available();
      return found.ok ? "" : found.reason.message;
    });
    expect(reasons).toEqual([
      "webgpu is installed but does not work here: WebGPU finds no graphics processor or no driver for it",
      "webgpu is installed but does not work here: dawn.node: cannot open shared object file",
      "webgpu is installed but does not work here: its test ended with SIGSEGV",
    ]);
    expect(() => chooseEngine("webgpu", undefined, [fresh(path.join(root, "nothing"))])).toThrow(
      "the backend webgpu is not available: webgpu is not installed; r3dvs doctor --install webgpu installs it",
    );
  });

  it("leaves networks with batch normalisation to others", () => {
    const spec = networkPreset("deep", 8, 1, "average");
    const layers = spec.layers.map((layer, i) => (i === 0 ? { ...layer, normalization: "batch" as const } : layer));
    expect(() => new WebgpuNetwork({} as GpuDevice, { ...spec, layers } as typeof spec)).toThrow(
      "learns no networks with batch normalisation",
    );
  });
});

describe.skipIf(!isHere)("on SwiftShader", () => {
  it("computes what the kernels compute: both pools, all widths, dropout", { timeout: 400_000 }, () => {
    const driver = path.join(root, "driver.json");
    const library = path.join(browser, "libvk_swiftshader.so");
    writeFileSync(
      driver,
      JSON.stringify({ file_format_version: "1.0.0", ICD: { library_path: library, api_version: "1.0.5" } }),
    );
    const before = { ...process.env };
    Object.assign(process.env, { VK_ICD_FILENAMES: driver, LD_LIBRARY_PATH: browser });
    try {
      expect(fresh(folder).available()).toEqual({
        ok: true,
        engine: { backend: "webgpu", instructionSet: expect.stringContaining("SwiftShader"), build: "0.6.2" },
        seconds: expect.any(Number),
        problems: [],
      });
    } finally {
      process.env = before;
    }
  });
});
