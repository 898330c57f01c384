import path from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { volume as cellVolume } from "../core/crystal/lattice.js";
import { type NamedMesh, writeGlb, writeMeshJson, writeObj } from "../core/crystal/meshFiles.js";
import { writeFileAtomically } from "../jobs/files/atomicFile.js";
import { UsageError } from "../jobs/files/usageError.js";
import { softwareVersion } from "../jobs/files/version.js";
import { ENOUGH_VALUES, FieldKernel } from "../jobs/surfaces/fieldKernel.js";
import type { Field } from "../jobs/surfaces/gridFields.js";
import { surfaceCode } from "../jobs/surfaces/surfaceCode.js";
import { type FieldOptions, onFile, readField, withField } from "./fieldInput.js";
import type { Output } from "./output.js";

interface Options extends FieldOptions {
  readonly output?: string;
  readonly level?: number;
  readonly inside?: number;
  readonly closed?: boolean;
  readonly both?: boolean;
}

export function addSurfaceCommand(program: Command): void {
  const command = program
    .command("surface")
    .description("isosurface of a density, potential or ELF: area, volume, and the mesh as glTF, OBJ or JSON")
    .argument("<file>", "a volumetric file")
    .option("-o, --output <mesh>", "mesh to write: .glb, .obj or .json")
    .option("--level <value>", "level in the field's unit (e/Å³, μ_B/Å³, eV)", finite)
    .option("--inside <percent>", "level that encloses this percentage of the electrons", percentage)
    .option("--closed", "close the surface at the faces of the cell")
    .option("--both", "also the surface at minus the level (magnetisation, differences)");
  withField(command).action((file: string, options: Options) =>
    onFile(options, (output) => runSurface(file, options, output)),
  );
}

const FORMATS = [".glb", ".obj", ".json"];
const COLOURS = [
  [0.9, 0.72, 0.1],
  [0.1, 0.45, 0.8],
] as const;

async function runSurface(file: string, options: Options, output: Output): Promise<void> {
  const { output: target, closed = false, both = false } = options;
  const format = target === undefined ? undefined : path.extname(target).toLowerCase();
  if (format !== undefined && !FORMATS.includes(format))
    throw new UsageError(`${target} is none of ${FORMATS.join(", ")}`);
  if ((options.level === undefined) === (options.inside === undefined))
    throw new UsageError("give either --level or --inside");
  const field = await readField(file, options, output);
  if (!field) return;
  const kernels = new FieldKernel(surfaceCode);
  const first = options.level ?? kernels.inside(field).levelOf(options.inside ?? 0);
  const meshes = (both ? [first, -first] : [first]).map((level, i) =>
    meshAt(kernels, field, file, level, { closed, below: i > 0, colour: COLOURS[i % 2] ?? COLOURS[0] }, output),
  );
  if (target === undefined) return;
  if (format === ".glb") writeFileAtomically(target, writeGlb(meshes, `r3dvs ${softwareVersion}`));
  else if (format === ".obj") writeFileAtomically(target, writeObj(meshes));
  else writeFileAtomically(target, writeMeshJson(meshes, field.facts.unit, field.grids.structure.lattice));
  output.note(target);
}

/**
 * A surface and what is told of it. Enclosed is the higher side, of the second lobe (`--both`) the lower one; the
 * volume told is always the higher side's.
 */
function meshAt(
  kernels: FieldKernel,
  field: Field,
  file: string,
  level: number,
  { closed, below, colour }: { closed: boolean; below: boolean; colour: NamedMesh["colour"] },
  output: Output,
): NamedMesh {
  const { name, unit } = field.facts;
  const kernel = kernels.fine(field, ENOUGH_VALUES);
  const surface = kernel.surface(level, { closed, below });
  const measures = kernel.measures();
  const volume = below ? cellVolume(field.grids.structure.lattice) - measures.volume : measures.volume;
  const isDensity = unit === "e/Å³" || unit === "μ_B/Å³";
  const inside = isDensity ? { inside: kernels.inside(field).beyond(level).percent } : {};
  const facts = {
    file,
    block: name,
    level,
    ...inside,
    vertices: surface.positions.length / 3,
    triangles: surface.indices.length / 3,
    area: measures.area,
    volume,
  };
  output.event(facts);
  const share = isDensity ? `, ${facts.inside?.toFixed(2)} % of the integral inside` : "";
  output.print(
    `${file}: ${name} at ${Number(level.toPrecision(6))} ${unit === "1" ? "" : unit}${share}: area ${measures.area.toFixed(4)} Å², ` +
      `volume ${volume.toFixed(4)} Å³, ${facts.triangles} triangles`,
  );
  if (surface.indices.length === 0)
    output.note(
      `${file}: no surface at this level, the field goes from ${kernel.facts().minimum} to ${kernel.facts().maximum}`,
    );
  return { name: `${name} ${Number(level.toPrecision(6))}`, level, colour, ...surface };
}

export function finite(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new InvalidArgumentError("It must be a number.");
  return value;
}

function percentage(text: string): number {
  const value = finite(text);
  if (!(value > 0 && value < 100)) throw new InvalidArgumentError("It must be a number between 0 and 100.");
  return value;
}
