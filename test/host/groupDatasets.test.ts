import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { densityAmongOthers } from "../../src/core/formats/datasetNames.js";
import { foldersWithSpectra } from "../../src/host/registries/encodedFolders.js";
import { groupDatasets, isEncoded } from "../../src/host/registries/groupDatasets.js";
import { findMaterials } from "../../src/jobs/dataset/materialFiles.js";
import { hasVolumetricData } from "../../src/jobs/densities/volumetricContent.js";
import { someValues, volumetricText } from "../jobs/densities/volumetricText.js";

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
    const [dataset] = groupDatasets(
      [],
      ["/w/d/a/PARCHG.0001.ALLK", "/w/d/a/AECCAR2", "/w/d/a/CHGCAR_sum", "/w/d/a/CHGCAR.gz"],
      ["/w"],
    );
    expect(dataset?.materials).toEqual([{ id: "a", file: "/w/d/a/CHGCAR.gz" }]);
    expect(dataset?.hasTargets).toBe(false);
  });

  it("takes loose densities for materials by their own names, and a plain CHGCAR of the opened folder for one of the folder's", () => {
    const densities = ["/w/CHGCAR", "/w/flat/MgO.chgcar.gz", "/w/named/CHGCAR_a", "/w/named/b.cube"];
    const datasets = groupDatasets(["/w/flat/targets.csv"], densities, ["/w"]);
    expect(datasets.map(({ folder, materials }) => [folder, materials.map(({ id }) => id)])).toEqual([
      ["/w", ["w"]],
      ["/w/flat", ["MgO"]],
      ["/w/named", ["a", "b"]],
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
    const [table] = groupDatasets(
      [],
      [],
      ["/w"],
      new Map([["/w", [{ id: "a", file: "/w/t.parquet", formula: "", row: 2 }]]]),
    );
    expect(table?.materials).toEqual([{ id: "a", file: "/w/t.parquet", encoded: { formula: "", row: 2 } }]);

    const [mixed] = groupDatasets([], ["/w/packed/mp-9/CHGCAR"], ["/w"], encoded);
    expect(mixed?.hasTargets).toBe(false);
    expect(mixed?.materials.map(({ id, file }) => [id, file])).toEqual([
      ["mp-9", "/w/packed/mp-9/CHGCAR"],
      ["mp-10", "/w/packed/spectra.npz"],
    ]);
    expect(mixed && isEncoded(mixed)).toBe(false);
  });

  it("finds the folder around the blocks and launchers of a workflow, and around its steps", () => {
    const files = [
      "/w/all/block_1/launcher_1/CHGCAR.gz",
      "/w/all/block_2/launcher_9/CHGCAR.gz",
      "/w/set/mp-1/static/CHGCAR",
      "/w/set/mp-1/relax/CHGCAR",
    ];
    expect(
      groupDatasets([], files, ["/w"]).map(({ folder, materials }) => [folder, materials.map(({ id }) => id)]),
    ).toEqual([
      ["/w/all", ["launcher_1", "launcher_9"]],
      ["/w/set", ["mp-1"]],
    ]);
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
      [
        "/w/packed/spectra.npz",
        "/w/single/mp-1.npz",
        "/w/single/mp-2.npz",
        "/w/oxides/descriptors.npz",
        "/w/results/losses.npz",
      ],
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

describe("the Datasets view", () => {
  it("finds what the command line finds, with the same names", async () => {
    const root = mkdtempSync(path.join(tmpdir(), "r3dvs-names-"));
    const density = volumetricText({ grid: [4, 4, 4], blocks: [someValues(64, 1)] });
    const put = (name: string, text = density) => {
      mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      writeFileSync(path.join(root, name), text);
    };
    for (const name of [
      "mp-1/CHGCAR",
      "mp-1/CHGCAR_sum",
      "mp-1/AECCAR0",
      "mp-2/LOCPOT",
      "mp-3/CHGCAR.relax1",
      "mp-3/CHGCAR.relax2",
    ])
      put(name);
    for (const name of [
      "block_1/launcher_1/CHGCAR.gz",
      "block_1/launcher_2/CHGCAR",
      "block_2/launcher_1/CHGCAR.static",
      "deep/a/b/CHGCAR_x",
    ])
      put(name);
    for (const name of ["mp-5/relax/CHGCAR", "mp-5/static/CHGCAR", "several/mp-6.CHGCAR", "several/CHGCAR_mp-7"])
      put(name);
    for (const name of [
      "Fe_CHGCAR",
      "Si.LOCPOT",
      "Ge.vasp",
      "POSCAR.CHGCAR",
      "CHGCAR_0.5",
      "LOCPOT2",
      "a.chgcar",
      "targets.csv",
    ])
      put(name);
    for (const name of [
      "chgcar_sum.py",
      "CHGCAR.json",
      "CHGCAR_plot.png",
      "GaAs.vasp",
      "CHGCARS",
      "notes.txt",
      "mp-4/POSCAR",
    ])
      put(name, "# no density\n");
    const expected = await findMaterials(root);
    const files = readdirSync(root, { recursive: true, encoding: "utf8" }).map((name) => path.join(root, name));
    const densities = [];
    for (const file of files.filter((name) => statSync(name).isFile())) {
      const role = densityAmongOthers(file);
      if (role === "yes" || (role === "perhaps" && (await hasVolumetricData(file)))) densities.push(file);
    }
    const [dataset, ...others] = groupDatasets([path.join(root, "targets.csv")], densities, [path.dirname(root)]);
    expect(others).toEqual([]);
    const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
    expect([...(dataset?.materials ?? [])].sort(byId)).toEqual(expected.map(({ id, file }) => ({ id, file })));
    expect(expected.map(({ id }) => id)).toEqual([
      ...[
        "0.5",
        "Fe",
        "Ge",
        "LOCPOT2",
        "POSCAR",
        "Si",
        "a",
        "b",
        "block_1/launcher_1",
        "block_2/launcher_1",
        "launcher_2",
      ],
      ...["mp-1", "mp-2", "mp-3", "mp-5", "mp-6", "mp-7"],
    ]);
    expect(dataset?.materials.find(({ id }) => id === "mp-5")?.file).toBe(path.join(root, "mp-5/static/CHGCAR"));
    rmSync(root, { recursive: true });
  });
});
