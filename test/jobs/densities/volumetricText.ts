// Volumetric files made in code: small enough to be checked term by term, written as VASP writes them.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll } from "vitest";

export type Triple = readonly [number, number, number];

/** Numbers in (-128, 128) from a small generator, so that a failing case can be repeated. */
export function someValues(count: number, seed: number): number[] {
  let state = (seed * 2654435761 + 1) | 0;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state / 2 ** 24;
  });
}

/**
 * As Fortran writes E17.11 and its like: the leading 0 given up for a minus sign, the letter for an exponent of three
 * digits.
 */
export function fortran(value: number, digits = 11): string {
  if (value === 0) return `${Object.is(value, -0) ? "-" : "0"}.${"0".repeat(digits)}E+00`;
  const [mantissa = "", exponent = "0"] = Math.abs(value)
    .toExponential(digits - 1)
    .split("e");
  const e = Number(exponent) + 1;
  const power = `${Math.abs(e)}`.padStart(2, "0");
  return `${value < 0 ? "-" : "0"}.${mantissa.replace(".", "")}${power.length > 2 ? "" : "E"}${e < 0 ? "-" : "+"}${power}`;
}

/** Tokens in lines, a blank before each. */
export function inLines(tokens: readonly string[], columns = 5, end = "\n"): string {
  const count = Math.ceil(tokens.length / columns);
  return Array.from(
    { length: count },
    (_, i) => ` ${tokens.slice(i * columns, (i + 1) * columns).join(" ")}${end}`,
  ).join("");
}

export interface FileParts {
  readonly grid: Triple;
  readonly blocks: readonly (readonly number[])[];
  readonly head?: readonly string[];
  readonly augmentation?: boolean;
  readonly columns?: number;
  readonly end?: string;
}

export const HEAD = [
  "made in code",
  "   1.00000000000000",
  "     4.000000    0.000000    0.500000",
  "     0.000000    5.000000    0.000000",
  "     0.700000    0.000000    4.500000",
  "   Fe   O",
  "     1     2",
  "Direct",
  "  0.000000  0.000000  0.000000",
  "  0.250000  0.500000  0.750000",
  "  0.500000  0.250000  0.125000",
] as const;

/**
 * A whole file: head, grid, blocks, with the augmentation occupancies and magnetic moments that stand between blocks.
 */
export function volumetricText({
  grid,
  blocks,
  head = HEAD,
  augmentation = true,
  columns = 5,
  end = "\n",
}: FileParts): string {
  const gridLine = `${grid.map((points) => String(points).padStart(5)).join("")}${end}`;
  const parts = blocks.map((values, i) => {
    const text =
      gridLine +
      inLines(
        values.map((value) => fortran(value)),
        columns,
        end,
      );
    const moments = i + 1 < blocks.length ? `  0.100000000000E+01  0.200000000000E+01  0.300000000000E+01${end}` : "";
    return text + (augmentation ? occupancies(end) + moments : "");
  });
  return `${head.join(end)}${end} ${end}${parts.join("")}`;
}

function occupancies(end: string): string {
  const ion = (i: number) =>
    `augmentation occupancies   ${i}   7${end}  0.1E+01  0.2E+01  0.3E+01  0.4E+01  0.5E+01${end}  0.6E+01  0.7E-17${end}`;
  return ion(1) + ion(2) + ion(3);
}

const temporary = mkdtempSync(path.join(tmpdir(), "r3dvs-read-"));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

/**
 * Writes bytes into a new temporary folder, which is removed when the test file has run, and returns the file's path.
 */
export function temporaryFile(name: string, bytes: string | Uint8Array): string {
  const file = path.join(mkdtempSync(path.join(temporary, "file-")), name);
  writeFileSync(file, bytes);
  return file;
}

/** |s_g| of the raw values, term by term: (1/M) |sum s(m) exp(-2 pi i (h x/M1 + k y/M2 + l z/M3))|. */
export function plainAmplitude(values: readonly number[], [nx, ny, nz]: Triple, [h, k, l]: Triple): number {
  let [re, im, i] = [0, 0, 0];
  for (let z = 0; z < nz; z++)
    for (let y = 0; y < ny; y++)
      for (let x = 0; x < nx; x++, i++) {
        const angle = 2 * Math.PI * (((h * x) % nx) / nx + ((k * y) % ny) / ny + ((l * z) % nz) / nz);
        re += (values[i] ?? Number.NaN) * Math.cos(angle);
        im -= (values[i] ?? Number.NaN) * Math.sin(angle);
      }
  return Math.hypot(re, im) / (nx * ny * nz);
}
