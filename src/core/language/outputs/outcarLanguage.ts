import { type Bilingual, type Language, say } from "../bilingual.js";
import { type Diagnosis, diagnose } from "../diagnosis.js";
import { type Fold, type Hover, linesRange, type OutlineItem } from "../results.js";
import { linesOf, rangeIn, type TextPosition } from "../textEdit.js";
import { VASP_WARNINGS } from "./vaspWarnings.js";

/** `--- Iteration      3(  12)  ---`: ionic and electronic step. */
const ITERATION = /^-+\s*Iteration\s+(\d+)\(\s*(\d+)\)/;
const TOTAL = /free\s+energy\s+TOTEN\s*=\s*(-?[\d.]+)/;
const SIGMA_ZERO = /energy\(sigma->0\)\s*=\s*(-?[\d.]+)/;
const FORCES = /TOTAL-FORCE \(eV\/Angst\)/;
const PRESSURE = /external pressure\s*=\s*(-?[\d.]+)\s*kB/;

const STEP = { en: "Ionic step {0}", ja: "イオンステップ {0}" };
const ELECTRONIC = { en: "{0} electronic steps", ja: "電子ステップ {0} 回" };
const HEAD = { en: "Settings", ja: "設定" };
const TIMING = { en: "Timing", ja: "計算時間" };

/** One ionic step of an OUTCAR. */
export interface OutcarStep {
  readonly number: number;
  /** Lines from 0. */
  readonly first: number;
  readonly last: number;
  readonly electronic: readonly { readonly number: number; readonly line: number }[];
  /** eV: the last TOTEN of the step, and the energy extrapolated to zero smearing. */
  readonly energy?: number;
  readonly sigmaZero?: number;
  /** eV/Å: the largest force on an ion. */
  readonly force?: number;
  /** kbar. */
  readonly pressure?: number;
}

/** The ionic steps of an OUTCAR, from its lines. Works on any iterable, so that a reader of a large file can pass its lines. */
export function readSteps(lines: readonly string[]): OutcarStep[] {
  const collector = new StepCollector();
  for (const [index, line] of lines.entries()) collector.push(line, index);
  return collector.finish(lines.length);
}

/** Collects ionic steps line by line: for files of any size. */
export class StepCollector {
  readonly #steps: { -readonly [key in keyof OutcarStep]: OutcarStep[key] }[] = [];
  #forceLine = Number.NEGATIVE_INFINITY;

  /** `index`: of the line, from 0. */
  push(line: string, index: number): void {
    const iteration = line.startsWith("-") ? ITERATION.exec(line) : null;
    if (iteration) {
      this.#begin(Number(iteration[1]), Number(iteration[2]), index);
      return;
    }
    const step = this.#steps.at(-1);
    if (!step) return;
    if (index > this.#forceLine + 1 && this.#readForce(step, line)) return;
    if (!/[ET]N|=|FORCE/.test(line)) return;
    const total = TOTAL.exec(line);
    if (total) step.energy = Number(total[1]);
    const zero = SIGMA_ZERO.exec(line);
    if (zero) step.sigmaZero = Number(zero[1]);
    const pressure = PRESSURE.exec(line);
    if (pressure) step.pressure = Number(pressure[1]);
    if (FORCES.test(line)) {
      this.#forceLine = index;
      delete step.force;
    }
  }

  finish(lines: number): OutcarStep[] {
    const last = this.#steps.at(-1);
    if (last) last.last = Math.max(last.first, lines - 1);
    return this.#steps;
  }

  #begin(ionic: number, electronic: number, line: number): void {
    const step = this.#steps.at(-1);
    this.#forceLine = Number.NEGATIVE_INFINITY;
    if (step && step.number === ionic) {
      step.electronic = [...step.electronic, { number: electronic, line }];
      step.last = line;
      return;
    }
    if (step) step.last = line - 1;
    this.#steps.push({ number: ionic, first: line, last: line, electronic: [{ number: electronic, line }] });
  }

  /** Rows of six numbers below the heading and its rule; the first other line ends them. */
  #readForce(step: { force?: number }, line: string): boolean {
    if (this.#forceLine === Number.NEGATIVE_INFINITY) return false;
    const numbers = line.trim().split(/\s+/).map(Number);
    if (numbers.length !== 6 || numbers.some((value) => !Number.isFinite(value))) {
      this.#forceLine = Number.NEGATIVE_INFINITY;
      return false;
    }
    step.force = Math.max(step.force ?? 0, Math.hypot(numbers[3] ?? 0, numbers[4] ?? 0, numbers[5] ?? 0));
    return true;
  }
}

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

function stepDetail({ sigmaZero, energy, force, electronic }: OutcarStep, language: Language): string {
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
  { label: /alpha Z\s+PSCENC/, text: { en: "Alpha Z term of the pseudopotentials.", ja: "擬ポテンシャルの alpha Z 項。" } },
  {
    label: /Ewald energy\s+TEWEN/,
    text: { en: "Electrostatic energy of the ions (Ewald sum).", ja: "イオン間の静電エネルギー (Ewald 和)。" },
    target: "E_ewald_per_atom",
  },
  {
    label: /-Hartree energ\w*\s+DENC/,
    text: { en: "Minus the Hartree energy: subtracted as double counting.", ja: "Hartree エネルギーの符号を変えた値 (二重計上の補正)。" },
    target: "E_hartree_per_atom",
  },
  { label: /-exchange\s+EXHF/, text: { en: "Minus the exact exchange energy.", ja: "厳密交換エネルギーの符号を変えた値。" } },
  {
    label: /-V\(xc\)\+E\(xc\)\s+XCENC/,
    text: {
      en: "Exchange-correlation energy minus the integral of v_xc times the density.",
      ja: "交換相関エネルギーから v_xc と密度の積分を引いた値。",
    },
    target: "Exc_minus_Vxc_per_atom",
  },
  { label: /PAW double counting/, text: { en: "One-centre corrections of the PAW method.", ja: "PAW 法の 1 中心補正。" } },
  {
    label: /entropy T\*S\s+EENTRO/,
    text: { en: "Entropy of the electrons times the temperature (smearing).", ja: "電子のエントロピー項 (スメアリング)。" },
  },
  {
    label: /eigenvalues\s+EBANDS/,
    text: { en: "Sum of the occupied one-electron energies.", ja: "占有された一電子エネルギーの和。" },
    target: "E_band_per_atom",
  },
  { label: /atomic energy\s+EATOM/, text: { en: "Energy of the reference atoms.", ja: "参照原子のエネルギー。" } },
  {
    label: /free\s+energy\s+TOTEN/,
    text: { en: "Free energy, the sum of all terms: consistent with the forces.", ja: "全項の和である自由エネルギー。力と整合します。" },
  },
  {
    label: /energy\(sigma->0\)/,
    text: {
      en: "Energy extrapolated to zero smearing: the one to compare.",
      ja: "スメアリング幅 0 に外挿したエネルギー。比較にはこの値を使います。",
    },
    target: "E0_per_atom",
  },
  { label: /energy\s+without entropy/, text: { en: "Energy without the entropy term.", ja: "エントロピー項を除いたエネルギー。" } },
  {
    label: /external pressure/,
    text: {
      en: "Pressure on the cell (kbar); positive: the cell wants to expand.",
      ja: "セルにかかる圧力 (kbar)。正なら膨張しようとします。",
    },
  },
  { label: /E-fermi/, text: { en: "Fermi energy, on the scale of the eigenvalues.", ja: "Fermi エネルギー (固有値と同じ基準)。" } },
  { label: /volume of cell/, text: { en: "Volume of the cell, Å³.", ja: "セルの体積 (Å³)。" } },
  { label: /TOTAL-FORCE/, text: { en: "Positions (Å) and forces (eV/Å) of the ions.", ja: "イオンの位置 (Å) と力 (eV/Å)。" } },
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
  const found: Diagnosis[] = [];
  const seen = new Set<string>();
  linesOf(text).forEach((line, index) => {
    if (
      found.length >= MAX_WARNINGS ||
      !/warning|error|fatal|problem|aliasing|bands|highest|hermitian|VERY BAD|DENTET|KPAR|rotation|distance|projection/i.test(line)
    )
      return;
    const known = VASP_WARNINGS.find(({ pattern, rule }) => !seen.has(rule.code) && pattern.test(line));
    if (!known) return;
    seen.add(known.rule.code);
    const from = line.search(/\S/);
    found.push(diagnose(known.rule, rangeIn(index, Math.max(0, from), line.trimEnd().length)));
  });
  return found;
}
