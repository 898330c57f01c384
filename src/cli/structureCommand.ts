import path from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { reducedFormula } from "../core/crystal/formula.js";
import type { Structure } from "../core/crystal/structure.js";
import { cellParameters, firstNeighbours, massDensity } from "../core/crystal/structureFacts.js";
import { atomLabels, structureOfAtoms } from "../core/crystal/structureOfAtoms.js";
import { supercell } from "../core/crystal/supercell.js";
import { writeCif } from "../core/formats/cif.js";
import { writePoscar } from "../core/formats/poscar.js";
import type { Vector3 } from "../core/math/matrix3.js";
import { writeFileAtomically } from "../jobs/files/atomicFile.js";
import { UsageError } from "../jobs/files/usageError.js";
import { findSymmetry } from "../jobs/surfaces/moyoSymmetry.js";
import { readCrystal } from "../jobs/surfaces/readCrystal.js";
import { DEFAULT_TOLERANCE, symmetryOf } from "../jobs/surfaces/symmetryOf.js";
import type { CellData, SymmetryData } from "../protocol/crystalView.js";
import { type CommonOptions, type FrameOptions, frameOf, positive, withFrame, withOutput } from "./commonOptions.js";
import { onFile, shownProblems } from "./fieldInput.js";
import type { Output } from "./output.js";

interface Options extends CommonOptions, FrameOptions {
  readonly output?: string;
  readonly primitive?: boolean;
  readonly conventional?: boolean;
  readonly supercell?: Vector3;
  readonly tolerance: number;
}

export function addStructureCommand(program: Command): void {
  const command = program
    .command("structure")
    .description(
      "space group, Wyckoff positions, lattice parameters and neighbours of any file with atoms; writes POSCAR or CIF",
    )
    .argument("<file>", "POSCAR, CONTCAR, XDATCAR, vasprun.xml, CIF or a volumetric file")
    .option("-o, --output <file>", "structure to write: a CIF where it ends in .cif, else a POSCAR")
    .option("--primitive", "the standardised primitive cell")
    .option("--conventional", "the standardised conventional cell")
    .option("--supercell <n,n,n>", "repeat the cell along a, b, c", repetitions)
    .option("--tolerance <Å>", "for the symmetry", positive, DEFAULT_TOLERANCE);
  withOutput(withFrame(command)).action((file: string, options: Options) =>
    onFile(options, (output) => runStructure(file, options, output)),
  );
}

async function runStructure(file: string, options: Options, output: Output): Promise<void> {
  if (options.primitive && options.conventional)
    throw new UsageError("--primitive and --conventional exclude each other");
  const { value, problems } = await readCrystal(file, frameOf(options));
  output.problems(file, problems);
  if (problems.some(({ severity }) => severity === "error")) output.failed();
  if (!value) {
    output.event({ file, problems: shownProblems(problems) });
    return;
  }
  const symmetry = symmetryOf(value.structure, findSymmetry, options.tolerance);
  const facts = factsOf(file, value.structure, symmetry);
  output.event(facts);
  output.print(textOf(facts));
  if (options.output === undefined) return;
  const written = chosenCell(value.structure, symmetry, options);
  if (!written) {
    output.failed();
    output.problems(file, [
      { severity: "error", line: 1, column: 1, message: NO_SYMMETRY, template: NO_SYMMETRY, args: [] },
    ]);
    return;
  }
  const isCif = path.extname(options.output).toLowerCase() === ".cif";
  writeFileAtomically(options.output, isCif ? writeCif(written) : writePoscar(written));
  output.note(options.output);
}

const NO_SYMMETRY = "no symmetry was found, so there is no standard cell: do atoms overlap?";

function chosenCell(structure: Structure, symmetry: SymmetryData | undefined, options: Options): Structure | undefined {
  const standard = options.primitive ? symmetry?.primitive : options.conventional ? symmetry?.conventional : undefined;
  if ((options.primitive || options.conventional) && !standard) return undefined;
  const base = standard ? structureOf(standard, structure) : structure;
  return options.supercell ? supercell(base, options.supercell) : base;
}

/** Elements in the order of the file. */
function structureOf(
  { lattice, species, fractional }: CellData,
  { comment, species: order = [] }: Structure,
): Structure {
  const rank = (label: string) => (order.includes(label) ? order.indexOf(label) : order.length);
  const atoms = species
    .map((label, i) => ({ label, position: fractional.subarray(3 * i, 3 * i + 3) }))
    .sort((a, b) => rank(a.label) - rank(b.label));
  const positions = Float64Array.from(atoms.flatMap(({ position }) => Array.from(position)));
  return structureOfAtoms(
    comment,
    lattice,
    atoms.map(({ label }) => label),
    positions,
  );
}

type Facts = ReturnType<typeof factsOf>;

function factsOf(file: string, structure: Structure, symmetry: SymmetryData | undefined) {
  const labels = atomLabels(structure);
  const density = massDensity(structure);
  const firsts = symmetry ? [...new Set(symmetry.orbits)] : labels.map((_, i) => i);
  const neighbours = firsts.slice(0, MAX_NEIGHBOURS).map((atom) => ({
    atom: atom + 1,
    element: labels[atom] ?? "X",
    neighbours: firstNeighbours(structure, atom).map(({ atom: other, distance }) => ({
      atom: other + 1,
      element: labels[other] ?? "X",
      distance,
    })),
  }));
  return {
    file,
    formula: reducedFormula(structure) ?? "",
    natoms: labels.length,
    ...(symmetry && {
      spaceGroup: { number: symmetry.number, symbol: symmetry.symbol, hall: symmetry.hall, pearson: symmetry.pearson },
    }),
    lattice: cellParameters(structure.lattice),
    wyckoff: symmetry ? wyckoffOf(structure, labels, symmetry) : [],
    ...(density !== undefined && { density }),
    neighbours,
  };
}

const MAX_NEIGHBOURS = 200;

/** An entry per orbit; multiplicities are those of the conventional cell. */
function wyckoffOf({ fractional }: Structure, labels: readonly string[], symmetry: SymmetryData) {
  const ratio = symmetry.conventional.species.length / labels.length;
  return [...new Set(symmetry.orbits)].map((first) => {
    const members = symmetry.orbits.flatMap((orbit, i) => (orbit === first ? [i + 1] : []));
    const letter = symmetry.wyckoff[first] ?? "";
    const multiplicity = Math.round(members.length * ratio);
    return {
      element: labels[first] ?? "X",
      position: `${multiplicity}${letter}`,
      letter,
      multiplicity,
      siteSymmetry: symmetry.siteSymmetry[first] ?? "",
      fractional: Array.from(fractional.subarray(3 * first, 3 * first + 3)),
      atoms: members,
    };
  });
}

function textOf({ file, formula, natoms, spaceGroup, lattice, wyckoff, density, neighbours }: Facts): string {
  const { a, b, c, alpha, beta, gamma, volume } = lattice;
  const rows: (readonly [string, string])[] = [
    ["formula", `${formula || "unknown elements"} (${natoms} ${natoms === 1 ? "atom" : "atoms"})`],
    [
      "space group",
      spaceGroup ? `${spaceGroup.symbol} (${spaceGroup.number}), Pearson ${spaceGroup.pearson}` : "none found",
    ],
    ["a, b, c", `${[a, b, c].map((x) => x.toFixed(5)).join(", ")} Å`],
    ["α, β, γ", `${[alpha, beta, gamma].map((x) => x.toFixed(3)).join(", ")}°`],
    ["volume", `${volume.toFixed(4)} Å³`],
    ...(density === undefined ? [] : [["density", `${density.toFixed(4)} g/cm³`] as const]),
    ...wyckoff.map(
      (orbit, i) =>
        [
          i === 0 ? "Wyckoff" : "",
          `${orbit.element} ${orbit.position} ${orbit.siteSymmetry} ${orbit.fractional.map((x) => x.toFixed(5)).join(" ")}`,
        ] as const,
    ),
    ...neighbours.map(
      ({ atom, element, neighbours: shell }, i) =>
        [i === 0 ? "neighbours" : "", `${element} ${atom}: ${shellText(shell)}`] as const,
    ),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [file, ...rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`)].join("\n");
}

/** `6 O at 1.946-1.980 Å` */
function shellText(shell: readonly { readonly element: string; readonly distance: number }[]): string {
  const elements = [...new Set(shell.map(({ element }) => element))];
  return elements
    .map((element) => {
      const distances = shell.filter((one) => one.element === element).map(({ distance }) => distance.toFixed(3));
      const [first, last] = [distances[0], distances.at(-1)];
      return `${distances.length} ${element} at ${first === last ? first : `${first}–${last}`} Å`;
    })
    .join(", ");
}

function repetitions(text: string): Vector3 {
  const numbers = text.split(",").map(Number);
  const [a, b, c] = numbers;
  if (numbers.length !== 3 || !numbers.every((n) => Number.isSafeInteger(n) && n >= 1 && n <= 100)) {
    throw new InvalidArgumentError("It must be three whole numbers from 1 to 100 with commas between them.");
  }
  return [a ?? 1, b ?? 1, c ?? 1];
}
