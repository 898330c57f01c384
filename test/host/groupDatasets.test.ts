import { describe, expect, it } from "vitest";
import { groupDatasets } from "../../src/host/views/groupDatasets.js";

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

  it("shows a dataset that has targets only", () => {
    expect(groupDatasets(["/w/x/targets.csv"], [], ["/w"])).toEqual([{ folder: "/w/x", name: "x", hasTargets: true, materials: [] }]);
  });
});
