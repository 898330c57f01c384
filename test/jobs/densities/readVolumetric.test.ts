import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { volume } from "../../../src/core/crystal/lattice.js";
import { defaultVoxelOptions, encodeVoxels } from "../../../src/core/descriptors/r3dvs.js";
import { readVolumetric } from "../../../src/jobs/densities/readVolumetric.js";
import type { VolumetricReading } from "../../../src/jobs/densities/volumetricReading.js";
import { ContentHash } from "../../../src/jobs/files/contentHash.js";
import { hasWholeReference, readNpz, take } from "../../core/reference.js";
import {
  fortran,
  HEAD,
  plainAmplitude,
  someValues,
  type Triple,
  temporaryFile,
  volumetricText,
} from "./volumetricText.js";

const GRID: Triple = [10, 12, 9];
const density = (seed: number) => someValues(1080, seed).map((value) => Math.abs(value));
const errors = (problems: readonly { severity: string; message: string }[]) =>
  problems.filter(({ severity }) => severity === "error").map(({ message }) => message);

function whole(reading: VolumetricReading | undefined): VolumetricReading {
  if (!reading) throw new Error("nothing was read");
  return reading;
}

function spectrum(reading: VolumetricReading | undefined, block = 0) {
  const found = whole(reading).blocks[block]?.spectrum;
  if (!found) throw new Error("no spectrum");
  return found;
}

describe("a spectrum", () => {
  it("is the plain sum over the file's numbers, divided by the volume", async () => {
    const values = density(1);
    const { value, problems } = await readVolumetric(
      temporaryFile("CHGCAR", volumetricText({ grid: GRID, blocks: [values] })),
    );
    expect(errors(problems)).toEqual([]);
    const { hkl, amplitude, lattice, unit } = spectrum(value);
    const written = values.map((v) => Number(fortran(v)));
    for (let i = 0; i < amplitude.length; i++) {
      const index = [...hkl.subarray(3 * i, 3 * i + 3)] as unknown as Triple;
      const expected = plainAmplitude(written, GRID, index) / volume(lattice);
      expect(Math.abs((amplitude[i] ?? Number.NaN) / expected - 1)).toBeLessThan(1e-10);
    }
    expect(unit).toBe("e/Å³");
    expect(whole(value).electrons).toBeCloseTo((amplitude[0] ?? 0) * volume(lattice), 10);
  });

  for (const [name, divides, unit] of [
    ["LOCPOT", false, "eV"],
    ["ELFCAR", false, "1"],
    ["PARCHG.0001", true, "e/Å³"],
    ["AECCAR0", true, "e/Å³"],
  ] as const) {
    it(`of ${name} follows its unit`, async () => {
      const values = density(2);
      const { value } = await readVolumetric(
        temporaryFile(name, volumetricText({ grid: GRID, blocks: [values], augmentation: false })),
      );
      const { amplitude, lattice, unit: found } = spectrum(value);
      const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
      expect(amplitude[0]).toBeCloseTo(divides ? mean / volume(lattice) : mean, 8);
      expect(found).toBe(unit);
      expect(whole(value).electrons === undefined).toBe(!divides);
    });
  }

  it("says what a coarse grid cannot hold, and holds the rest", async () => {
    const grid: Triple = [6, 6, 6];
    const file = temporaryFile("CHGCAR", volumetricText({ grid, blocks: [someValues(216, 3)] }));
    const { value, problems } = await readVolumetric(file);
    const { hkl, firstMissing } = spectrum(value);
    expect(Math.max(...hkl.map(Math.abs))).toBe(2);
    // the shortest wave with an index of 3: 3 waves along y, g = 3 * 2 pi / 5 Å
    expect(firstMissing).toBeCloseTo((3 * 2 * Math.PI) / 5, 12);
    expect(problems.map(({ message }) => message)).toContain(
      "the FFT grid reaches only |g| = 3.7699 Å⁻¹ (7.854 needed): the outer voxels are empty",
    );
    const fine = await readVolumetric(file, { cutoff: 3 });
    expect(spectrum(fine.value).firstMissing).toBeUndefined();
    expect(fine.problems.filter(({ message }) => message.includes("coarse"))).toEqual([]);
  });
});

describe("blocks", () => {
  it("of a spin-polarised and a noncollinear file have their names and numbers", async () => {
    for (const names of [["total"], ["total", "magnetization"], ["total", "mx", "my", "mz"]]) {
      for (const augmentation of [true, false]) {
        const blocks = names.map((_, i) => density(10 + i));
        const { value, problems } = await readVolumetric(
          temporaryFile("CHGCAR", volumetricText({ grid: GRID, blocks, augmentation })),
        );
        expect(errors(problems)).toEqual([]);
        expect(whole(value).blocks.map(({ name }) => name)).toEqual(names);
        whole(value).blocks.forEach(({ mean, min, max }, i) => {
          const written = (blocks[i] ?? []).map((v) => Number(fortran(v)));
          expect(mean).toBeCloseTo(written.reduce((sum, v) => sum + v, 0) / 1080, 10);
          expect([min, max]).toEqual([Math.min(...written), Math.max(...written)]);
        });
      }
    }
  });

  it("behind a fourth are remarked on", async () => {
    const blocks = [1, 2, 3, 4, 5].map((seed) => density(seed));
    const { value, problems } = await readVolumetric(temporaryFile("CHGCAR", volumetricText({ grid: GRID, blocks })));
    expect(whole(value).blocks).toHaveLength(4);
    expect(problems.map(({ message }) => message)).toContain("more than 4 blocks: the rest is ignored");
  });

  it("of several frames: the last frame's, with its own positions", async () => {
    const moved = HEAD.map((line) => line.replace("0.750000", "0.650000"));
    const frames = [
      volumetricText({ grid: GRID, blocks: [density(1), density(2)] }),
      volumetricText({ grid: GRID, blocks: [density(3), density(4)], head: moved }),
    ];
    const { value, problems } = await readVolumetric(temporaryFile("CHG", frames.join("")));
    const alone = await readVolumetric(temporaryFile("CHG", frames[1] ?? ""));
    const other = { hash: "", bytes: 0, frame: 1, frames: 1 };
    expect({ ...whole(value), ...other }).toEqual({ ...whole(alone.value), ...other });
    expect(whole(value).structure.fractional[5]).toBe(0.65);
    expect(problems).toContainEqual(
      expect.objectContaining({
        severity: "information",
        message: "the file has 2 frames: the last one is used",
        line: (frames[0] ?? "").split("\n").length,
      }),
    );
  });
});

describe("packing and provenance", () => {
  const text = volumetricText({ grid: GRID, blocks: [density(5)] });
  const facts = async (name: string, bytes: Uint8Array | string) => {
    const { value, problems } = await readVolumetric(temporaryFile(name, bytes));
    expect(errors(problems)).toEqual([]);
    return { ...whole(value), hash: "", bytes: 0 };
  };

  it("gzip, gzip of several members, and CRLF line ends change nothing", async () => {
    const plain = await facts("CHGCAR", text);
    const [first, second] = [text.slice(0, 5000), text.slice(5000)];
    expect(await facts("CHGCAR.gz", gzipSync(text))).toEqual(plain);
    expect(await facts("CHGCAR.gz", Buffer.concat([gzipSync(first), gzipSync(second)]))).toEqual(plain);
    expect(await facts("CHGCAR", gzipSync(text))).toEqual(plain);
    expect(await facts("CHGCAR.gz", text)).toEqual(plain);
    expect(await facts("CHGCAR", text.replaceAll("\n", "\r\n"))).toEqual(plain);
    expect(await facts("CHGCAR", `${text}\n \n# edited by hand\n`)).toEqual(plain);
  });

  it("the hash is of the bytes as stored", async () => {
    const bytes = gzipSync(text);
    const { value } = await readVolumetric(temporaryFile("CHGCAR.gz", bytes));
    expect(whole(value)).toMatchObject({ hash: new ContentHash().update(bytes).digest(), bytes: bytes.length });
  });

  it("a damaged gzip is an error at the line it reaches, never a value passed off as whole", async () => {
    const bytes = gzipSync(text);
    for (let cut = 3; cut < bytes.length; cut += 97) {
      const { value, problems } = await readVolumetric(temporaryFile("CHGCAR.gz", bytes.subarray(0, cut)));
      expect(errors(problems), `cut at ${cut}`).toEqual(["the gzip data ends too early"]);
      expect(value?.truncated ?? true).toBe(true);
    }
    const broken = Buffer.from(bytes);
    broken.fill(0xff, bytes.length / 2, bytes.length / 2 + 40);
    const { problems } = await readVolumetric(temporaryFile("CHGCAR.gz", broken));
    expect(errors(problems)).toHaveLength(1);
  });
});

describe("a cut file", () => {
  const text = volumetricText({ grid: [4, 5, 3], blocks: [someValues(60, 6), someValues(60, 7)] });
  const headEnd = text.indexOf("    4    5    3\n") + "    4    5    3\n".length;
  const secondGrid = text.lastIndexOf("    4    5    3\n");

  /** Places of the cuts that leave the last block complete: behind its last digit. */
  const lastDigit = text.lastIndexOf("augmentation occupancies   1") - 1;

  it("has a located error wherever it is cut in its head or values", async () => {
    for (let cut = 0; cut < lastDigit; cut += cut < headEnd + 300 || cut > lastDigit - 200 ? 1 : 37) {
      const part = text.slice(0, cut);
      const { value, problems } = await readVolumetric(temporaryFile("CHGCAR", part));
      const between = cut >= text.indexOf("augmentation") - 1 && cut < secondGrid + 15;
      const lines = part.split("\n");
      for (const { line, column } of problems) {
        expect(line, `cut at ${cut}`).toBeGreaterThanOrEqual(1);
        expect(line, `cut at ${cut}`).toBeLessThanOrEqual(Math.max(1, lines.length));
        expect(column, `cut at ${cut}`).toBeLessThanOrEqual((lines[line - 1] ?? "").length + 1);
      }
      if (between) continue;
      expect(errors(problems), `cut at ${cut}`).toHaveLength(1);
      if (cut < headEnd - 1) expect(value, `cut at ${cut}`).toBeUndefined();
      else expect(value?.truncated, `cut at ${cut}`).toBe(true);
    }
  });

  it("keeps the blocks that are complete", async () => {
    const { value } = await readVolumetric(temporaryFile("CHGCAR", text.slice(0, secondGrid + 200)));
    expect(whole(value).blocks.map(({ name }) => name)).toEqual(["total"]);
    expect(spectrum(value).amplitude.length).toBeGreaterThan(1);
  });

  it("inside the occupancies is remarked on", async () => {
    const { value, problems } = await readVolumetric(temporaryFile("CHGCAR", text.slice(0, -20)));
    expect(whole(value)).toMatchObject({ truncated: false });
    expect(problems.map(({ message }) => message)).toContain(
      "the file ends inside the augmentation occupancies of ion 3",
    );
  });

  it("at the last digit is whole", async () => {
    const { value, problems } = await readVolumetric(temporaryFile("CHGCAR", text.slice(0, lastDigit)));
    expect(errors(problems)).toEqual([]);
    expect(whole(value)).toMatchObject({ truncated: false });
  });
});

describe("what is no volumetric file", () => {
  const cases: readonly (readonly [string, string | Uint8Array, string, number])[] = [
    ["nothing", "", "the file is empty", 1],
    ["a Git LFS pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3\n", "Git LFS pointer", 1],
    ["bytes", Uint8Array.from({ length: 3000 }, (_, i) => (i * 37) % 256), "not a text file", 1],
    ["a web page", "<!DOCTYPE html>\n<html></html>\n", "web page", 1],
    ["prose", "a line of prose\nand one more\n", "`and` is not a number", 2],
    ["a POSCAR", HEAD.join("\n"), "the file ends before the three numbers of the grid", 11],
    ["a long line", `comment\n${"1 ".repeat(100_000)}`, "line of more than", 2],
  ];
  for (const [name, bytes, message, line] of cases) {
    it(`${name} is an error in line ${line}`, async () => {
      const { value, problems } = await readVolumetric(temporaryFile("CHGCAR", bytes));
      expect(value).toBeUndefined();
      expect(problems).toEqual([
        expect.objectContaining({ severity: "error", line, message: expect.stringContaining(message) }),
      ]);
    });
  }

  it("words among the values stop reading at their place", async () => {
    const text = volumetricText({ grid: GRID, blocks: [density(8)] }).split("\n");
    text[40] = `${text[40]?.slice(0, 37)}oops${text[40]?.slice(41)}`;
    const { value, problems } = await readVolumetric(temporaryFile("CHGCAR", text.join("\n")));
    expect(whole(value).blocks).toEqual([]);
    expect(problems).toContainEqual(expect.objectContaining({ severity: "error", line: 41, column: 38 }));
  });

  it("a missing file is an error", async () => {
    const { value, problems } = await readVolumetric("/nowhere/CHGCAR");
    expect(value).toBeUndefined();
    expect(errors(problems)).toEqual([expect.stringContaining("cannot be read")]);
  });
});

describe("remarks", () => {
  it("a number of electrons that no neutral cell has", async () => {
    const { problems } = await readVolumetric(
      temporaryFile("CHGCAR", volumetricText({ grid: GRID, blocks: [density(5).fill(7.4)] })),
    );
    expect(problems.map(({ message }) => message)).toContain(
      "the density integrates to 7.4 electrons, not a whole number: grid or values may be damaged",
    );
    const fine = await readVolumetric(
      temporaryFile("CHGCAR", volumetricText({ grid: GRID, blocks: [density(5).fill(7)] })),
    );
    expect(fine.problems.filter(({ message }) => message.includes("electrons"))).toEqual([]);
  });
});

describe("progress and cancellation", () => {
  it("goes up to 1, and stops with the signal's reason", async () => {
    const file = temporaryFile("CHGCAR", volumetricText({ grid: [64, 64, 20], blocks: [someValues(81920, 1)] }));
    const fractions: number[] = [];
    await readVolumetric(file, { onProgress: (fraction) => fractions.push(fraction) });
    expect(fractions.at(-1)).toBe(1);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    const controller = new AbortController();
    const reading = readVolumetric(file, {
      signal: controller.signal,
      onProgress: () => controller.abort(new Error("enough")),
    });
    await expect(reading).rejects.toThrow("enough");
  });
});

const oxides = path.resolve(import.meta.dirname, "../../../../shared/data/oxides");

describe.skipIf(!hasWholeReference || !existsSync(oxides))("reference spectra", () => {
  for (const id of ["mp-1778", "mp-676414"]) {
    it(`${id}: the same waves in the same order, amplitudes to 1e-14`, async () => {
      const reference = readNpz("r3dvs.npz");
      const { value } = await readVolumetric(path.join(oxides, id, "CHGCAR.gz"));
      const { hkl, amplitude, lattice } = spectrum(value);
      expect([...hkl]).toEqual([...take(reference, `${id}.hkl`).data].map(Number));
      const expected = take(reference, `${id}.abs`).data;
      const difference = Math.max(...amplitude.map((a, i) => Math.abs(a - (expected[i] ?? Number.NaN))));
      expect(difference).toBeLessThan(1e-14);
      expect(lattice.flat()).toEqual([...take(reference, `${id}.lattice`).data]);
    });
  }

  for (const edge of ["tie", "sphere", "nyquist"]) {
    it(`edge.${edge}: waves on voxel borders, on the sphere, and of Nyquist's frequency fall where they must`, async () => {
      const reference = readNpz("r3dvs.npz");
      const { shape, data } = take(reference, `edge.${edge}.values`);
      const rows = take(reference, `edge.${edge}.lattice`).data;
      const row = (i: number) => [0, 1, 2].map((j) => rows[3 * i + j]).join(" ");
      const head = ["edge", "1.0", row(0), row(1), row(2), "H", "1", "Direct", "0 0 0"];
      const text = `${head.join("\n")}\n\n${[...shape].reverse().join(" ")}\n${[...data].join("\n")}\n`;
      const { value } = await readVolumetric(temporaryFile("CHGCAR", text));
      for (const assignment of ["nearest", "trilinear"] as const) {
        const voxels = encodeVoxels(spectrum(value), { ...defaultVoxelOptions, assignment });
        const expected = take(reference, `edge.${edge}.${assignment}`).data;
        const largest = Math.max(...expected);
        const difference = voxels.reduce((most, v, i) => Math.max(most, Math.abs(v - (expected[i] ?? Number.NaN))), 0);
        expect(difference / largest).toBeLessThan(6e-8);
      }
    });
  }
});

describe("the sample oxides", () => {
  it("are whole, with whole numbers of electrons", async () => {
    const folder = path.resolve(import.meta.dirname, "../../../media/sample/oxides");
    for (const id of ["mp-1778", "mp-825", "mp-996"]) {
      const file = path.join(folder, id, "CHGCAR.gz");
      const { value, problems } = await readVolumetric(file);
      expect(problems, id).toEqual([]);
      expect(whole(value).truncated).toBe(false);
      const points = whole(value).grid.reduce((a, b) => a * b);
      const text = gunzipSync(readFileSync(file)).toString();
      expect(text.split(/\s+/).filter((token) => /^-?\d?\.\d+E/.test(token)).length).toBe(points);
    }
  });
});
