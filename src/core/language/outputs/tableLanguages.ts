import { type Language, say } from "../bilingual.js";
import { type Fold, type Hover, linesRange, type OutlineItem } from "../results.js";
import { linesOf, rangeIn, type TextPosition } from "../textEdit.js";
import { OSZICAR_STEP } from "./outcarSteps.js";

const STEP = { en: "Ionic step {0}", ja: "イオンステップ {0}" };
const KPOINT = { en: "k-point {0}", ja: "k 点 {0}" };
const FRAME = { en: "Frame {0}", ja: "フレーム {0}" };
const TOTAL_DOS = { en: "Total density of states", ja: "全状態密度" };
const ATOM_DOS = { en: "Atom {0}", ja: "原子 {0}" };

const section = (lines: readonly string[], name: string, detail: string, first: number, last: number): OutlineItem => ({
  name,
  detail,
  kind: "step",
  range: linesRange(lines, first, Math.max(first, last)),
  selection: linesRange(lines, first, first),
  children: [],
});

/** Ionic steps of an OSZICAR, each with its electronic steps above it. */
export function outlineOszicar(text: string, language: Language): OutlineItem[] {
  const lines = linesOf(text);
  const items: OutlineItem[] = [];
  let first = 0;
  lines.forEach((line, index) => {
    const step = OSZICAR_STEP.exec(line);
    if (!step) return;
    items.push(section(lines, say(STEP, language, Number(step[1])), `E0 ${Number(step[3])} eV`, first, index));
    first = index + 1;
  });
  return items;
}

const COLUMNS: Readonly<Record<string, { readonly en: string; readonly ja: string }>> = {
  N: { en: "electronic step", ja: "電子ステップ" },
  E: { en: "free energy, eV", ja: "自由エネルギー (eV)" },
  dE: { en: "change of the energy, eV", ja: "エネルギーの変化 (eV)" },
  "d eps": {
    en: "change of the band energy at fixed potential, eV",
    ja: "固定ポテンシャルでのバンドエネルギーの変化 (eV)",
  },
  ncg: { en: "applications of the Hamiltonian to orbitals", ja: "軌道にハミルトニアンを作用させた回数" },
  rms: { en: "norm of the residual of the orbitals", ja: "軌道の残差のノルム" },
  "rms(c)": { en: "norm of the difference between input and output density", ja: "入力と出力の電荷密度の差のノルム" },
};

/** The columns of OSZICAR, on its headings and rows. */
export function hoverOszicar(text: string, position: TextPosition, language: Language): Hover | undefined {
  const line = linesOf(text)[position.line] ?? "";
  if (!/^\s*N\s+E\s|^(?:DAV|RMM|CGA|SDA|DMP|NONE|EIG):/.test(line)) return undefined;
  const rows = Object.entries(COLUMNS).map(([name, meaning]) => `| ${name} | ${meaning[language]} |`);
  return { range: rangeIn(position.line, 0, line.length), markdown: `| | |\n|---|---|\n${rows.join("\n")}` };
}

/** `  0.0E+00 0.0E+00 0.0E+00 0.1E-01` behind a blank line: a k-point of an EIGENVAL. */
export function outlineEigenval(text: string, language: Language): OutlineItem[] {
  const lines = linesOf(text);
  const starts = lines.flatMap((line, index) => {
    const numbers = line.trim().split(/\s+/);
    const isPoint =
      index > 5 &&
      (lines[index - 1] ?? "").trim() === "" &&
      numbers.length === 4 &&
      numbers.every((word) => Number.isFinite(Number(word)));
    return isPoint
      ? [
          {
            index,
            detail: numbers
              .slice(0, 3)
              .map((word) => Number(word).toFixed(4))
              .join(" "),
          },
        ]
      : [];
  });
  return starts.map(({ index, detail }, i) =>
    section(lines, say(KPOINT, language, i + 1), detail, index, (starts[i + 1]?.index ?? lines.length) - 1),
  );
}

/** The total density of states and those of the atoms: each begins with a line of the energies' limits. */
export function outlineDoscar(text: string, language: Language): OutlineItem[] {
  const lines = linesOf(text);
  const head = (lines[5] ?? "").trim().split(/\s+/).map(Number);
  const points = head[2] ?? 0;
  if (!Number.isInteger(points) || points <= 0) return [];
  const items: OutlineItem[] = [];
  for (let first = 5, i = 0; first < lines.length && (lines[first] ?? "").trim() !== ""; first += points + 1, i++) {
    const name = i === 0 ? TOTAL_DOS[language] : say(ATOM_DOS, language, i);
    items.push(
      section(
        lines,
        name,
        i === 0 ? `E_F ${head[3] ?? "?"} eV` : "",
        first,
        Math.min(lines.length - 1, first + points),
      ),
    );
  }
  return items;
}

/** `Direct configuration=     1` of an XDATCAR. */
export function outlineXdatcar(text: string, language: Language): OutlineItem[] {
  const lines = linesOf(text);
  const starts = lines.flatMap((line, index) => {
    const frame = /^\s*(?:Direct|Cartesian) configuration\s*=\s*(\d+)/i.exec(line);
    return frame ? [{ index, number: Number(frame[1]) }] : [];
  });
  return starts.map(({ index, number }, i) =>
    section(lines, say(FRAME, language, number), "", index, (starts[i + 1]?.index ?? lines.length) - 1),
  );
}

/** Folds of what an outline lists. */
export const foldOutline = (items: readonly OutlineItem[]): Fold[] =>
  items.flatMap(({ range }) =>
    range.end.line > range.start.line
      ? [{ start: range.start.line, end: range.end.line, kind: "region" as const }]
      : [],
  );
