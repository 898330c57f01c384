import { describe, expect, it } from "vitest";
import { foldersWithSpectra } from "../../src/host/registries/encodedFolders.js";
import { groupDatasets, isEncoded } from "../../src/host/registries/groupDatasets.js";

describe("groupDatasets", () => {
  it("makes a dataset of a folder with targets.csv and materials in subfolders, in natural order", () => {
    const [dataset, ...others] = groupDatasets(
      ["/w/oxides/targets.csv"],
      ["/w/oxides/mp-10/CHGCAR.gz", "/w/oxides/mp-9/CHGCAR", "/w/oxides/mp-9/AECCAR0"],
      ["/w"],
    );
    expect(others).toEqual([]);
    expect(dataset).toEqual({
      folder: "/w/oxides",
      name: "oxides",
      hasTargets: true,
      materials: [
        { id: "mp-9", file: "/w/oxides/mp-9/CHGCAR" },
        { id: "mp-10", file: "/w/oxides/mp-10/CHGCAR.gz" },
      ],
    });
  });

  it("opens CHGCAR before any other file of a material, whatever was found first", () => {
    const [dataset] = groupDatasets([], ["/w/d/a/PARCHG.0001.ALLK", "/w/d/a/AECCAR2", "/w/d/a/CHGCAR_sum", "/w/d/a/CHGCAR.gz"], ["/w"]);
    expect(dataset?.materials).toEqual([{ id: "a", file: "/w/d/a/CHGCAR.gz" }]);
    expect(dataset?.hasTargets).toBe(false);
  });

  it("takes loose densities in the opened folder, or beside targets.csv, for materials by their own names", () => {
    const datasets = groupDatasets(["/w/flat/targets.csv"], ["/w/CHGCAR", "/w/flat/MgO.chgcar.gz"], ["/w"]);
    expect(datasets.map(({ folder, materials }) => [folder, materials.map(({ id }) => id)])).toEqual([
      ["/w", ["CHGCAR"]],
      ["/w/flat", ["MgO.chgcar"]],
    ]);
  });

  it("takes spectra without densities for a dataset, and densities before spectra of the same name", () => {
    const entry = (id: string) => ({ id, file: "/w/packed/spectra.npz", formula: "MgO" });
    const encoded = new Map([
      ["/w/packed", [entry("mp-10"), entry("mp-9")]],
      ["/w/foreign", []],
    ]);
    const [packed, ...others] = groupDatasets(["/w/packed/targets.csv"], [], ["/w"], encoded);
    expect(others).toEqual([]);
    expect(packed).toMatchObject({ folder: "/w/packed", name: "packed", hasTargets: true });
    expect(packed?.materials).toEqual([
      { id: "mp-9", file: "/w/packed/spectra.npz", encoded: { formula: "MgO" } },
      { id: "mp-10", file: "/w/packed/spectra.npz", encoded: { formula: "MgO" } },
    ]);
    expect(packed && isEncoded(packed)).toBe(true);

    const [mixed] = groupDatasets([], ["/w/packed/mp-9/CHGCAR"], ["/w"], encoded);
    expect(mixed?.hasTargets).toBe(false);
    expect(mixed?.materials.map(({ id, file }) => [id, file])).toEqual([
      ["mp-9", "/w/packed/mp-9/CHGCAR"],
      ["mp-10", "/w/packed/spectra.npz"],
    ]);
    expect(mixed && isEncoded(mixed)).toBe(false);
  });

  it("shows a dataset that has targets only", () => {
    const datasets = groupDatasets(["/w/x/targets.csv"], [], ["/w"]);
    expect(datasets).toEqual([{ folder: "/w/x", name: "x", hasTargets: true, materials: [] }]);
    expect(datasets.map(isEncoded)).toEqual([false]);
  });
});

describe("foldersWithSpectra", () => {
  it("asks packed spectra always, other arrays only where there are targets and no densities", () => {
    const folders = foldersWithSpectra(
      ["/w/packed/spectra.npz", "/w/single/mp-1.npz", "/w/single/mp-2.npz", "/w/oxides/descriptors.npz", "/w/results/losses.npz"],
      ["/w/single/targets.csv", "/w/oxides/targets.csv"],
      ["/w/oxides/mp-1/CHGCAR.gz"],
    );
    expect([...folders]).toEqual([
      ["/w/packed", ["/w/packed/spectra.npz"]],
      ["/w/single", ["/w/single/mp-1.npz", "/w/single/mp-2.npz"]],
    ]);
  });

  it("counts densities that lie beside targets.csv themselves", () => {
    expect([...foldersWithSpectra(["/w/flat/all.npz"], ["/w/flat/targets.csv"], ["/w/flat/CHGCAR_a"])]).toEqual([]);
  });
});
