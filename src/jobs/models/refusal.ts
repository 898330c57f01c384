import { expectedElectrons, type Valences } from "../../core/descriptors/valenceElectrons.js";
import { WHOLE_ELECTRONS } from "../../core/learning/evaluation/physicalBounds.js";
import type { Problem } from "../../core/text/problem.js";
import { isAtomsMaterial } from "../spectra/atomsMaterial.js";
import { atomsOf, cellSize, type EncodedMaterial, elementProblem } from "../spectra/material.js";
import type { Model } from "./modelFile.js";
import { inputsOf } from "./modelNames.js";
import { materialProblem } from "./processInputs.js";

/** Why a model has no say on a file: a code for programs, and words as those of a `Problem`. */
export interface PredictionReason {
  readonly code: string;
  readonly message: string;
  readonly template: string;
  readonly args: readonly (string | number)[];
}

/** What a file of a kind holds, as far as models are concerned. */
function quantityOf(kind: string): string {
  if (/^LOCPOT/i.test(kind)) return "LOCPOT";
  if (/^ELFCAR/i.test(kind)) return "ELFCAR";
  if (/^PARCHG/i.test(kind)) return "PARCHG";
  return /^AECCAR/i.test(kind) ? "AECCAR" : "density";
}

/**
 * Why a model gives no value for a material: the file holds another quantity than those it was trained on, or its
 * density does not hold a whole number of electrons (it is damaged, or in another unit). Undefined where it has a say.
 */
export function refusalOf(
  { domain, learned, model }: Pick<Model, "domain" | "learned" | "model">,
  material: EncodedMaterial,
): PredictionReason | undefined {
  const { kind, electrons } = material;
  const unnamed = elementProblem(material);
  if (unnamed) return reasonOf("elements", unnamed);
  if (isAtomsMaterial(material))
    return inputsOf(model).density
      ? reason("density", "This model needs a density: the file holds a structure alone.")
      : undefined;
  const quantity = quantityOf(kind);
  const known = new Set((domain.kinds ?? ["CHGCAR"]).map(quantityOf));
  if (!known.has(quantity)) {
    const trained = [...new Set((domain.kinds ?? ["CHGCAR"]).map((name) => name.replace(/^CHG$/, "CHGCAR")))].join(
      ", ",
    );
    return reason("quantity", "Not a charge density ({0}): the models were trained on {1} files.", kind, trained);
  }
  const lacking = materialProblem(learned, material);
  if (lacking) return reasonOf("functionals", lacking);
  if (quantity !== "density" || electrons === undefined || isWhole(electrons)) return undefined;
  return electronsReason(electrons, material, domain.valences);
}

/** Electrons per bohr³ in one per Å³. */
const PER_BOHR3 = 0.529177210903 ** 3;
/** Relative, of electrons that another unit would give. */
const SAME_COUNT = 1e-3;

/** A density that is no density of a neutral cell, and the unit that would make it one. */
function electronsReason(electrons: number, material: EncodedMaterial, valences: Valences | undefined) {
  const shown = Number(electrons.toFixed(3));
  if (electrons <= WHOLE_ELECTRONS)
    return reason(
      "electrons",
      "The density integrates to {0} electrons: it may be a difference of densities, or damaged.",
      shown,
    );
  const expected = valences && expectedElectrons(valences, atomsOf(material).atomicNumbers);
  const { volume } = cellSize(material);
  const units = { "e/Å³": volume, "e/bohr³": volume / PER_BOHR3, "e/bohr³ × Å³": 1 / PER_BOHR3 };
  const unit = Object.entries(units).find(
    ([, times]) => expected && Math.abs((electrons * times) / expected - 1) < SAME_COUNT,
  )?.[0];
  if (unit !== undefined && expected !== undefined)
    return reason(
      "electrons",
      "The density integrates to {0} electrons; as values in {1} it would be {2}. VASP's are e/Å³ times the volume of the cell.",
      shown,
      unit,
      expected,
    );
  return reason(
    "electrons",
    "The density integrates to {0} electrons, not a whole number: the file may be damaged or in another unit.",
    shown,
  );
}

/** Of a model whose numbers lead nowhere, damaged or made so. */
export const NOT_FINITE = reason(
  "numbers",
  "The model gives no finite number for this material: the model may be damaged.",
);

const isWhole = (electrons: number) =>
  Math.abs(electrons - Math.round(electrons)) <= WHOLE_ELECTRONS && Math.round(electrons) > 0;

const reasonOf = (code: string, { message, template, args }: Problem): PredictionReason => ({
  code,
  message,
  template,
  args,
});

function reason(code: string, template: string, ...args: (string | number)[]): PredictionReason {
  const message = template.replace(/\{(\d+)\}/g, (_, index: string) => String(args[Number(index)] ?? ""));
  return { code, message, template, args };
}
