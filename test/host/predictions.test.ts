import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { densityOf, fingerprint, isIncomplete } from "../../src/host/files/fileState.js";
import { modelLabel, nearestText, predictionText } from "../../src/host/predictions/predictionText.js";

describe("predictionText", () => {
  const text = (value: number, sigma: number, unit = "eV") => predictionText({ target: "gap", unit, value, sigma });

  it("writes value and uncertainty to the uncertainty's second digit", () => {
    expect(text(12.3456, 0.5612)).toBe("Band gap: 12.35 ± 0.56 eV");
    expect(text(-616.41, 12.4)).toBe("Band gap: -616 ± 12 eV");
    expect(text(0.0012345, 0.0000321)).toBe("Band gap: 0.001234 ± 0.000032 eV");
    expect(text(93.3, 28.2)).toBe("Band gap: 93 ± 28 eV");
  });

  it("shows five digits alone where the uncertainty is zero, and leaves an empty unit out", () => {
    expect(text(4.45678, 0, "")).toBe("Band gap: 4.4568");
  });
});

describe("modelLabel", () => {
  it("is the model's folder without its target", () => {
    expect(modelLabel("/d/.r3dvs/runs/a/models/band_gap-cm", "band_gap")).toBe("cm");
    expect(modelLabel("C:\\models\\mine\\", "band_gap")).toBe("mine");
  });
});

describe("nearestText", () => {
  it("names materials with their similarity", () => {
    expect(nearestText([{ id: "mp-1", similarity: 0.973 }])).toBe("mp-1 97 %");
  });
});

describe("a file's density and fingerprint", () => {
  let folder: string;
  const at = (name: string) => path.join(folder, name);
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "r3dvs-state-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("is itself for a density, the one beside it for a structure, none where there is none", async () => {
    await writeFile(at("POSCAR"), "");
    expect(await densityOf(at("POSCAR"))).toBeUndefined();
    await writeFile(at("CHGCAR.gz"), "");
    expect(await densityOf(at("POSCAR"))).toBe(at("CHGCAR.gz"));
    await writeFile(at("CHGCAR"), "");
    expect(await densityOf(at("POSCAR"))).toBe(at("CHGCAR"));
    expect(await densityOf(at("AECCAR0"))).toBe(at("AECCAR0"));
  });

  it("changes with size and time of either file, and only then", async () => {
    await writeFile(at("POSCAR"), "a");
    await writeFile(at("CHGCAR"), "b");
    const files = [at("POSCAR"), at("CHGCAR")];
    const first = await fingerprint(files);
    expect(await fingerprint(files)).toBe(first);
    await utimes(at("CHGCAR"), new Date(), new Date(Date.now() + 5000));
    const touched = await fingerprint(files);
    expect(touched).not.toBe(first);
    await writeFile(at("POSCAR"), "aa");
    expect(await fingerprint(files)).not.toBe(touched);
    await rm(at("CHGCAR"));
    expect(isIncomplete(touched)).toBe(false);
    expect(isIncomplete(await fingerprint(files))).toBe(true);
  });
});
