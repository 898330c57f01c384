import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { loadKernel } from "../../../src/jobs/files/wasmModule.js";
import { BytesService } from "../../../src/jobs/surfaces/bytesService.js";
import { DensityService } from "../../../src/jobs/surfaces/densityService.js";
import type { CallContext } from "../../../src/protocol/rpc.js";
import { SAMPLE } from "../../cli/harness.js";

const context: CallContext = { cancelled: false, onCancel: () => {}, progress: () => {} };
const settings = { spacing: 0.4, length: 12.8, component: "total", assignment: "nearest" } as unknown as Parameters<
  DensityService["handlers"]["openDensity"]
>[0]["settings"];

function service(): BytesService {
  const [volumetric, surfaces, moyo, unpack] = (["volumetric", "surfaces", "moyo", "unpack"] as const).map(loadKernel);
  if (!volumetric || !surfaces || !moyo || !unpack) throw new Error("the kernels are built");
  return new BytesService({ volumetric, surfaces, moyo, unpack });
}

const disk = path.join(SAMPLE, "mp-1778", "CHGCAR.gz");
const address = "memory:/mp-1778/CHGCAR.gz";
const inMemory = service();
inMemory.put(address, readFileSync(disk));
const onDisk = new DensityService();

describe("a density in memory", () => {
  it("has the atoms, grid and spectrum that the job process reads", async () => {
    expect(await inMemory.handlers.openStructure({ file: address }, context)).toEqual(
      await onDisk.handlers.openStructure({ file: disk }, context),
    );
    const [mine, theirs] = await Promise.all([
      inMemory.handlers.openDensity({ file: address, ...(settings && { settings }) }, context),
      onDisk.handlers.openDensity({ file: disk, ...(settings && { settings }) }, context),
    ]);
    expect(mine.density).toEqual(theirs.density);
    expect(mine.voxels?.amplitude).toEqual(theirs.voxels?.amplitude);
    expect(mine.voxels?.hkl).toEqual(theirs.voxels?.hkl);
  });

  it("has the same surfaces, shares, slices and symmetry", async () => {
    const mine = { file: address };
    const theirs = { file: disk };
    for (const [a, b] of [
      [
        inMemory.handlers.isosurface({ ...mine, levels: [1] }, context),
        onDisk.handlers.isosurface({ ...theirs, levels: [1] }, context),
      ],
      [
        inMemory.handlers.inside({ ...mine, percents: [60] }, context),
        onDisk.handlers.inside({ ...theirs, percents: [60] }, context),
      ],
      [
        inMemory.handlers.integrals({ ...mine, cutoff: 7.8 }, context),
        onDisk.handlers.integrals({ ...theirs, cutoff: 7.8 }, context),
      ],
      [inMemory.handlers.symmetry(mine, context), onDisk.handlers.symmetry(theirs, context)],
    ] as const)
      expect(await a).toEqual(await b);
  });

  it("is gone when its view closes", async () => {
    const other = service();
    other.put(address, readFileSync(disk));
    await other.handlers.closeDensity({ file: address }, context);
    expect(() => other.handlers.openStructure({ file: address }, context)).toThrow("is not open");
  });
});

describe("a structure in memory", () => {
  const put = (file: string, text: string): BytesService => {
    const one = service();
    one.put(file, new TextEncoder().encode(text));
    return one;
  };
  const POSCAR = "NaCl\n1.0\n0 2.82 2.82\n2.82 0 2.82\n2.82 2.82 0\nNa Cl\n1 1\nDirect\n0 0 0\n0.5 0.5 0.5\n";

  it("is read as POSCAR and as the frames of an XDATCAR", async () => {
    const { crystal } = await put("memory:/POSCAR", POSCAR).handlers.openStructure({ file: "memory:/POSCAR" }, context);
    expect(crystal).toMatchObject({ kind: "POSCAR", formula: "NaCl", hasDensity: false });
    const head = POSCAR.split("\n").slice(0, 7).join("\n");
    const frames = [0, 0.1].map((x, i) => `Direct configuration= ${i + 1}\n${x} 0 0\n0.5 0.5 0.5\n`).join("");
    const trajectory = put("memory:/XDATCAR", `${head}\n${frames}`);
    expect((await trajectory.handlers.openFrames({ file: "memory:/XDATCAR" }, context)).count).toBe(2);
    const first = await trajectory.handlers.openStructure({ file: "memory:/XDATCAR", frame: 1 }, context);
    expect([first.crystal?.frames, first.crystal?.fractional[0]]).toEqual([{ count: 2, shown: 1 }, 0]);
  });

  it("says what is wrong with damaged ones, at its place", async () => {
    const { crystal, problems } = await put("memory:/POSCAR", "x\n1\n").handlers.openStructure(
      { file: "memory:/POSCAR" },
      context,
    );
    expect(crystal).toBeUndefined();
    expect(problems.length).toBeGreaterThan(0);
    expect(() => put("memory:/CHGCAR.zst", "x")).toThrow(".zst files need VS Code on a computer");
  });
});
