import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CubeHeadReader } from "../../src/core/formats/cubeHead.js";
import { EigenvalReader } from "../../src/core/formats/eigenval.js";
import { parseIncar } from "../../src/core/formats/incar.js";
import { parseKpoints } from "../../src/core/formats/kpoints.js";
import { OutcarReader } from "../../src/core/formats/outcar.js";
import { parsePoscar } from "../../src/core/formats/poscar.js";
import { VasprunReader } from "../../src/core/formats/vasprun.js";
import { VolumetricHeadReader } from "../../src/core/formats/volumetricHead.js";
import { XdatcarReader } from "../../src/core/formats/xdatcar.js";
import type { Parsed } from "../../src/core/text/problem.js";
import { parseTargets, readTarget } from "../../src/jobs/dataset/targetsFile.js";
import { outcarText } from "../core/formats/outcarText.js";
import { vasprunText } from "../core/formats/vasprunText.js";
import { HEAD } from "../jobs/densities/volumetricText.js";
import { Dice, damaged } from "./mutate.js";

/** `npm run fuzz` sets it: then seeds go on from a random one until the time is up. */
const seconds = Number(process.env.R3DVS_FUZZ_SECONDS ?? 0);

interface Stream {
  push(chunk: Uint8Array): void;
  finish(cut?: boolean): Parsed<unknown>;
}

/** Through chunks whose owner fills them anew. */
const streamed =
  (make: () => Stream) =>
  (text: string): Parsed<unknown> => {
    const reader = make();
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0) & 255);
    const size = 1 + (text.length % 97) * 7;
    for (let at = 0; at < bytes.length; at += size) {
      const chunk = bytes.slice(at, at + size);
      reader.push(chunk);
      chunk.fill(63);
    }
    return reader.finish();
  };

const byLines =
  (make: () => { readonly state: string; push(line: string): void; finish(): Parsed<unknown> }) =>
  (text: string): Parsed<unknown> => {
    const reader = make();
    const lines = text.split("\n");
    if (lines.at(-1) === "") lines.pop();
    for (const line of lines) if (reader.state === "reading") reader.push(line);
    return reader.finish();
  };

const SELECTIVE = [
  ...HEAD.slice(0, 7),
  "Selective dynamics",
  "Direct",
  "0 0 0 T F T Fe",
  "0.25 0.5 0.75 F F F",
  "0.5 0.25 0.1 T T T",
];
const FRAMES = ["Direct configuration=     1", "  0.0 0.0 0.0", "  0.25000000-10.50000000  0.75", "  0.5 0.25 0.125"];
const BAND = [
  "    1       -5.000000   1.000000",
  "    2        1.000000   1.000000",
  "    3        4.000000   0.000000",
];
const EIGENVAL = [
  ...[
    "    2    2     1     1",
    "  0.1E+02  0.5E-09  0.5E-09  0.5E-09  0.1E-15",
    "  1.0E-004",
    "  CAR",
    " made",
    "      4      2      3",
  ],
  ...["", "  0.0E+00  0.0E+00  0.0E+00  0.5E+00", ...BAND, "", "  0.5E+00  0.0E+00  0.0E+00  0.5E+00", ...BAND],
];

/** Each parser with texts that it reads. */
const PARSERS: Readonly<Record<string, readonly [(text: string) => Parsed<unknown>, readonly string[]]>> = {
  POSCAR: [parsePoscar, [lined(HEAD), lined(SELECTIVE)]],
  "the head of a CHGCAR": [byLines(() => new VolumetricHeadReader()), [lined([...HEAD, "", "  4  4  4"])]],
  "the head of a cube": [
    byLines(() => new CubeHeadReader()),
    ["a cube\nmade\n 1 0.0 0.0 0.0\n 2 2.0 0.0 0.0\n 2 0.0 2.0 0.0\n 2 0.0 0.0 2.0\n 8 8.0 0.0 0.0 0.0\n"],
  ],
  XDATCAR: [streamed(() => new XdatcarReader()), [lined([...HEAD.slice(0, 7), ...FRAMES, ...FRAMES])]],
  OUTCAR: [
    streamed(() => new OutcarReader()),
    [outcarText({ dispersion: -0.5, linearResponse: true }), outcarText() + outcarText()],
  ],
  "vasprun.xml": [streamed(() => new VasprunReader()), [vasprunText(), vasprunText({ swapped: true, dispersion: 1 })]],
  EIGENVAL: [streamed(() => new EigenvalReader()), [lined(EIGENVAL)]],
  KPOINTS: [
    parseKpoints,
    [
      ...[
        "mesh\n0\nGamma\n4 4 4\n0 0 0\n",
        "auto\n0\nAuto\n40\n",
        "vectors\n0\nReciprocal\n0.25 0 0\n0 0.25 0\n0 0 0.25\n0.5 0.5 0.5\n",
      ],
      ...[
        "list\n2\nReciprocal\n0 0 0 1\n0.5 0.5 0.5 1\n",
        "path\n20\nLine-mode\nrec\n0 0 0 ! G\n0.5 0 0 ! X\n\n0.5 0 0\n0 0 0\n",
      ],
    ],
  ],
  INCAR: [
    parseIncar,
    ['SYSTEM = "a; b"\nENCUT = 520 ; ISMEAR = -5 # smearing\nMAGMOM = 2*0.6 \\\n 5\nLREAL = .FALSE.\nEDIFF = 1D-6\n'],
  ],
  "targets.csv": [readTargets, ['id,band_gap (eV),E0,"a ""b"""\nmp-1,1.5,-3,x\n"mp,2",0,-4,"y\nz"\n', "id,E\n"]],
};

/** What jobs have of a table: the numbers of each column, and a problem for each cell without one. */
function readTargets(text: string): Parsed<unknown> {
  const { value: table, problems } = parseTargets(text);
  if (table === undefined) return { problems };
  const read = table.columns.map(({ name }) => readTarget(table, name));
  return {
    value: [table.rows.map(({ id }) => id), read.map(({ values }) => values)],
    problems: [...problems, ...read.flatMap(({ missing }) => [...missing.values()])],
  };
}

function lined(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

/** The numbers of a value that are none. */
function holes(value: unknown): unknown[] {
  if (typeof value === "number") return Number.isFinite(value) ? [] : [value];
  if (value === null) return [value];
  if (value instanceof Map) return [...value.values()].flatMap(holes);
  if (ArrayBuffer.isView(value)) return holes([...(value as Float64Array)]);
  return typeof value === "object" ? Object.values(value).flatMap(holes) : [];
}

/**
 * What holds of any text whatever: nothing is thrown, problems lie within it, numbers are numbers, and nothing is
 * refused in silence.
 */
function check(parse: (text: string) => Parsed<unknown>, text: string, where: string): void {
  const { value, problems } = parse(text);
  const lines = text.split("\n");
  if (lines.length > 1 && lines.at(-1) === "") lines.pop();
  for (const { line, column, message } of problems) {
    expect(line >= 1 && line <= lines.length, `${where}: line ${line} of ${lines.length}: ${message}`).toBe(true);
    const length = lines[line - 1]?.length ?? 0;
    expect(
      column >= 1 && column <= length + 1,
      `${where}: column ${column} of ${length} in line ${line}: ${message}`,
    ).toBe(true);
    expect(message, where).not.toMatch(/undefined|NaN eV|\{\d\}/);
  }
  expect(holes(value), where).toEqual([]);
  expect(
    value !== undefined || problems.some(({ severity }) => severity === "error"),
    `${where}: refused in silence`,
  ).toBe(true);
}

describe.each(Object.entries(PARSERS))("%s", (_, [parse, texts]) => {
  it("reads what it is made for", () => {
    for (const text of texts) expect(parse(text).value).toBeDefined();
  });

  it("tells of any damage within the file", { timeout: (seconds + 120) * 1000 }, () => {
    const end = performance.now() + (seconds * 1000) / Object.keys(PARSERS).length;
    const first = seconds > 0 ? Math.floor(Math.random() * 2 ** 30) : 1;
    for (let seed = first; seed < first + SEEDS || performance.now() < end; seed++) {
      const dice = new Dice(seed);
      check(parse, damaged(dice.of(texts), dice), `seed ${seed}`);
    }
  });

  it("tells of texts of other kinds", () => {
    for (const text of Object.values(PARSERS).flatMap(([, others]) => others)) check(parse, text, text.slice(0, 20));
    const character = fc.nat(255).map((code) => String.fromCharCode(code));
    fc.assert(
      fc.property(fc.string({ unit: character, maxLength: 200 }), (text) => check(parse, text, JSON.stringify(text))),
      { numRuns: 200, seed: 1 },
    );
  });
});

/** Of each parser. */
const SEEDS = 250;
