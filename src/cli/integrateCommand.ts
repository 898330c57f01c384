import { type Command, InvalidArgumentError } from "commander";
import { atomLabels } from "../core/crystal/structureOfAtoms.js";
import { UsageError } from "../jobs/files/usageError.js";
import { fieldOf, type Grids } from "../jobs/surfaces/gridFields.js";
import { integralsOf } from "../jobs/surfaces/integrals.js";
import { ionChargesBeside } from "../jobs/surfaces/ionCharges.js";
import { sphereOf } from "../jobs/surfaces/sphereOf.js";
import { surfaceCode } from "../jobs/surfaces/surfaceCode.js";
import type { Integrals } from "../protocol/crystalView.js";
import { type CommonOptions, type FrameOptions, positive, withFrame, withOutput } from "./commonOptions.js";
import { onFile, readInput } from "./fieldInput.js";
import type { Output } from "./output.js";

interface Options extends CommonOptions, FrameOptions {
  readonly dl: number;
  readonly block?: string;
  readonly sphere?: readonly Sphere[];
}

/** Atom from 1, radius in Å. */
interface Sphere {
  readonly atom: number;
  readonly radius: number;
}

export function addIntegrateCommand(program: Command): void {
  const command = program
    .command("integrate")
    .description(
      "integrals of a density: electrons, moments, Hartree energy, LDA exchange-correlation, extremes, dipole, spheres",
    )
    .argument("<file>", "a volumetric file")
    .option("--sphere <atom,Å>", "integral in a sphere around an atom (numbered from 1); may be repeated", sphere)
    .option("--block <name>", "field for the spheres (default: the first)")
    .option(
      "--dl <Å>",
      "resolution dL; the share of the Hartree energy beyond g_cut = pi/dL is printed too",
      positive,
      0.4,
    );
  withOutput(withFrame(command)).action((file: string, options: Options) =>
    onFile(options, (output) => runIntegrate(file, options, output)),
  );
}

async function runIntegrate(file: string, options: Options, output: Output): Promise<void> {
  const grids = await readInput(file, options, output);
  if (!grids) return;
  const integrals = await integralsOf(grids, Math.PI / options.dl, {
    codeFor: surfaceCode,
    chargesBeside: ionChargesBeside,
  });
  const spheres = (options.sphere ?? []).map(({ atom, radius }) => ({
    atom,
    radius,
    value: sphereValue(grids, options.block, atom, radius),
  }));
  output.event({ file, kind: grids.kind, ...integrals, spheres });
  output.print(textOf(file, grids, integrals, spheres, options.dl));
}

function sphereValue(grids: Grids, block: string | undefined, atom: number, radius: number): number {
  const atoms = grids.structure.fractional.length / 3;
  if (atom > atoms) throw new UsageError(`there is no atom ${atom}: the file has ${atoms}`);
  return sphereOf(fieldOf(grids, block), atom - 1, radius).integral;
}

function textOf(
  file: string,
  grids: Grids,
  integrals: Integrals,
  spheres: readonly (Sphere & { readonly value: number })[],
  dl: number,
): string {
  const { electrons, moments, eHartree, eHartreeBeyondCutoff, xcLda, exchangeCorrelationLda } = integrals;
  const { min, max, minAt, maxAt, dipole, slabDipole } = integrals;
  const { unit } = fieldOf(grids).facts;
  const at = (place: readonly number[]) => `at ${place.map((x) => x.toFixed(4)).join(" ")}`;
  const suffix = unit === "1" ? "" : ` ${unit}`;
  const labels = atomLabels(grids.structure);
  const share = eHartree ? (100 * (eHartreeBeyondCutoff ?? 0)) / eHartree : 0;
  const rows: (readonly [string, string] | undefined)[] = [
    ["kind", grids.kind],
    electrons === undefined ? undefined : ["electrons", electrons.toFixed(6)],
    moments && ["moments", `${moments.map((moment) => moment.toFixed(4)).join(", ")} μ_B`],
    eHartree === undefined
      ? undefined
      : ["E_Hartree", `${eHartree.toFixed(4)} eV, ${share.toPrecision(3)} % of it beyond pi/${dl} Å⁻¹`],
    xcLda === undefined ? undefined : ["E_xc - ∫v_xc n (LDA)", `${xcLda.toFixed(4)} eV`],
    exchangeCorrelationLda === undefined ? undefined : ["E_xc (LDA)", `${exchangeCorrelationLda.toFixed(4)} eV`],
    ["minimum", `${Number(min.toPrecision(7))}${suffix} ${at(minAt)}`],
    ["maximum", `${Number(max.toPrecision(7))}${suffix} ${at(maxAt)}`],
    dipole && ["dipole of the electrons", `${dipole.map((x) => x.toFixed(4)).join(" ")} e Å about the cell's middle`],
    slabDipole && [
      "dipole of the slab",
      `${slabDipole.value.toFixed(4)} e Å along ${slabDipole.axis}'s normal (${slabDipole.source})`,
    ],
    ...spheres.map(
      ({ atom, radius, value }) => [`sphere ${labels[atom - 1] ?? ""} ${atom}, ${radius} Å`, value.toFixed(6)] as const,
    ),
  ];
  const told = rows.filter((row) => row !== undefined);
  const width = Math.max(...told.map(([name]) => name.length));
  return [file, ...told.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`)].join("\n");
}

function sphere(text: string, earlier: readonly Sphere[] = []): readonly Sphere[] {
  const [atom = Number.NaN, radius = Number.NaN, ...more] = text.split(",").map(Number);
  if (!Number.isSafeInteger(atom) || atom < 1 || !(radius > 0) || !Number.isFinite(radius) || more.length > 0) {
    throw new InvalidArgumentError("It must be the number of an atom (from 1) and a radius in Å: 3,1.2");
  }
  return [...earlier, { atom, radius }];
}
