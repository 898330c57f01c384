import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { tagType } from "../../../src/core/formats/incarTags.js";
import { describedTag, describedTags } from "../../../src/core/language/incar/tagTable.js";

const peer = readFileSync(path.resolve(import.meta.dirname, "../../fixtures/incar/peerTags.txt"), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => line.split(" ") as [string, string]);

/** Where the peer's list has another type than VASP's manual. */
const DIFFERS = new Set([
  "DARWINR",
  "DARWINV",
  "ENCUTLF",
  "ENMAX",
  "HFSCREENC",
  "MAGPOS",
  "SPRING",
  "EFERMI",
  "LORBIT",
  "NGYROMAG",
  "CMBJ",
  "STM",
]);
const SAME: Readonly<Record<string, readonly string[]>> = {
  int: ["integer", "integers"],
  float: ["real", "reals"],
  bool: ["logical"],
  "bool|str": ["choice"],
  str: ["text"],
  list: ["integers", "reals", "text"],
};

describe("the table of INCAR tags", () => {
  it("describes every tag that has a type, with a sentence in both languages", () => {
    const tags = [...describedTags().values()];
    expect(tags.length).toBeGreaterThanOrEqual(480);
    for (const { name, text, default: byDefault, values } of tags) {
      expect(tagType(name), name).toBeDefined();
      expect(text.en, name).toMatch(/^[A-Z0-9αβlk].*\.$/s);
      expect(text.ja, name).toMatch(/[\u3040-\u30ff\u4e00-\u9fff].*[。)]$/s);
      if (byDefault) expect(byDefault.ja, name).not.toBe("");
      for (const { value, text: meaning } of values) {
        expect(value, name).not.toBe("");
        expect(meaning.en, `${name} ${value}`).toMatch(/\.$/);
        expect(meaning.ja, `${name} ${value}`).toMatch(/。$/);
      }
    }
  });

  it("names every tag that pymatgen lists, with the same type", () => {
    const old = /^ML_FF_/;
    expect(peer.length).toBeGreaterThan(350);
    const listed = peer.filter(([name]) => !old.test(name));
    expect(listed.filter(([name]) => describedTag(name) === undefined)).toEqual([]);
    const other = listed.filter(([name, type]) => !SAME[type]?.includes(tagType(name) ?? ""));
    expect(
      other.filter(([name]) => !DIFFERS.has(name)).map(([name, type]) => `${name} ${type} ${tagType(name)}`),
    ).toEqual([]);
  });

  it("gives defaults for nearly all tags", () => {
    const tags = [...describedTags().values()];
    expect(tags.filter((tag) => tag.default !== undefined).length / tags.length).toBeGreaterThan(0.7);
  });
});
