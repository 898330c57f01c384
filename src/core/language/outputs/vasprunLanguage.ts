import type { Bilingual, Language } from "../bilingual.js";
import { say } from "../bilingual.js";
import { type Hover, linesRange, type OutlineItem } from "../results.js";
import { linesOf, rangeIn, type TextPosition } from "../textEdit.js";

const PARTS: readonly { readonly open: RegExp; readonly name: Bilingual }[] = [
  { open: /<incar>/, name: { en: "INCAR", ja: "INCAR" } },
  { open: /<kpoints>/, name: { en: "k-points", ja: "k 点" } },
  { open: /<parameters>/, name: { en: "Parameters", ja: "パラメータ" } },
  { open: /<atominfo>/, name: { en: "Atoms", ja: "原子" } },
  { open: /<structure name="initialpos"/, name: { en: "Initial structure", ja: "初期構造" } },
  { open: /<calculation>/, name: { en: "Ionic step {0}", ja: "イオンステップ {0}" } },
  { open: /<eigenvalues>/, name: { en: "Eigenvalues", ja: "固有値" } },
  { open: /<dos>/, name: { en: "Density of states", ja: "状態密度" } },
  { open: /<structure name="finalpos"/, name: { en: "Final structure", ja: "最終構造" } },
];

/** The large parts of a vasprun.xml; each step of the ions with its energy. */
export function outlineVasprun(text: string, language: Language): OutlineItem[] {
  const lines = linesOf(text);
  const starts: { name: string; line: number; isStep: boolean }[] = [];
  let steps = 0;
  lines.forEach((line, index) => {
    const part = line.includes("<") ? PARTS.find(({ open }) => open.test(line)) : undefined;
    if (!part) return;
    const isStep = part.name.en.includes("{0}");
    if (isStep) steps++;
    starts.push({ name: say(part.name, language, steps), line: index, isStep });
  });
  return starts.map(({ name, line, isStep }, i) => {
    const last = Math.max(line, (starts[i + 1]?.line ?? lines.length) - 1);
    return {
      name,
      detail: isStep ? energyIn(lines, line, last) : "",
      kind: isStep ? ("step" as const) : ("section" as const),
      range: linesRange(lines, line, last),
      selection: linesRange(lines, line, line),
      children: [],
    };
  });
}

/** The last e_0_energy of a step. */
function energyIn(lines: readonly string[], first: number, last: number): string {
  for (let line = last; line > first; line--) {
    const found = /<i name="e_0_energy">\s*(-?[\d.]+)/.exec(lines[line] ?? "");
    if (found) return `E0 ${Number(found[1])} eV`;
  }
  return "";
}

const NAMES: Readonly<Record<string, Bilingual>> = {
  e_fr_energy: { en: "Free energy, eV (TOTEN).", ja: "自由エネルギー (eV、TOTEN)。" },
  e_wo_entrp: { en: "Energy without the entropy term, eV.", ja: "エントロピー項を除いたエネルギー (eV)。" },
  e_0_energy: { en: "Energy extrapolated to zero smearing, eV.", ja: "スメアリング幅 0 に外挿したエネルギー (eV)。" },
  efermi: { en: "Fermi energy, eV.", ja: "Fermi エネルギー (eV)。" },
  volume: { en: "Volume of the cell, Å³.", ja: "セルの体積 (Å³)。" },
  basis: { en: "Lattice vectors, Å.", ja: "格子ベクトル (Å)。" },
  rec_basis: { en: "Reciprocal vectors, 1/Å, without 2π.", ja: "逆格子ベクトル (1/Å、2π を含まない)。" },
  positions: { en: "Fractional coordinates of the ions.", ja: "イオンの分率座標。" },
  forces: { en: "Forces on the ions, eV/Å.", ja: "イオンに働く力 (eV/Å)。" },
  stress: { en: "Stress tensor, kbar.", ja: "応力テンソル (kbar)。" },
};

/** What a named entry of a vasprun.xml holds. */
export function hoverVasprun(text: string, position: TextPosition, language: Language): Hover | undefined {
  const line = linesOf(text)[position.line] ?? "";
  const meaning = NAMES[/\bname="\s*([\w]+)\s*"/.exec(line)?.[1] ?? ""];
  return meaning && { range: rangeIn(position.line, 0, line.length), markdown: meaning[language] };
}
