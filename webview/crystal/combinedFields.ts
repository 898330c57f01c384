import type { DensityData, FieldFacts, OtherDensity } from "../../src/protocol/crystalView.js";
import { t } from "../ui/text.js";
import type { ChosenField, ChosenTerm, CrystalSettings } from "./crystalSettings.js";
import { fieldTitle } from "./fieldNames.js";

/** A field that can be chosen, with what people call it. */
export interface FieldChoice {
  readonly chosen: ChosenField;
  readonly title: string;
  readonly facts: FieldFacts;
}

/** The files that are there: the one that is shown, and those chosen beside it. */
export interface OpenFiles {
  readonly density?: DensityData;
  readonly others: readonly OtherDensity[];
}

/** Every field of every file; those of other cells are in none. */
export function fieldChoices({ density, others }: OpenFiles): readonly FieldChoice[] {
  const own = (density?.fields ?? []).map((facts) => ({
    chosen: { field: facts.name },
    title: fieldTitle(facts.name, density?.kind ?? ""),
    facts,
  }));
  const further = others
    .filter(({ differs }) => differs?.what !== "cell")
    .flatMap(({ file, title, kind, fields }) =>
      fields.map((facts) => ({
        chosen: { file, field: facts.name },
        title: fields.length === 1 ? title : `${title}: ${fieldTitle(facts.name, kind)}`,
        facts,
      })),
    );
  return [...own, ...further];
}

export const findChoice = (files: OpenFiles, chosen: ChosenField | undefined): FieldChoice | undefined =>
  chosen && fieldChoices(files).find(({ chosen: { file, field } }) => file === chosen.file && field === chosen.field);

/** The first field without its terms. */
export function plainField({ density }: OpenFiles, { field }: CrystalSettings): FieldFacts | undefined {
  const fields = density?.fields ?? [];
  return fields.find(({ name }) => name === field) ?? fields[0];
}

/** What can be added to the field or subtracted: of the same unit, on the same grid, not there yet. */
export function termChoices(files: OpenFiles, settings: CrystalSettings): readonly FieldChoice[] {
  const own = plainField(files, settings);
  const coarser = new Set(files.others.filter(({ differs }) => differs !== undefined).map(({ file }) => file));
  const used = activeTerms(files, settings);
  return fieldChoices(files).filter(({ chosen, facts }) => {
    const isFirst = chosen.file === undefined && chosen.field === own?.name;
    const isUsed = used.some((term) => term.file === chosen.file && term.field === chosen.field);
    return facts.unit === own?.unit && !isFirst && !isUsed && !(chosen.file !== undefined && coarser.has(chosen.file));
  });
}

/** The terms whose files are there: a page that was restored may remember others. */
export function activeTerms(files: OpenFiles, { terms }: CrystalSettings): readonly ChosenTerm[] {
  return terms.filter((term) => findChoice(files, term) !== undefined);
}

/** `Charge density − slab/CHGCAR` */
export function combinedTitle(files: OpenFiles, settings: CrystalSettings): string {
  const own = plainField(files, settings);
  const first = own ? fieldTitle(own.name, files.density?.kind ?? "") : "";
  const further = activeTerms(files, settings).map((term) => ` ${signOf(term)} ${termTitle(files, term, own)}`);
  return first + further.join("");
}

/** Of the same field as the first only the file is said. */
export function termTitle(files: OpenFiles, term: ChosenField, own: FieldFacts | undefined): string {
  const other = files.others.find(({ file }) => file === term.file);
  if (other !== undefined && term.field === own?.name) return other.title;
  return findChoice(files, term)?.title ?? t("unknown");
}

/** The files that the settings name and that are not there: a page that was reloaded asks for them. */
export function missingFiles({ others }: OpenFiles, { terms, colourBy }: CrystalSettings): readonly string[] {
  const named = [...terms, ...(colourBy ? [colourBy] : [])].flatMap(({ file }) => file ?? []);
  return [...new Set(named)].filter((file) => others.every((other) => other.file !== file));
}

/** The settings with a file's new path: a copy of a file that is not on this disk has another one in each window. */
export function withMovedFile(
  { terms, colourBy }: CrystalSettings,
  from: string,
  to: string,
): Partial<CrystalSettings> {
  const moved = <T extends ChosenField>(one: T): T => (one.file === from ? { ...one, file: to } : one);
  return { terms: terms.map(moved), ...(colourBy && { colourBy: moved(colourBy) }) };
}

export const signOf = ({ factor }: ChosenTerm): string => (factor < 0 ? "−" : "+");
