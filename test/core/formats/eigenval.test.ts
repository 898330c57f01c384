import { describe, expect, it } from "vitest";
import { EigenvalReader } from "../../../src/core/formats/eigenval.js";

/** The form of VASP 5.4 and 6; `columns`: what stands behind a band's number. */
function eigenvalText(columns: readonly (readonly string[])[], { spins = 1, electrons = 4 } = {}): string {
  const points = columns.map((bands, k) => {
    const rows = bands.map((band, i) => `${String(i + 1).padStart(5)} ${band}\n`).join("");
    return `\n  0.${k}000000E+00  0.0000000E+00  0.0000000E+00  0.5000000E+00\n${rows}`;
  });
  const bands = columns[0]?.length ?? 0;
  return `    2    2    1    ${spins}
  0.2043434E+02  0.3867000E-09  0.3867000E-09  0.3867000E-09  0.5000000E-15
  1.000000000000000E-004
  CAR
 zinc oxide, made up
${[electrons, columns.length, bands].map((n) => String(n).padStart(7)).join("")}
${points.join("")}`;
}

function read(text: string, chunk = 64) {
  const reader = new EigenvalReader();
  for (let at = 0; at < text.length; at += chunk)
    reader.push(Uint8Array.from(text.slice(at, at + chunk), (c) => c.charCodeAt(0)));
  return reader.finish();
}

const LEVELS = [
  ["  -5.000000   1.000000", "   1.000000   1.000000", "   4.000000   0.000000"],
  ["  -4.000000   1.000000", "   1.500000   1.000000", "   3.500000   0.000000"],
];

describe("EIGENVAL", () => {
  it("tells the gap", () => {
    expect(read(eigenvalText(LEVELS))).toEqual({
      value: {
        atoms: 2,
        spinPolarized: false,
        electrons: 4,
        kpoints: 2,
        bands: 3,
        gap: { gap: 2, direct: 2, metal: false, highestOccupied: 1.5, lowestEmpty: 3.5 },
        truncated: false,
      },
      problems: [],
    });
  });

  it("with two spins", () => {
    const two = LEVELS.map((bands) => bands.map((_, i) => (i < 2 ? ` ${i}.0 ${i}.5 1.0 1.0` : " 3.0 2.25 0.0 0.0")));
    expect(read(eigenvalText(two, { spins: 2 })).value).toMatchObject({
      spinPolarized: true,
      gap: { gap: 0.75, direct: 0.75, highestOccupied: 1.5 },
    });
  });

  it("without occupations fills from below", () => {
    const bare = LEVELS.map((bands) => bands.map((band) => band.slice(0, 11)));
    expect(read(eigenvalText(bare)).value?.gap).toMatchObject({ gap: 2, metal: false });
    expect(read(eigenvalText(bare, { electrons: 5 })).value?.gap).toMatchObject({ gap: 0, metal: true });
    const spin = LEVELS.map((bands) => bands.map((band) => `${band.slice(0, 11)} ${band.slice(0, 11)}`));
    expect(read(eigenvalText(spin, { spins: 2 })).value?.gap).toMatchObject({ gap: 2, metal: false });
  });

  it("cut at any line has no gap and says where it ends", () => {
    const lines = eigenvalText(LEVELS).trimEnd().split("\n");
    for (let count = 0; count < lines.length; count++) {
      const { value, problems } = read(
        lines
          .slice(0, count)
          .map((line) => `${line}\n`)
          .join(""),
      );
      expect(problems, `behind line ${count}`).toHaveLength(1);
      expect(problems[0]).toMatchObject({ severity: "error", line: Math.max(1, count) });
      expect(value?.gap).toBeUndefined();
    }
  });

  it("locates what is no number, and lines out of order", () => {
    const stars = eigenvalText(LEVELS).replace("   1.500000   1.000000", "   ********   1.000000");
    expect(read(stars).problems).toEqual([expect.objectContaining({ severity: "error", line: 15, column: 10 })]);
    const swapped = eigenvalText(LEVELS).replace("    2    1.5", "    3    1.5");
    expect(read(swapped).problems).toEqual([expect.objectContaining({ severity: "error", line: 15 })]);
    expect(read(stars).value?.gap).toBeUndefined();
  });

  it("of another file is an error", () => {
    expect(read("").problems[0]?.message).toBe("the file is empty");
    expect(read("hello\n").problems[0]?.message).toContain("not an EIGENVAL");
  });
});
