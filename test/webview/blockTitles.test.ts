import { describe, expect, test } from "vitest";
import { blockTitle } from "../../webview/crystal/fieldNames.js";

describe("the blocks of a file are called by their physics", () => {
  test.each([
    ["CHGCAR", 2, ["Charge density", "Magnetisation density"]],
    ["PARCHG", 2, ["Charge density", "Magnetisation density"]],
    ["CHGCAR", 4, ["Charge density", "m_x", "m_y", "m_z"]],
    ["ELFCAR", 1, ["Electron localisation function"]],
    ["ELFCAR", 2, ["Spin up", "Spin down"]],
    ["LOCPOT", 2, ["Spin up", "Spin down"]],
    ["LOCPOT", 4, ["Local potential", "B_x", "B_y", "B_z"]],
  ] as const)("%s with %i blocks", (kind, blocks, titles) => {
    expect(Array.from({ length: blocks }, (_, block) => blockTitle(block, blocks, kind))).toEqual(titles);
  });
  test("and those of anything else by none", () => {
    expect(blockTitle(0, 1, "POSCAR")).toBeUndefined();
  });
});
