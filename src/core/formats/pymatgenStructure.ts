import { elementOfLabel } from "../crystal/elements.js";
import type { Structure } from "../crystal/structure.js";
import { determinant, type Matrix3, type Vector3 } from "../math/matrix3.js";
import { FILE_START, type Parsed, problem } from "../text/problem.js";

/**
 * A pymatgen `Structure` or `IStructure` as its `as_dict` writes it: lattice.matrix, sites with species and fractional
 * coordinates (`abc`). Never throws.
 */
export function parsePymatgenStructure(text: string): Parsed<Structure> {
  try {
    return structureOf(JSON.parse(text));
  } catch {
    return failed("the structure is no JSON");
  }
}

/** The same of JSON that has been read. */
export function structureOf(given: unknown): Parsed<Structure> {
  const { lattice, sites } = structureFields(given);
  const rows = fieldsOf(lattice).matrix;
  if (!isList(rows) || rows.length !== 3 || !rows.every(isVector))
    return failed("the structure has no lattice (lattice.matrix)");
  const matrix = rows as unknown as Matrix3;
  if (!(Math.abs(determinant(matrix)) > 1e-9)) return failed("the lattice has no volume");
  if (!isList(sites) || sites.length === 0) return failed("the structure has no sites");
  const labels: string[] = [];
  const fractional = new Float64Array(3 * sites.length);
  let isMixed = false;
  for (const [index, site] of sites.entries()) {
    const { abc, species, label } = fieldsOf(site);
    if (!isVector(abc)) return failed(`site ${index + 1} has no fractional coordinates (abc)`);
    fractional.set(abc, 3 * index);
    const kinds = isList(species) ? species.map(fieldsOf) : [{ element: label, occu: 1 }];
    const [most] = [...kinds].sort((a, b) => Number(b.occu ?? 0) - Number(a.occu ?? 0));
    isMixed ||= kinds.length !== 1 || Math.abs(Number(most?.occu ?? 1) - 1) > 1e-6;
    const name = String(most?.element ?? "");
    labels.push(elementOfLabel(name) ?? name);
  }
  const value = { comment: "", lattice: matrix, ...runsOf(labels), fractional };
  if (!isMixed) return { value, problems: [] };
  return {
    value,
    problems: [
      problem("warning", FILE_START, "sites are shared by several elements, or partly empty: the commonest is taken"),
    ],
  };
}

/** Its own fields, or those of the structure inside: of a `Poscar`, a document of the Materials Project, a list of one. */
function structureFields(given: unknown, depth = MOST_WRAPPERS): Readonly<Record<string, unknown>> {
  const fields = isList(given) && given.length === 1 ? fieldsOf(given[0]) : fieldsOf(given);
  const isInside = fields.lattice === undefined && fields.structure !== undefined && depth > 0;
  return isInside ? structureFields(fields.structure, depth - 1) : fields;
}

/** A document that holds a `Poscar`, which holds the structure. */
const MOST_WRAPPERS = 3;

/** Atoms of one element that follow each other are one block, as in a POSCAR of pymatgen. */
export function runsOf(
  labels: readonly string[],
): Pick<Structure, "species" | "counts"> & { readonly species: readonly string[] } {
  const species: string[] = [];
  const counts: number[] = [];
  for (const label of labels) {
    if (species.at(-1) !== label) {
      species.push(label);
      counts.push(0);
    }
    counts[counts.length - 1] = (counts.at(-1) ?? 0) + 1;
  }
  return { species, counts };
}

const failed = (reason: string): Parsed<Structure> => ({
  problems: [problem("error", FILE_START, "no structure: {0}", reason)],
});

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
const isVector = (value: unknown): value is Vector3 =>
  isList(value) && value.length === 3 && value.every((x) => typeof x === "number" && Number.isFinite(x));

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
