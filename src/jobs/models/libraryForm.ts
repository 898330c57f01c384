import type { Atoms } from "../../core/descriptors/material.js";
import type { ProcessModel } from "../../core/learning/gaussianProcess/gaussianProcess.js";
import type { Matrix3 } from "../../core/math/matrix3.js";

/** Structures as a few long arrays, which a library stores once for all its models. */
interface PackedAtoms {
  /** Å, [n][3][3] */
  readonly lattices: Float64Array;
  readonly counts: Int32Array;
  /** [sum of counts][3] */
  readonly fractional: Float64Array;
  readonly atomicNumbers: Int32Array;
}

/** What a learned model is, as far as its form in a library differs from its own. */
type Learned =
  | { readonly kind: "twoSteps"; readonly first: Learned; readonly second: Learned }
  | { readonly kind: "process"; readonly process: ProcessModel; readonly ids: readonly string[] }
  | { readonly kind: "networks" | "kernel" | "soap" };

/**
 * What a library keeps of a model: Gaussian processes without their Cholesky factor (megabytes, and it follows from the
 * rest), ids and single structures.
 */
export function shelvedModel(learned: Learned): unknown {
  if (learned.kind === "twoSteps")
    return { ...learned, first: shelvedModel(learned.first), second: shelvedModel(learned.second) };
  if (learned.kind !== "process") return learned;
  const { lower: _lower, atoms, ...process } = learned.process;
  return { kind: "process", process: { ...process, ...(atoms && { packedAtoms: packAtoms(atoms) }) } };
}

/** The arrays of a shelved model that lose no bit: a little noise beside large weights makes each of them count. */
export function exactArrays(shelved: unknown): unknown[] {
  const { kind, process, first, second } = shelved as Shelved;
  if (kind === "twoSteps") return [first, second].flatMap(exactArrays);
  return kind === "process" ? arraysIn(process) : [];
}

/** A model of a library as it was before it was shelved; its materials name the ids of its processes. */
export function takenModel(model: Readonly<Record<string, unknown>>): unknown {
  const materials = model.materials as readonly { readonly id: string }[];
  return {
    ...model,
    learned: taken(
      model.learned as Shelved,
      materials.map(({ id }) => id),
    ),
  };
}

interface Shelved {
  readonly kind: string;
  readonly process?: object & { readonly packedAtoms?: PackedAtoms };
  readonly first?: Shelved;
  readonly second?: Shelved;
}

function taken(shelved: Shelved, ids: readonly string[]): unknown {
  const { kind, process, first, second } = shelved;
  if (kind === "twoSteps" && first && second)
    return { ...shelved, first: taken(first, ids), second: taken(second, ids) };
  if (kind !== "process" || process === undefined) return shelved;
  const { packedAtoms, ...rest } = process;
  return { kind, ids, process: { ...rest, ...(packedAtoms && { atoms: unpackAtoms(packedAtoms) }) } };
}

function packAtoms(atoms: readonly Atoms[]): PackedAtoms {
  return {
    lattices: Float64Array.from(atoms.flatMap(({ lattice }) => lattice.flat())),
    counts: Int32Array.from(atoms, ({ atomicNumbers }) => atomicNumbers.length),
    fractional: Float64Array.from(atoms.flatMap(({ fractional }) => [...fractional])),
    atomicNumbers: Int32Array.from(atoms.flatMap(({ atomicNumbers }) => [...atomicNumbers])),
  };
}

/** Lists that were unpacked last, by their content: all models of a library have one and the same. */
let last: { readonly packed: PackedAtoms; readonly atoms: readonly Atoms[] } | undefined;

function unpackAtoms(packed: PackedAtoms): readonly Atoms[] {
  if (last !== undefined && isSame(last.packed, packed)) return last.atoms;
  const { lattices, counts, fractional, atomicNumbers } = packed;
  let start = 0;
  const atoms = Array.from(counts, (count, i): Atoms => {
    const row = (k: number) => [...lattices.subarray(9 * i + 3 * k, 9 * i + 3 * k + 3)];
    const from = start;
    start += count;
    return {
      lattice: [row(0), row(1), row(2)] as unknown as Matrix3,
      fractional: fractional.slice(3 * from, 3 * start),
      atomicNumbers: [...atomicNumbers.subarray(from, start)],
    };
  });
  last = { packed, atoms };
  return atoms;
}

function isSame(a: PackedAtoms, b: PackedAtoms): boolean {
  const same = <T extends Float64Array | Int32Array>(x: T, y: T) =>
    x.length === y.length && Buffer.compare(bytesOf(x), bytesOf(y)) === 0;
  return (
    same(a.counts, b.counts) &&
    same(a.atomicNumbers, b.atomicNumbers) &&
    same(a.lattices, b.lattices) &&
    same(a.fractional, b.fractional)
  );
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) => new Uint8Array(buffer, byteOffset, byteLength);

function arraysIn(value: unknown): unknown[] {
  if (ArrayBuffer.isView(value)) return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(arraysIn) : [];
}
