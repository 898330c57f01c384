import { describe, expect, it } from "vitest";
import { FUNCTIONS, LANGUAGES } from "../../../src/core/language/languages.js";
import {
  incarTokens,
  kpointsTokens,
  poscarTokens,
  type SemanticToken,
} from "../../../src/core/language/semanticTokens.js";

/** `kind:text` per token. */
function told(text: string, tokens: readonly SemanticToken[]): string[] {
  const lines = text.split("\n");
  return tokens.map(({ line, from, length, kind }) => `${kind}:${(lines[line] ?? "").slice(from, from + length)}`);
}

describe("semantic tokens", () => {
  it("of an INCAR tell known tags, values by what they are, and lines that VASP passes over", () => {
    const text =
      'Static run\nENCUT = 520; FOO = 1 ! remark\nMAGMOM = 2*0.6 \\\n 5\nLWAVE = .FALSE.\nALGO = Fast\nSYSTEM = "a b"\n';
    expect(told(text, incarTokens(text))).toEqual([
      "comment:Static run",
      ...["property:ENCUT", "number:520", "variable:FOO", "number:1"],
      ...["property:MAGMOM", "number:2*0.6", "number:5"],
      ...["property:LWAVE", "keyword:.FALSE."],
      ...["property:ALGO", "enumMember:Fast"],
      ...["property:SYSTEM", 'string:"a b"'],
    ]);
  });

  it("of a POSCAR tell species, numbers, words and flags", () => {
    const text =
      "rock salt\n1.0\n0 2 2\n2 0 2\n2 2 0\nNa Cl\n1 1\nSelective dynamics\nDirect\n0 0 0 T F T Na\n.5 .5 .5 F F F\n\n0 0 0\n";
    expect(told(text, poscarTokens(text))).toEqual([
      "comment:rock salt",
      "number:1.0",
      ...["0", "2", "2", "2", "0", "2", "2", "2", "0"].map((word) => `number:${word}`),
      ...["type:Na", "type:Cl", "number:1", "number:1", "keyword:Selective dynamics", "keyword:Direct"],
      ...["number:0", "number:0", "number:0", "keyword:T", "keyword:F", "keyword:T", "type:Na"],
      ...["number:.5", "number:.5", "number:.5", "keyword:F", "keyword:F", "keyword:F"],
    ]);
  });

  it("of a KPOINTS tell the kind of mesh, numbers and labels", () => {
    const text = "path\n40\nLine-mode\nreciprocal\n0 0 0 ! G\n0.5 0 0 M\n";
    expect(told(text, kpointsTokens(text))).toEqual([
      ...["comment:path", "number:40", "keyword:Line-mode", "keyword:reciprocal"],
      ...["number:0", "number:0", "number:0", "comment:! G"],
      ...["number:0.5", "number:0", "number:0", "enumMember:M"],
    ]);
  });

  it("never overlap and lie inside their lines, whatever the text", () => {
    const texts = ["", "\n\n", "a", "a = {", 'X = "', "1 2 3\n1\n1 0 0", "= =\n;;;\n\\", "Na\n1\nx\ny\nz\nNa\n1\nD\n"];
    for (const text of texts)
      for (const tokens of [incarTokens(text), poscarTokens(text), kpointsTokens(text)]) {
        const lines = text.split("\n");
        let [line, end] = [-1, 0];
        for (const token of tokens) {
          expect(token.length).toBeGreaterThan(0);
          expect(token.from + token.length).toBeLessThanOrEqual((lines[token.line] ?? "").length);
          expect(token.line > line || token.from >= end, text).toBe(true);
          [line, end] = [token.line, token.from + token.length];
        }
      }
  });
});

describe("POTCAR", () => {
  const POTCAR = [
    "  PAW_PBE Sn_d 06Sep2000",
    "   14.0000000000000",
    " parameters from PSCTR are:",
    "   ENMAX  =  241.086; ENMIN  =  180.814 eV",
    "   End of Dataset",
    "  PAW_PBE O 08Apr2002",
    "   6.00000000000000",
    "   ENMAX  =  400.000; ENMIN  =  300.000 eV",
    "   End of Dataset",
    "",
  ].join("\n");

  it("has an outline and a hover of titles, with valence and cutoff", () => {
    const { outline, hover, diagnose } = FUNCTIONS.potcar;
    expect(
      outline?.(POTCAR, "en").map(
        ({ name, detail, range }) => `${name}: ${detail} ${range.start.line}-${range.end.line}`,
      ),
    ).toEqual([
      "PAW_PBE Sn_d 06Sep2000: 14 valence electrons, ENMAX 241.086 eV 0-4",
      "PAW_PBE O 08Apr2002: 6 valence electrons, ENMAX 400 eV 5-9",
    ]);
    expect(hover?.(POTCAR, { line: 5, character: 3 }, "ja", {})?.markdown).toContain("価電子 6 個、ENMAX 400 eV");
    expect(hover?.(POTCAR, { line: 3, character: 3 }, "en", {})).toBeUndefined();
    expect(diagnose?.(POTCAR, {})).toEqual([]);
  });

  it("is one of the languages", () => expect(LANGUAGES).toContain("potcar"));
});
