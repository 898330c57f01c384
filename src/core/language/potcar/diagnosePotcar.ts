import { elementOfLabel } from "../../crystal/elements.js";
import { parsePotcar } from "../../formats/potcar.js";
import { type Diagnosis, diagnose, diagnosisOf, type Rule } from "../diagnosis.js";
import type { RunContext } from "../runContext.js";
import { linesOf, rangeIn } from "../textEdit.js";

const rule = (code: string, severity: Rule["severity"], en: string, ja: string): Rule => ({
  code: `potcar/${code}`,
  severity,
  text: { en, ja },
});

const ORDER = rule(
  "order",
  "error",
  "The POSCAR has {0} here, the POTCAR {1}",
  "ここは POSCAR では {0}、POTCAR では {1} です",
);
const COUNT = rule(
  "count",
  "error",
  "The POTCAR has {0} data sets, the POSCAR {1} species",
  "POTCAR のデータセットは {0} 個、POSCAR の元素種は {1} 種です",
);
const MIXED = rule(
  "mixed-functionals",
  "warning",
  "{0} and {1} were made for different functionals",
  "{0} と {1} は異なる汎関数用に作られています",
);

/** Titles of a POTCAR against each other and against the POSCAR. */
export function diagnosePotcar(text: string, { poscar }: RunContext = {}): Diagnosis[] {
  const { value, problems } = parsePotcar(text);
  const lines = problems.length > 0 ? linesOf(text) : [];
  const found = problems.map((one) => diagnosisOf(one, "potcar/form", lines));
  if (!value) return found;
  const titleRange = (index: number) => rangeIn((value[index]?.line ?? 1) - 1, 0, value[index]?.title.length ?? 1);
  const family = (title: string) => title.split(/\s+/)[0] ?? "";
  const first = family(value[0]?.title ?? "");
  value.forEach(({ title }, i) => {
    if (family(title) !== first) found.push(diagnose(MIXED, titleRange(i), [value[0]?.title ?? "", title]));
  });
  if (!poscar) return found;
  if (value.length !== poscar.counts.length)
    return [...found, diagnose(COUNT, titleRange(0), [value.length, poscar.counts.length])];
  value.forEach(({ element }, i) => {
    const expected = elementOfLabel(poscar.species?.[i] ?? "");
    if (expected !== undefined && element !== "" && expected !== element)
      found.push(diagnose(ORDER, titleRange(i), [expected, element]));
  });
  return found;
}
