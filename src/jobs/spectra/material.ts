import { coincidentAtoms } from "../../core/crystal/coincidentAtoms.js";
import { atomicNumber, elementOfLabel } from "../../core/crystal/elements.js";
import { atomCount, atomSpecies } from "../../core/crystal/formula.js";
import { imageProblem } from "../../core/crystal/imageLimits.js";
import { volume } from "../../core/crystal/lattice.js";
import type { Structure } from "../../core/crystal/structure.js";
import type { Atoms, Material } from "../../core/descriptors/material.js";
import { describeShells } from "../../core/descriptors/shells.js";
import type { Component, Spectrum } from "../../core/descriptors/spectrum.js";
import { type DomainMember, magnetizationShare } from "../../core/learning/domain/applicabilityDomain.js";
import type { CellSize } from "../../core/learning/evaluation/targetScaling.js";
import { FILE_START, type Problem, problem } from "../../core/text/problem.js";

/** A material as it was read: where it came from, its atoms and its spectrum. */
export interface EncodedMaterial {
  readonly id: string;
  readonly file: string;
  /** Of the file's bytes: `xxh3:` and 32 digits, or of an earlier version the 64 digits of a SHA-256. */
  readonly hash: string;
  /** The file's kind, CHGCAR for instance. */
  readonly kind: string;
  readonly structure: Structure;
  /** The blocks of the file. */
  readonly components: readonly Component[];
  readonly grid: readonly [number, number, number];
  /** The mean of a CHGCAR's first block. */
  readonly electrons?: number;
  /** Of a file with several: how many there are, as far as it was read, and which of them this is, from 1. */
  readonly frames?: { readonly count: number; readonly shown: number };
  readonly spectrum: Spectrum;
}

/** Of its cell: Å³ and the number of atoms. */
export function cellSize({ structure }: EncodedMaterial): CellSize {
  return { volume: volume(structure.lattice), atoms: atomCount(structure) };
}

/** A structure with a name: all that descriptors of atoms need. */
export type NamedStructure = Pick<EncodedMaterial, "id" | "file" | "structure">;

/** Å: beyond what any kernel of atoms compares by default. */
const REACH = 12;

/**
 * What keeps models of atoms from using a material: a species line that is missing or names no elements, a cell that no
 * crystal has, or two atoms at one place, which have no distance.
 */
export function elementProblem({ structure }: NamedStructure): Problem | undefined {
  const labels = structure.species;
  if (labels === undefined)
    return problem("error", { line: 6, column: 1 }, "the file does not list its elements; add a line of symbols here");
  const strange = labels.find((label) => atomicNumber(elementOfLabel(label) ?? "") === undefined);
  if (strange !== undefined) return problem("error", { line: 6, column: 1 }, "unknown element {0}", strange);
  const unusual = imageProblem(structure.lattice, structure.fractional, REACH);
  if (unusual !== undefined) return unusual;
  const same = coincidentAtoms(structure);
  if (same === undefined) return undefined;
  const names = same.map((atom) => `${atomSpecies(structure)?.[atom] ?? ""} (${atom + 1})`);
  return problem(
    "error",
    FILE_START,
    "the atoms {0} and {1} are at one place: there is no descriptor of them",
    ...names,
  );
}

const members = new WeakMap<EncodedMaterial, DomainMember>();

/**
 * What a model's domain asks of a material, besides its spectrum; made once a material. Throws as `canDescribe`.
 */
export function domainMember(material: EncodedMaterial): DomainMember {
  const member = members.get(material) ?? memberOf(material);
  members.set(material, member);
  return member;
}

function memberOf(material: EncodedMaterial): DomainMember {
  const { kind, electrons } = material;
  const { id, atomicNumbers, spectrum } = canDescribe(material);
  const magnetization = electrons === undefined ? undefined : magnetizationShare(spectrum);
  return {
    id,
    atomicNumbers,
    shells: describeShells(spectrum),
    kind,
    ...(electrons !== undefined && { electrons }),
    ...(magnetization !== undefined && { magnetization }),
  };
}

/** The material as descriptors see it. Throws where `elementProblem` finds something. */
export function canDescribe(material: EncodedMaterial): Material {
  const { id, spectrum } = material;
  return { id, ...atomsOf(material), spectrum };
}

/** The atoms as descriptors see them. Throws where `elementProblem` finds something. */
export function atomsOf(material: NamedStructure): Atoms {
  const { file, structure } = material;
  const wrong = elementProblem(material);
  if (wrong !== undefined) throw new Error(`${file}: ${wrong.message}`);
  const atomicNumbers = (atomSpecies(structure) ?? []).map((label) => atomicNumber(elementOfLabel(label) ?? "") ?? 0);
  return { lattice: structure.lattice, fractional: structure.fractional, atomicNumbers };
}
