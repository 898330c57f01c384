import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { volume } from "../../../src/core/crystal/lattice.js";
import type { Structure } from "../../../src/core/crystal/structure.js";
import { parsePoscar, writePoscar } from "../../../src/core/formats/poscar.js";
import { determinant, rowTimes } from "../../../src/core/math/matrix3.js";

const LINES = [
  "rock salt",
  "1.0",
  "4.0 0.0 0.0",
  "0.0 5.0 0.0",
  "0.0 0.0 6.0",
  "Na Cl",
  "1 2",
  "Direct",
  "0 0 0",
  "0.5 0.5 0.5",
  "0.25 0.5 0.75",
];

/** LINES with some of them (numbered from 1) replaced. */
const withLines = (changes: Readonly<Record<number, string>>) =>
  LINES.map((line, i) => changes[i + 1] ?? line).join("\n");

function parsed(text: string): Structure {
  const { value, problems } = parsePoscar(text);
  expect(problems).toEqual([]);
  if (!value) throw new Error("no structure");
  return value;
}

describe("a structure", () => {
  it("in the form of VASP 5", () => {
    const structure = parsed(withLines({}));
    expect(structure).toEqual({
      comment: "rock salt",
      lattice: [
        [4, 0, 0],
        [0, 5, 0],
        [0, 0, 6],
      ],
      species: ["Na", "Cl"],
      counts: [1, 2],
      fractional: Float64Array.of(0, 0, 0, 0.5, 0.5, 0.5, 0.25, 0.5, 0.75),
    });
  });

  it("in the form of VASP 4 names no species", () => {
    const { species, ...rest } = parsed(withLines({}));
    expect(species).toEqual(["Na", "Cl"]);
    expect(parsed(LINES.filter((_, i) => i !== 5).join("\n"))).toEqual(rest);
  });

  it("of VASP 4 has the elements behind its positions, or those of a title of one symbol a count, and says so", () => {
    const bare = LINES.filter((_, i) => i !== 5);
    const behind = bare.map((line, i) => (i < 7 ? line : `${line} ${i === 7 ? "Na" : "Cl"}`)).join("\n");
    const titled = ["Na Cl", ...bare.slice(1)].join("\n");
    for (const text of [behind, titled]) {
      const { value, problems } = parsePoscar(text);
      expect(value?.species).toEqual(["Na", "Cl"]);
      expect(problems.map(({ severity }) => severity)).toEqual(["information"]);
    }
    for (const text of [
      behind.replace("0.75 Cl", "0.75 Na"),
      behind.replace("0.75 Cl", "0.75"),
      ["Na Cl O", ...bare.slice(1)].join("\n"),
    ])
      expect(parsePoscar(text).value?.species).toBeUndefined();
  });

  it("reads flags where they stand, and atoms without flags as free", () => {
    const flags = (...tails: string[]) => {
      const rows = ["0 0 0", "0.5 0.5 0.5", "0.25 0.5 0.75"].map((row, index) => `${row} ${tails[index] ?? ""}`);
      const { value, problems } = parsePoscar(
        withLines({ 8: "Selective\nDirect", 9: rows[0] ?? "", 10: rows[1] ?? "", 11: rows[2] ?? "" }),
      );
      return [value?.free?.join(""), ...problems.map(({ severity, line }) => `${severity} ${line}`)];
    };
    expect(flags("T F T", ".TRUE. .F. .false.", "F F F Cl")).toEqual(["101100000"]);
    expect(flags("Na T F T", "Cl F F F", "Cl T T T")).toEqual(["101000111", "warning 10"]);
    expect(flags("T F T", "", "F F F")).toEqual(["101111000", "warning 11"]);
    expect(flags("T F T", "T F", "0 1 0")).toEqual(["101111111", "warning 11"]);
  });

  it("reads elements in any case, and hydrogen's isotopes as hydrogen", () => {
    const of = (labels: string) => {
      const { value, problems } = parsePoscar(withLines({ 6: labels }));
      return [value?.species?.join(" "), ...problems.map(({ severity }) => severity)];
    };
    expect(of("FE SI")).toEqual(["Fe Si", "warning", "warning"]);
    expect(of("fe_pv CL")).toEqual(["Fe Cl", "warning", "warning"]);
    expect(of("D O")).toEqual(["H O", "information"]);
    expect(of("T Dy")).toEqual(["H Dy", "information"]);
    expect(of("Xx O")).toEqual(["Xx O", "warning"]);
  });

  it("has atoms at one place, or more positions than it says, told with their lines", () => {
    const told = (text: string) =>
      parsePoscar(text).problems.map(({ severity, line, message }) => `${line}: ${severity}: ${message}`);
    expect(told(withLines({ 11: "0.5 1.5 -0.5" }))).toEqual([
      "11: warning: the atoms Cl (2) and Cl (3) are at one place",
    ]);
    expect(told(withLines({ 11: "0.0 1.0 0.999999" }))).toEqual([
      "11: warning: the atoms Na (1) and Cl (3) are at one place",
    ]);
    expect(told(withLines({ 11: "0.5 0.5 0.6" }))).toEqual([]);
    expect(told(`${withLines({})}\n0.1 0.2 0.3\n`)).toEqual([
      expect.stringMatching(/^12: warning: there are more positions/),
    ]);
    expect(told(`${withLines({})}\n\n0.1 0.2 0.3\n`)).toEqual([]);
  });

  it("in the form of VASP 6 drops the suffix and hash of its POTCARs", () => {
    expect(parsed(withLines({ 6: "Na_pv/79d9987  Cl/" })).species).toEqual(["Na", "Cl"]);
  });

  it("is the same with CRLF, tabs, comments, labels behind positions, velocities and no last line end", () => {
    const plain = parsed(withLines({}));
    expect(parsed(LINES.join("\r\n"))).toEqual(plain);
    expect(parsed(LINES.map((line) => `${line}   `).join("\n"))).toEqual({ ...plain });
    expect(
      parsed(withLines({ 3: "\t4.0\t0 0 ! a", 6: "Na Cl # both", 7: " 1\t2 ! atoms", 9: "0 0 0 Na1", 8: "direct" })),
    ).toEqual(plain);
    expect(parsed(`${LINES.join("\n")}\n\n 0.1 0.1 0.1\n 0 0 0\n 0 0 0\n`)).toEqual(plain);
  });

  it("with D exponents", () => {
    expect(parsed(withLines({ 3: "0.4D+01 0 0", 11: "2.5d-1 5.0D-01 .75" }))).toEqual(parsed(withLines({})));
  });

  it("with species and counts in several lines, as VASP wraps them", () => {
    const text = withLines({ 6: "Na\nCl", 7: "1\n2" });
    expect(parsed(text)).toEqual(parsed(withLines({})));
  });

  it("with selective dynamics", () => {
    const text = withLines({
      8: "Selective dynamics\nDirect",
      9: "0 0 0 T F .TRUE.",
      10: "0.5 0.5 0.5 F F F",
      11: "0.25 0.5 0.75 t t f ! Cl",
    });
    expect([...(parsed(text).free ?? [])]).toEqual([1, 0, 1, 0, 0, 0, 1, 1, 0]);
  });
});

describe("the scale", () => {
  it("multiplies, is the volume when negative, and multiplies Cartesian components when there are three", () => {
    expect(parsed(withLines({ 2: "2.0" })).lattice[1]).toEqual([0, 10, 0]);
    expect(volume(parsed(withLines({ 2: "-960.0" })).lattice)).toBeCloseTo(960, 10);
    expect(parsed(withLines({ 2: "2 3 0.5", 3: "4 1 1" })).lattice[0]).toEqual([8, 3, 0.5]);
  });

  it("applies to Cartesian positions as to the lattice", () => {
    for (const scale of ["2.5", "-77.0", "1.5 2.0 0.5"]) {
      const { fractional } = parsed(
        withLines({ 2: scale, 3: "4 0.5 0.2", 8: "Cartesian", 10: "2 2.5 3", 11: "1 0 4.5" }),
      );
      const { fractional: unscaled } = parsed(withLines({ 3: "4 0.5 0.2", 8: "k", 10: "2 2.5 3", 11: "1 0 4.5" }));
      fractional.forEach((x, i) => {
        expect(x).toBeCloseTo(unscaled[i] ?? Number.NaN, 12);
      });
    }
  });
});

describe("problems are located", () => {
  const cases: readonly (readonly [string, string, number, number, string])[] = [
    ["an empty file", "", 1, 1, "the file is empty"],
    ["a scale that is a word", withLines({ 2: " one" }), 2, 2, "`one` is not a number"],
    ["a scale of 0", withLines({ 2: "0.0" }), 2, 1, "must not be 0"],
    ["three scales, one negative", withLines({ 2: "1 -1 1" }), 2, 1, "must all be positive"],
    ["a short lattice vector", withLines({ 4: "0.0 5.0" }), 4, 8, "missing number"],
    ["a flat cell", withLines({ 5: "4.0 5.0 0.0" }), 5, 12, "span no volume"],
    ["no counts", withLines({ 7: "Direct" }), 7, 1, "expected the numbers of atoms"],
    ["a negative count", withLines({ 7: "1 -2" }), 7, 3, "cannot be negative"],
    ["no atoms", withLines({ 7: "0 0" }), 7, 4, "holds no atom"],
    ["a word in a position", withLines({ 10: "0.5 half 0.5" }), 10, 5, "`half` is not a number"],
    ["a number in Mathematica's form", withLines({ 10: "0.5 0.5 6.0*^-4" }), 10, 9, "`6.0*^-4` is not a number"],
    ["a short position", withLines({ 10: "0.5 0.5 # 0.5" }), 10, 14, "missing number"],
    ["too few positions", LINES.slice(0, 10).join("\n"), 10, 12, "the file ends after 2 of 3 positions"],
    ["a blank line among the positions", withLines({ 10: "" }), 10, 1, "3 positions are needed, but only 1 found"],
    ["an end in the head", LINES.slice(0, 3).join("\n"), 3, 12, "the file ends before a lattice vector"],
    ["a Git LFS pointer", "version https://git-lfs.github.com/spec/v1\n", 1, 1, "Git LFS"],
    ["bytes", "CP\u0003\u0004", 1, 3, "not a text file"],
    ["an archive", "PK\u0003\u0004", 1, 1, "this is a zip file, which is not read: unpack it"],
  ];
  for (const [name, text, line, column, message] of cases) {
    it(`${name}: ${line}:${column}`, () => {
      const { value, problems } = parsePoscar(text);
      expect(value).toBeUndefined();
      expect(problems).toEqual([
        expect.objectContaining({ severity: "error", line, column, message: expect.stringContaining(message) }),
      ]);
    });
  }

  const warnings: readonly (readonly [string, string, number, string])[] = [
    ["an unknown species", withLines({ 6: "Na Pizza" }), 6, "unknown element `Pizza`"],
    ["more species than counts", `${withLines({ 7: "3" })}`, 7, "2 species but 1 numbers of atoms"],
    ["more counts than species", withLines({ 6: "Na" }), 7, "1 species but 2 numbers of atoms"],
    ["a left-handed cell", withLines({ 3: "-4 0 0" }), 5, "left-handed"],
    ["an unknown word for Direct", withLines({ 8: "Fractional" }), 8, "reads the positions as Direct"],
  ];
  for (const [name, text, line, message] of warnings) {
    it(`${name} is a warning beside the structure`, () => {
      const { value, problems } = parsePoscar(text);
      expect(value).toBeDefined();
      expect(problems).toEqual([
        expect.objectContaining({ severity: "warning", line, message: expect.stringContaining(message) }),
      ]);
    });
  }

  it("no text whatever makes it throw", () => {
    const token = fc.oneof(fc.constantFrom("1", "1.0", "Fe", "Direct", "T", "-3", "1 2 3", "!", "***"), fc.string());
    const text = fc
      .array(
        fc.array(token, { maxLength: 5 }).map((tokens) => tokens.join(" ")),
        { maxLength: 14 },
      )
      .map((lines) => lines.join("\n"));
    fc.assert(
      fc.property(text, (content) => {
        const { value, problems } = parsePoscar(content);
        expect(value !== undefined || problems.some(({ severity }) => severity === "error")).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe("writing", () => {
  it("and reading again gives the same bits", () => {
    const real = fc.double({ min: -30, max: 30, noNaN: true }).map((x) => x + 0);
    const row = fc.tuple(real, real, real);
    const lattice = fc.tuple(row, row, row).filter((m) => determinant(m) > 1);
    const structure = fc.tuple(lattice, fc.array(row, { minLength: 3, maxLength: 3 }), fc.boolean()).map(
      ([cell, positions, selective]): Structure => ({
        comment: "written",
        lattice: cell,
        species: ["Fe", "O"],
        counts: [1, 2],
        fractional: Float64Array.from(positions.flat()),
        ...(selective && { free: Uint8Array.of(1, 0, 1, 0, 0, 0, 1, 1, 1) }),
      }),
    );
    fc.assert(
      fc.property(structure, (given) => {
        // most doubles are nearly 0, so that atoms are at one place
        expect(parsePoscar(writePoscar(given)).value).toEqual(given);
      }),
      { seed: 1 },
    );
  });

  it("places atoms where they were given in Cartesian coordinates", () => {
    const { fractional, lattice } = parsed(writePoscar(parsed(withLines({ 8: "Cartesian", 10: "1 2 3" }))));
    rowTimes([fractional[3] ?? 0, fractional[4] ?? 0, fractional[5] ?? 0], lattice).forEach((x, i) => {
      expect(x).toBeCloseTo(i + 1, 12);
    });
  });
});
