import { writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { FileKind } from "../../../src/core/formats/fileKind.js";
import { inspectFile } from "../../../src/jobs/inspect/inspect.js";
import { outcarText } from "../../core/formats/outcarText.js";
import { vasprunText } from "../../core/formats/vasprunText.js";
import { HEAD, someValues, temporaryFile, volumetricText } from "../densities/volumetricText.js";

const POSCAR = `${HEAD.join("\n")}\n`;
const SPIN = volumetricText({
  grid: [2, 3, 2],
  blocks: [1, 2].map((seed) => someValues(12, seed).map((value) => 6 + Math.abs(value))),
  augmentation: false,
});
const CUBE = `a cube
made in code
    1    0.0    0.0    0.0
    2    2.0    0.0    0.0
    2    0.0    2.0    0.0
    2    0.0    0.0    2.0
    8    8.0    0.0    0.0    0.0
  0.1250E+00  0.2500E+00
  0.1250E+00  0.2500E+00
  0.1250E+00  0.2500E+00
  0.1250E+00  0.2500E+00
`;
const XDATCAR = `${HEAD.slice(0, 7).join("\n")}
Direct configuration=     1
  0.00000000  0.00000000  0.00000000
  0.25000000  0.50000000  0.75000000
  0.50000000  0.25000000  0.12500000
Direct configuration=     2
  0.01000000  0.00000000  0.00000000
  0.25000000  0.51000000  0.75000000
  0.50000000  0.25000000  0.13500000
`;
const EIGENVAL = `    2    2     1     1
  0.1000000E+02  0.5000000E-09  0.5000000E-09  0.5000000E-09  0.1000000E-15
  1.000000000000000E-004
  CAR
 made in code
      4      2      3

  0.0000000E+00  0.0000000E+00  0.0000000E+00  0.5000000E+00
    1       -5.000000   1.000000
    2        1.000000   1.000000
    3        4.000000   0.000000

  0.5000000E+00  0.0000000E+00  0.0000000E+00  0.5000000E+00
    1       -4.000000   1.000000
    2        0.500000   1.000000
    3        4.500000   0.000000
`;

interface Format {
  readonly kind: FileKind;
  readonly text: string;
  /** Behind it nothing is told. */
  readonly last?: string;
  /** Every so many bytes; each, where the file is small. */
  readonly step?: number;
}

const FORMATS: Readonly<Record<string, Format>> = {
  POSCAR: { kind: "POSCAR", text: POSCAR, last: "0.250000 " },
  "a spin-polarised CHGCAR": { kind: "CHGCAR", text: SPIN, last: SPIN.trimEnd().slice(-9) },
  "a cube": { kind: "cube", text: CUBE, last: CUBE.trimEnd().slice(-9) },
  XDATCAR: { kind: "XDATCAR", text: XDATCAR },
  EIGENVAL: { kind: "EIGENVAL", text: EIGENVAL },
  OUTCAR: { kind: "OUTCAR", text: outcarText(), last: "General timing and", step: 5 },
  "vasprun.xml": { kind: "vasprun", text: vasprunText(), last: "</modeling", step: 5 },
};

/** Cut behind this, a file may be whole for all that it tells: people end a POSCAR within its last line. */
function worth({ text, last }: Format): number {
  return last === undefined ? text.length : text.lastIndexOf(last) + last.length;
}

/** Between the frames of an XDATCAR a file that ends is a shorter whole one. */
const isShorterWhole = ({ kind, text }: Format, end: number): boolean =>
  kind === "XDATCAR" && /0\n(Direct[^\n]*\n?)?$/.test(text.slice(0, end));

for (const [name, format] of Object.entries(FORMATS)) {
  const { kind, text, step = 1 } = format;
  const file = temporaryFile("file", "");
  const look = (bytes: Uint8Array | string) => {
    writeFileSync(file, bytes);
    return inspectFile(file, { kind });
  };

  describe(`${name}, cut behind any byte`, () => {
    it("is whole when it is whole", async () => {
      const { problems } = await look(text);
      expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
    });

    it("has a problem within what is left, and never more facts than the whole", async () => {
      const whole = (await look(text)).info;
      for (let end = 0; end < worth(format); end += step) {
        if (isShorterWhole(format, end)) continue;
        const { info, problems } = await look(text.slice(0, end));
        const where = `cut at ${end}`;
        const isReported = problems.some(({ severity }) => severity !== "information") || info.truncated === true;
        expect(isReported, `${where}: ${JSON.stringify(info)}`).toBe(true);
        const lines = text.slice(0, end).split("\n");
        for (const { line, column } of problems) {
          expect(line, where).toBeGreaterThan(0);
          expect(line, where).toBeLessThanOrEqual(lines.length);
          expect(column, where).toBeGreaterThan(0);
          expect(column, where).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1);
        }
        if (info.natoms !== undefined) expect(info.natoms, where).toBeLessThanOrEqual(whole.natoms ?? 0);
      }
    });

    it("is no less damaged for being compressed", async () => {
      const packed = gzipSync(text);
      for (let end = 2; end < packed.length; end += Math.ceil(packed.length / 60)) {
        const { problems } = await look(packed.subarray(0, end));
        expect(
          problems.some(({ severity }) => severity === "error"),
          `cut at ${end}`,
        ).toBe(true);
      }
    });
  });
}
