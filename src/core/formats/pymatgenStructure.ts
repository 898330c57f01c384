import { elementOfLabel } from "../crystal/elements.js";
import { latticeOfCell } from "../crystal/lattice.js";
import type { Structure } from "../crystal/structure.js";
import { determinant, inverse, type Matrix3, rowTimes, type Vector3 } from "../math/matrix3.js";
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
  const matrix = matrixOf(lattice);
  if (matrix === undefined) return failed("the structure has no lattice (lattice.matrix)");
  if (!(Math.abs(determinant(matrix)) > 1e-9)) return failed("the lattice has no volume");
  if (!isList(sites) || sites.length === 0) return failed("the structure has no sites");
  const labels: string[] = [];
  const fractional = new Float64Array(3 * sites.length);
  const toFractional = inverse(matrix);
  let isMixed = false;
  for (const [index, site] of sites.entries()) {
    const { abc, xyz, species, label } = fieldsOf(site);
    const place = isVector(abc) ? abc : isVector(xyz) ? rowTimes(xyz, toFractional) : undefined;
    if (place === undefined) return failed(`site ${index + 1} has no fractional coordinates (abc)`);
    fractional.set(place, 3 * index);
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

/** Rows in Å: `matrix`, the rows themselves, or lengths and angles. */
function matrixOf(lattice: unknown): Matrix3 | undefined {
  const { matrix: inside, ...told } = fieldsOf(lattice);
  const rows = isList(lattice) ? lattice : inside;
  if (isList(rows)) return rows.length === 3 && rows.every(isVector) ? (rows as unknown as Matrix3) : undefined;
  const cell = [told.a, told.b, told.c, told.alpha, told.beta, told.gamma].map(Number);
  return cell.every((value) => value > 0 && Number.isFinite(value)) ? latticeOfCell(cell) : undefined;
}

/** Its own fields, or those of the structure inside: of a `Poscar`, a document of the Materials Project, a list of one. */
function structureFields(given: unknown, depth = MOST_WRAPPERS): Readonly<Record<string, unknown>> {
  const one = isList(given) && given.length === 1 ? given[0] : given;
  const fields = fieldsOf(typeof one === "string" ? parsed(one) : one);
  const isInside = fields.lattice === undefined && fields.structure !== undefined && depth > 0;
  return isInside ? structureFields(fields.structure, depth - 1) : fields;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
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
