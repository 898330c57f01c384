import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { propertyLabel } from "../../src/core/text/labels.js";
import { densityOf, fingerprint, isIncomplete } from "../../src/host/files/fileState.js";
import {
  modelLabel,
  nearestText,
  predictionLines,
  predictionMarkdown,
  predictionTooltip,
  type Words,
} from "../../src/host/predictions/predictionText.js";
import type { PredictionRow } from "../../src/protocol/voxelView.js";

const english: Words = {
  l10n: { t: (text, ...args) => text.replace(/\{(\d)\}/g, (_, i: string) => String(args[Number(i)])) },
  language: "en",
  property: (column) => propertyLabel(column),
};

const OXIDE_TARGETS = [
  ["E_hartree_per_atom", "eV/atom", 216.714303, 0.010172],
  ["E_band_per_atom", "eV/atom", 11.991, 1.922],
  ["cohesive_energy_per_atom", "eV/atom", 4.2389, 0.2011],
  ["E_ewald_per_atom", "eV/atom", -759.4, 27.09],
  ["Exc_minus_Vxc_per_atom", "eV/atom", 45.1248, 0.2019],
  ["band_gap", "eV", 2.8123, 0.6],
] as const;

const row = (
  target: string,
  unit: string,
  value: number | undefined,
  sigma: number,
  more: Partial<PredictionRow> = {},
): PredictionRow => ({
  model: "r3dvs",
  target,
  unit,
  ...(value !== undefined && { value, sigma }),
  outOfDomain: false,
  nearest: [],
  stale: false,
  ...more,
});
const rows = (more: Partial<PredictionRow> = {}) =>
  OXIDE_TARGETS.map(([target, unit, value, sigma]) => row(target, unit, value, sigma, more));
const lines = (all: readonly PredictionRow[], isChanged = false) => predictionLines(all, isChanged, english);

describe("the line above a text", () => {
  it("has the best known properties first, with their own digits, and how many more there are", () => {
    expect(lines(rows())).toEqual([{ text: "gap 2.81 ± 0.60 eV · E_coh 4.24 ± 0.20 eV/atom · 4 more" }]);
  });

  it("never has more than 80 characters, whatever the values, names and languages are", () => {
    const long = "a column with a very long name that somebody gave to a property of a material in a table";
    for (const language of ["en", "ja"] as const) {
      for (const more of [
        {},
        { inTraining: true },
        { outOfDomain: true, reasons: [long, long] },
        { known: { value: -123456.789, source: "targets.csv" } },
      ]) {
        const all = [
          ...rows(more),
          row(long, "eV/atom", -12345.678, 1e-4, more),
          row(long, "", undefined, 0, { reasons: [long + long] }),
        ];
        for (const some of [all, all.slice(-2), all.slice(-1)]) {
          const line = predictionLines(some, true, { ...english, language })
            .map(({ text }) => text)
            .join(" | ");
          expect(line.length, line).toBeLessThanOrEqual(80);
        }
      }
    }
  });

  it("gives calculated values before predicted ones, and says that the material was in the training set", () => {
    const known = { value: 4.8, source: "targets.csv" };
    expect(lines([row("band_gap", "eV", 4.45, 0.31, { known, inTraining: true })]).map(({ text }) => text)).toEqual([
      "DFT: gap 4.8 eV",
      "predicted: gap 4.45 ± 0.31 eV · training material",
    ]);
  });

  it("has no value of a model that never saw such a material, nor where there is none", () => {
    const outside = lines(rows({ outOfDomain: true, reasons: ["contains no oxygen"] }));
    expect(outside).toEqual([{ icon: "warning", text: "out of domain: contains no oxygen" }]);
    const refused = OXIDE_TARGETS.map(([target, unit]) =>
      row(target, unit, undefined, 0, { outOfDomain: true, reasons: ["Not a charge density (LOCPOT)"] }),
    );
    expect(lines(refused)).toEqual([{ icon: "info", text: "No prediction: Not a charge density (LOCPOT)" }]);
    const mixed = lines([
      row("band_gap", "eV", 2, 0.5),
      row("E0", "eV", 1, 0.1, { outOfDomain: true, reasons: ["x"] }),
    ]);
    expect(mixed).toEqual([{ text: "gap 2.00 ± 0.50 eV · 1 out of domain" }]);
  });

  it("says when the text has changed since", () => {
    expect(lines([row("band_gap", "eV", 2, 0.5)], true)).toEqual([
      { icon: "history", text: "outdated: gap 2.00 ± 0.50 eV" },
    ]);
    expect(lines([row("band_gap", "eV", 2, 0.5, { stale: true })])[0]?.icon).toBe("history");
  });

  it("shows five digits alone where the uncertainty is zero, and leaves an empty unit out", () => {
    expect(lines([row("colour", "", 4.456789, 0)])).toEqual([{ text: "colour 4.4568" }]);
  });
});

describe("the table behind the line", () => {
  const known = { value: 4.8, source: "targets.csv" };
  const nearest = [
    { id: "mp-9", formula: "BeO", similarity: 1 },
    { id: "mp-1", formula: "MgO", similarity: 0.973 },
  ];
  const all = [
    row("E_hartree_per_atom", "eV/atom", undefined, 0, { reasons: ["no electrons"] }),
    row("band_gap", "eV", 4.45, 3.1, { known, testError: 0.5, nearest, inTraining: true }),
    row("cohesive_energy_per_atom", "eV/atom", -6.1, 0.2, {
      outOfDomain: true,
      reasons: ["contains U | <b>"],
      nearest,
    }),
  ];

  it("has a row for each property, and everything else once", () => {
    expect(predictionTooltip(all, english).split("\n")).toEqual([
      "Band gap: DFT 4.8 eV; predicted 4.5 ± 3.1 eV (less certain than usual); test error 0.5 eV",
      "Cohesive energy: out of domain",
      "DFT values: targets.csv",
      "Training material: the models were trained on this very crystal.",
      "Out of domain: contains U | <b>",
      "No prediction of Hartree energy: no electrons",
      "Nearest training materials: MgO (mp-1) 97 %",
    ]);
  });

  it("says which models are approximated", () => {
    const rows = [row("band_gap", "eV", 4.45, 0.3, { approximation: { trainedOn: 59_400, landmarks: 1263 } })];
    const said = "Band gap: an approximated model, which takes in 59400 training materials through 1263 of them";
    expect(predictionTooltip(rows, english).split("\n")).toContain(said);
    expect(predictionTooltip(rows, english)).toContain("Band gap: ≈ 4.45 ± 0.30 eV");
    expect(predictionLines(rows, false, english)).toEqual([{ text: "gap ≈ 4.45 ± 0.30 eV" }]);
    expect(predictionTooltip([row("band_gap", "eV", 4.45, 0.3)], english)).not.toContain("approximated");
  });

  it("says on how many training materials the domain's limit was measured, where not on each", () => {
    const rows = [row("band_gap", "eV", 4.45, 0.3, { domainMeasuredOn: 2000 })];
    const said = "Band gap: the limit of the domain is taken from 2000 training materials";
    expect(predictionTooltip(rows, english).split("\n")).toContain(said);
    expect(predictionTooltip([row("band_gap", "eV", 4.45, 0.3)], english)).not.toContain("limit of the domain");
  });

  it("is Markdown in which nothing of a file is markup", () => {
    const markdown = predictionMarkdown(all, english);
    expect(markdown).toMatch(/^\| Property \| DFT \| Predicted \\\(± 1 σ\\\) \| Test error \|\n\| --- \|/);
    expect(markdown).toContain("| Band gap | 4.8 eV | 4.5 ± 3.1 eV");
    expect(markdown).toContain("contains U \\| \\<b\\>");
    expect(markdown).not.toContain("6.1");
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
    const alike = [
      { id: "mp-1", similarity: 0.973 },
      { id: "mp-2", formula: "MgO", similarity: 0.9 },
    ];
    expect(nearestText(alike)).toBe("mp-1 97 %, MgO (mp-2) 90 %");
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
