import { type Bilingual, type Language, say } from "../bilingual.js";
import { type Diagnosis, diagnose } from "../diagnosis.js";
import { type Fold, type Hover, linesRange, type OutlineItem } from "../results.js";
import { linesOf, rangeIn, type TextPosition } from "../textEdit.js";
import { type IonicStep, readSteps } from "./outcarSteps.js";
import { VASP_WARNINGS } from "./vaspWarnings.js";

const STEP = { en: "Ionic step {0}", ja: "イオンステップ {0}" };
const ELECTRONIC = { en: "{0} electronic steps", ja: "電子ステップ {0} 回" };
const HEAD = { en: "Settings", ja: "設定" };
const TIMING = { en: "Timing", ja: "計算時間" };

/** Settings, ionic steps with their electronic steps, timing. */
export function outlineOutcar(text: string, language: Language): OutlineItem[] {
  const lines = linesOf(text);
  const steps = readSteps(lines);
  const items: OutlineItem[] = [];
  const before = (steps[0]?.first ?? lines.length) - 1;
  if (before > 0) items.push(section(lines, HEAD[language], 0, before));
  const timing = lines.findIndex((line) => line.includes("General timing and accounting"));
  for (const step of steps) {
    const last = timing > step.first && timing <= step.last ? timing - 1 : step.last;
    items.push({
      name: say(STEP, language, step.number),
      detail: stepDetail(step, language),
      kind: "step",
      range: linesRange(lines, step.first, last),
      selection: linesRange(lines, step.first, step.first),
      children: step.electronic.map(({ number, line }, i) => ({
        name: `${step.number}(${number})`,
        detail: "",
        kind: "step",
        range: linesRange(lines, line, Math.min(last, (step.electronic[i + 1]?.line ?? last + 1) - 1)),
        selection: linesRange(lines, line, line),
        children: [],
      })),
    });
  }
  if (timing >= 0) items.push(section(lines, TIMING[language], timing, lines.length - 1));
  return items;
}

function section(lines: readonly string[], name: string, first: number, last: number): OutlineItem {
  return {
    name,
    detail: "",
    kind: "section",
    range: linesRange(lines, first, last),
    selection: linesRange(lines, first, first),
    children: [],
  };
}

function stepDetail({ sigmaZero, energy, force, electronic }: IonicStep, language: Language): string {
  const value = sigmaZero ?? energy;
  return [
    value === undefined ? "" : `E0 ${value.toFixed(5)} eV`,
    force === undefined ? "" : `F ${force.toFixed(3)} eV/Å`,
    say(ELECTRONIC, language, electronic.length),
  ]
    .filter(Boolean)
    .join(", ");
}

export function foldOutcar(text: string): Fold[] {
  return readSteps(linesOf(text)).flatMap(({ first, last }) =>
    last > first ? [{ start: first, end: last, kind: "region" as const }] : [],
  );
}

/** Terms of the free energy: the label in the file, what it is, and the column of `r3dvs targets` that it gives. */
const TERMS: readonly { readonly label: RegExp; readonly text: Bilingual; readonly target?: string }[] = [
  {
    label: /alpha Z\s+PSCENC/,
    text: { en: "Alpha Z term of the pseudopotentials.", ja: "擬ポテンシャルの alpha Z 項。" },
  },
  {
    label: /Ewald energy\s+TEWEN/,
    text: { en: "Electrostatic energy of the ions (Ewald sum).", ja: "イオン間の静電エネルギー (Ewald 和)。" },
    target: "E_ewald_per_atom",
  },
  {
    label: /-Hartree energ\w*\s+DENC/,
    text: {
      en: "Minus the Hartree energy: subtracted as double counting.",
      ja: "Hartree エネルギーの符号を変えた値 (二重計上の補正)。",
    },
    target: "E_hartree_per_atom",
  },
  {
    label: /-exchange\s+EXHF/,
    text: { en: "Minus the exact exchange energy.", ja: "厳密交換エネルギーの符号を変えた値。" },
  },
  {
    label: /-V\(xc\)\+E\(xc\)\s+XCENC/,
    text: {
      en: "Exchange-correlation energy minus the integral of v_xc times the density.",
      ja: "交換相関エネルギーから v_xc と密度の積分を引いた値。",
    },
    target: "Exc_minus_Vxc_per_atom",
  },
  {
    label: /PAW double counting/,
    text: { en: "One-centre corrections of the PAW method.", ja: "PAW 法の 1 中心補正。" },
  },
  {
    label: /entropy T\*S\s+EENTRO/,
    text: {
      en: "Entropy of the electrons times the temperature (smearing).",
      ja: "電子のエントロピー項 (スメアリング)。",
    },
  },
  {
    label: /eigenvalues\s+EBANDS/,
    text: { en: "Sum of the occupied one-electron energies.", ja: "占有された一電子エネルギーの和。" },
    target: "E_band_per_atom",
  },
  { label: /atomic energy\s+EATOM/, text: { en: "Energy of the reference atoms.", ja: "参照原子のエネルギー。" } },
  {
    label: /free\s+energy\s+TOTEN/,
    text: {
      en: "Free energy, the sum of all terms: consistent with the forces.",
      ja: "全項の和である自由エネルギー。力と整合します。",
    },
  },
  {
    label: /energy\(sigma->0\)/,
    text: {
      en: "Energy extrapolated to zero smearing: the one to compare.",
      ja: "スメアリング幅 0 に外挿したエネルギー。比較にはこの値を使います。",
    },
    target: "E0_per_atom",
  },
  {
    label: /energy\s+without entropy/,
    text: { en: "Energy without the entropy term.", ja: "エントロピー項を除いたエネルギー。" },
  },
  {
    label: /external pressure/,
    text: {
      en: "Pressure on the cell (kbar); positive: the cell wants to expand.",
      ja: "セルにかかる圧力 (kbar)。正なら膨張しようとします。",
    },
  },
  {
    label: /E-fermi/,
    text: { en: "Fermi energy, on the scale of the eigenvalues.", ja: "Fermi エネルギー (固有値と同じ基準)。" },
  },
  { label: /volume of cell/, text: { en: "Volume of the cell, Å³.", ja: "セルの体積 (Å³)。" } },
  {
    label: /TOTAL-FORCE/,
    text: { en: "Positions (Å) and forces (eV/Å) of the ions.", ja: "イオンの位置 (Å) と力 (eV/Å)。" },
  },
];
const COLUMN = { en: "Target of `r3dvs targets`: `{0}`", ja: "`r3dvs targets` の目的変数: `{0}`" };

/** What an energy term is, and which target it gives. */
export function hoverOutcar(text: string, position: TextPosition, language: Language): Hover | undefined {
  const line = linesOf(text)[position.line] ?? "";
  const term = TERMS.find(({ label }) => label.test(line));
  if (!term) return undefined;
  const column = term.target === undefined ? "" : `\n\n${say(COLUMN, language, term.target)}`;
  return { range: rangeIn(position.line, 0, line.length), markdown: term.text[language] + column };
}

const MAX_WARNINGS = 100;

/** What VASP warns of, once per kind, with its remedy. */
export function diagnoseOutput(text: string): Diagnosis[] {
  const warnings = new OutputWarnings();
  linesOf(text).forEach((line, index) => {
    warnings.push(line, index);
  });
  return [...warnings.found];
}

/** VASP's warnings, each where it stands first, from the lines of a file of any size. */
export class OutputWarnings {
  readonly #found: Diagnosis[] = [];
  readonly #seen = new Set<string>();

  get found(): readonly Diagnosis[] {
    return this.#found;
  }

  /** `index`: of the line, from 0. */
  push(line: string, index: number): void {
    if (
      this.#found.length >= MAX_WARNINGS ||
      !/warning|error|fatal|problem|aliasing|bands|highest|hermitian|VERY BAD|DENTET|KPAR|rotation|distance|projection/i.test(
        line,
      )
    )
      return;
    const known = VASP_WARNINGS.find(({ pattern, rule }) => !this.#seen.has(rule.code) && pattern.test(line));
    if (!known) return;
    this.#seen.add(known.rule.code);
    const from = line.search(/\S/);
    this.#found.push(diagnose(known.rule, rangeIn(index, Math.max(0, from), line.trimEnd().length)));
  }
}
