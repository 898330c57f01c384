import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { describeMaterials } from "../../../src/jobs/dataset/describeMaterials.js";

const SAMPLE = path.resolve(import.meta.dirname, "../../../media/sample/oxides");
const folder = mkdtempSync(path.join(tmpdir(), "r3dvs-describe-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ids = ["mp-13161", "mp-1778"];
for (const id of ids) cpSync(path.join(SAMPLE, id), path.join(folder, id), { recursive: true });
mkdirSync(path.join(folder, "broken"));
writeFileSync(path.join(folder, "broken/CHGCAR"), "nothing\n");
const materials = [...ids, "broken"].map((id) => ({
  id,
  file: path.join(folder, id, id === "broken" ? "CHGCAR" : "CHGCAR.gz"),
}));
const table = (text: string) => writeFileSync(path.join(folder, "targets.csv"), text);

describe("what a list shows of materials", () => {
  it("is the formula of the file's head where there is no table, and nothing of a file that cannot be read", async () => {
    expect(await describeMaterials(folder, materials)).toEqual([
      { id: "mp-13161", formula: "ZnO" },
      { id: "mp-1778", formula: "BeO" },
      { id: "broken" },
    ]);
  });

  it("is the table's formula, and the best known property that the material has a value of", async () => {
    table("id,formula,E_hartree_per_atom (eV/atom),band_gap (eV)\nmp-13161,OZn,127.9,\nmp-1778,,58.1,7.65\n");
    expect(await describeMaterials(folder, materials)).toEqual([
      { id: "mp-13161", formula: "OZn", known: { target: "E_hartree_per_atom", value: 127.9, unit: "eV/atom" } },
      { id: "mp-1778", formula: "BeO", known: { target: "band_gap", value: 7.65, unit: "eV" } },
      { id: "broken" },
    ]);
  });

  it("leaves a table out that cannot be read", async () => {
    table("name,band_gap\nmp-1778,7.65\n");
    expect(await describeMaterials(folder, materials.slice(1, 2))).toEqual([{ id: "mp-1778", formula: "BeO" }]);
  });
});
