import { lengths, reciprocalLattice } from "../../crystal/lattice.js";
import { type Kpoints, parseKpoints } from "../../formats/kpoints.js";
import type { Matrix3, Vector3 } from "../../math/matrix3.js";
import { type Bilingual, type Language, say } from "../bilingual.js";
import { type Diagnosis, diagnose, diagnosisOf, type Rule } from "../diagnosis.js";
import { type Fold, type Hover, linesRange, type OutlineItem } from "../results.js";
import type { RunContext } from "../runContext.js";
import { linesOf, rangeIn, replaceAll, type TextEdit, type TextPosition } from "../textEdit.js";
import { latticeShape, specialPoint } from "./specialPoints.js";

const rule = (code: string, severity: Rule["severity"], en: string, ja: string): Rule => ({
  code: `kpoints/${code}`,
  severity,
  text: { en, ja },
});

const HEXAGONAL_SHIFT = rule(
  "hexagonal",
  "warning",
  "A Monkhorst-Pack mesh with even divisions breaks the symmetry of a hexagonal lattice: use Gamma",
  "分割数が偶数の Monkhorst-Pack メッシュは六方格子の対称性を壊します。Gamma を使ってください",
);
const FACE_CENTRED_SHIFT = rule(
  "centred-shift",
  "information",
  "In a face-centred cell a shifted mesh with even divisions has less symmetry than the lattice: Gamma is safer",
  "面心格子では、分割数が偶数のシフトしたメッシュの対称性は格子より低くなります。Gamma が安全です",
);
const UNEVEN = rule(
  "uneven",
  "information",
  "The mesh is uneven: spacings are {0} Å⁻¹ along b1, b2, b3",
  "メッシュの間隔が不均一です。b1、b2、b3 方向に {0} Å⁻¹",
);
const SPECIAL_POINT = rule(
  "special-point",
  "warning",
  "{0} is at {1} in this lattice, not here",
  "この格子での {0} の座標は {1} です",
);
const LINE_WITH_MESH = rule(
  "large-mesh",
  "warning",
  "{0} k-points before symmetry: is that meant?",
  "対称性を使う前の k 点数が {0} です。意図した値か確かめてください",
);

/** What is wrong with a KPOINTS, by itself and against the lattice of the POSCAR beside it. */
export function diagnoseKpoints(text: string, { poscar }: RunContext = {}): Diagnosis[] {
  const lines = linesOf(text);
  const { value, problems } = parseKpoints(text);
  const found = problems.map((one) => diagnosisOf(one, "kpoints/form", lines));
  if (!value) return found;
  return [
    ...found,
    ...diagnoseMesh(value, lines, poscar?.lattice),
    ...(poscar ? diagnosePath(value, lines, poscar.lattice) : []),
  ].sort((a, b) => a.line - b.line || a.column - b.column);
}

const MESH_LINE = 3;
const STYLE_LINE = 2;
/** More points before symmetry than any mesh that is meant. */
const MANY_POINTS = 200_000;
/** Ratio of the largest to the smallest spacing. */
const UNEVEN_RATIO = 2;

function diagnoseMesh(
  { style, divisions, shift }: Kpoints,
  lines: readonly string[],
  lattice: Matrix3 | undefined,
): Diagnosis[] {
  if (!divisions) return [];
  const found: Diagnosis[] = [];
  const meshRange = rangeIn(MESH_LINE, 0, (lines[MESH_LINE] ?? "").trimEnd().length);
  const total = divisions.reduce((product, n) => product * n, 1);
  if (total > MANY_POINTS) found.push(diagnose(LINE_WITH_MESH, meshRange, [total]));
  if (!lattice) return found;
  const shape = latticeShape(lattice);
  const shifted =
    (style === "monkhorst") !==
    ((shift ?? [0, 0, 0]).some((value) => Math.abs(value - 0.5) < 1e-6) && style === "gamma");
  const evenAcross = divisions.some((n) => n > 1 && n % 2 === 0);
  const styleRange = rangeIn(STYLE_LINE, 0, (lines[STYLE_LINE] ?? "").trimEnd().length);
  const toGamma = {
    title: { en: "Change to {0}", ja: "{0} に変更" },
    args: ["Gamma"],
    edits: [{ range: styleRange, text: "Gamma" }],
    safe: false,
  };
  const plain = (shift ?? [0, 0, 0]).every((value) => value === 0);
  if (shifted && evenAcross && shape === "hexagonal")
    found.push(diagnose(HEXAGONAL_SHIFT, styleRange, [], plain ? [toGamma] : []));
  if (shifted && evenAcross && (shape === "faceCentred" || shape === "bodyCentred"))
    found.push(diagnose(FACE_CENTRED_SHIFT, styleRange, [], plain ? [toGamma] : []));
  const spacings = meshSpacings(lattice, divisions);
  const dense = spacings.filter((_, axis) => (divisions[axis] ?? 1) > 1);
  if (dense.length > 1 && Math.max(...dense) > UNEVEN_RATIO * Math.min(...dense))
    found.push(diagnose(UNEVEN, meshRange, [spacings.map((value) => value.toFixed(3)).join(", ")]));
  return found;
}

/** |b_i| / N_i in 1/Å, 2 pi included, as VASP's KSPACING has it. */
export function meshSpacings(lattice: Matrix3, divisions: readonly number[]): Vector3 {
  const [a, b, c] = lengths(reciprocalLattice(lattice));
  return [a / (divisions[0] ?? 1), b / (divisions[1] ?? 1), c / (divisions[2] ?? 1)];
}

/** The divisions whose spacings (1/Å) are at most the given one: N_i = max(1, ceil(|b_i| / spacing)). */
export function meshFor(lattice: Matrix3, spacing: number): Vector3 {
  const of = (length: number) => Math.max(1, Math.ceil(length / spacing - 1e-9));
  const [a, b, c] = lengths(reciprocalLattice(lattice));
  return [of(a), of(b), of(c)];
}

/** A KPOINTS with a Γ-centred mesh of at most that spacing. */
export function writeMesh(lattice: Matrix3, spacing: number): string {
  return `Gamma-centred mesh, spacing at most ${spacing} 1/A\n0\nGamma\n${meshFor(lattice, spacing).join(" ")}\n0 0 0\n`;
}

export const replaceMesh = (text: string, lattice: Matrix3, spacing: number): TextEdit[] => [
  replaceAll(text, writeMesh(lattice, spacing)),
];

function diagnosePath({ style, cartesian, points }: Kpoints, lines: readonly string[], lattice: Matrix3): Diagnosis[] {
  if (style !== "line" || cartesian || !points) return [];
  const shape = latticeShape(lattice);
  const rows = lines
    .map((line, index) => ({ line, index }))
    .filter(({ line, index }) => index > STYLE_LINE + 1 && line.trim() !== "");
  return points.flatMap(({ coordinates, label }, i) => {
    const name = label?.replace(/^\\/, "").trim();
    const expected = name ? specialPoint(shape, name) : undefined;
    const row = rows[i];
    if (!expected || !row || expected.some((place) => sameStar(place, coordinates, lattice))) return [];
    const [first] = expected;
    return [
      diagnose(SPECIAL_POINT, rangeIn(row.index, 0, row.line.trimEnd().length), [
        name ?? "",
        first?.map((value) => Number(value.toFixed(4))).join(" ") ?? "",
      ]),
    ];
  });
}

/** Points at the same distance from Γ modulo reciprocal vectors: enough to tell whether two are of one kind. */
function sameStar(a: Vector3, b: readonly number[], lattice: Matrix3): boolean {
  return Math.abs(distanceFromGamma(a, lattice) - distanceFromGamma(b, lattice)) < 1e-3;
}

/** The shortest length (1/Å) of a k-point and its images by reciprocal vectors. */
function distanceFromGamma(point: readonly number[], lattice: Matrix3): number {
  const reciprocal = reciprocalLattice(lattice);
  let best = Number.POSITIVE_INFINITY;
  for (let i = -2; i <= 2; i++)
    for (let j = -2; j <= 2; j++)
      for (let k = -2; k <= 2; k++) {
        const [x, y, z] = [(point[0] ?? 0) + i, (point[1] ?? 0) + j, (point[2] ?? 0) + k];
        const component = (axis: 0 | 1 | 2) =>
          x * reciprocal[0][axis] + y * reciprocal[1][axis] + z * reciprocal[2][axis];
        best = Math.min(best, Math.hypot(component(0), component(1), component(2)));
      }
  return best;
}

const STYLES: Readonly<Record<Kpoints["style"], Bilingual>> = {
  automatic: { en: "Automatic mesh from one length", ja: "長さ 1 つによる自動メッシュ" },
  gamma: { en: "Γ-centred mesh", ja: "Γ 点中心のメッシュ" },
  monkhorst: { en: "Monkhorst-Pack mesh", ja: "Monkhorst-Pack メッシュ" },
  "generating vectors": { en: "Generalised regular mesh", ja: "一般化された等間隔メッシュ" },
  explicit: { en: "List of {0} k-points", ja: "{0} 個の k 点の一覧" },
  line: { en: "Path, {0} points per segment", ja: "経路 (区間あたり {0} 点)" },
};
const POINTS = { en: "{0} k-points before symmetry", ja: "対称性を使う前の k 点数 {0}" };
const SPACINGS = {
  en: "Spacing {0} Å⁻¹ along b1, b2, b3 (2π included)",
  ja: "b1、b2、b3 方向の間隔 {0} Å⁻¹ (2π を含む)",
};
const PER_ATOM = { en: "{0} k-points per reciprocal atom", ja: "原子あたりの k 点密度 (KPPRA) {0}" };
const SEGMENT = { en: "Segment {0}", ja: "区間 {0}" };

/** The kind of the mesh and how dense it is in the cell of the POSCAR beside it. */
export function hoverKpoints(
  text: string,
  position: TextPosition,
  language: Language,
  { poscar }: RunContext = {},
): Hover | undefined {
  const lines = linesOf(text);
  const { value } = parseKpoints(text);
  if (!value || position.line < 1 || position.line > 4) return undefined;
  const facts = [say(STYLES[value.style], language, value.count ?? 0)];
  const divisions =
    value.divisions ??
    (value.length !== undefined && poscar ? automaticDivisions(poscar.lattice, value.length) : undefined);
  if (divisions) {
    const total = divisions.reduce((product, n) => product * n, 1);
    facts.push(`${divisions.join(" × ")}: ${say(POINTS, language, total)}`);
    if (poscar) {
      facts.push(
        say(
          SPACINGS,
          language,
          meshSpacings(poscar.lattice, divisions)
            .map((spacing) => spacing.toFixed(3))
            .join(", "),
        ),
      );
      facts.push(say(PER_ATOM, language, total * poscar.counts.reduce((sum, count) => sum + count, 0)));
    }
  }
  return {
    range: rangeIn(position.line, 0, (lines[position.line] ?? "").length),
    markdown: facts.map((fact) => `- ${fact}`).join("\n"),
  };
}

/** N_i = max(1, floor(R_k |b_i| / 2 pi + 0.5)): the fully automatic scheme. */
function automaticDivisions(lattice: Matrix3, length: number): Vector3 {
  const of = (b: number) => Math.max(1, Math.floor((length * b) / (2 * Math.PI) + 0.5));
  const [a, b, c] = lengths(reciprocalLattice(lattice));
  return [of(a), of(b), of(c)];
}

/** Segments of a path. */
export function outlineKpoints(text: string, language: Language): OutlineItem[] {
  const lines = linesOf(text);
  const { value } = parseKpoints(text);
  if (value?.style !== "line" || !value.points) return [];
  const rows = lines.flatMap((line, index) => (index > STYLE_LINE + 1 && line.trim() !== "" ? [index] : []));
  return Array.from({ length: Math.floor(value.points.length / 2) }, (_, i) => {
    const [from, to] = [value.points?.[2 * i], value.points?.[2 * i + 1]];
    const range = linesRange(lines, rows[2 * i] ?? 0, rows[2 * i + 1] ?? 0);
    return {
      name: `${from?.label ?? "?"} – ${to?.label ?? "?"}`,
      detail: say(SEGMENT, language, i + 1),
      kind: "step",
      range,
      selection: range,
      children: [],
    };
  });
}

export function foldKpoints(text: string): Fold[] {
  const { value } = parseKpoints(text);
  const lines = linesOf(text);
  let last = lines.length - 1;
  while (last > 0 && (lines[last] ?? "").trim() === "") last--;
  return value?.points && last > STYLE_LINE + 1 ? [{ start: STYLE_LINE, end: last, kind: "region" }] : [];
}
