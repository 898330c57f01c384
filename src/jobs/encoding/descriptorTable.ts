import { cellFormula } from "../../core/crystal/formula.js";
import { encodeVoxels } from "../../core/descriptors/r3dvs.js";
import type { Matrix3 } from "../../core/math/matrix3.js";
import { type ParquetCell, type ParquetColumn, ParquetFile } from "../files/parquetFile.js";
import { softwareVersion } from "../files/version.js";
import { checkEncoding } from "../spectra/encodeSettings.js";
import { cellSize, type EncodedMaterial } from "../spectra/material.js";
import { type DescriptorOptions, descriptorMetadata, rotationsOf } from "./encodedFiles.js";

const COLUMNS: readonly ParquetColumn[] = [
  { name: "id", type: "text" },
  { name: "formula", type: "text" },
  { name: "natoms", type: "int" },
  { name: "volume", type: "double" },
  { name: "lattice", type: "doubles" },
];
const ROTATION: ParquetColumn = { name: "rotation", type: "doubles" };
const DESCRIPTOR: ParquetColumn = { name: "descriptor", type: "floats" };

/** Rows that are in memory at once: 8 MB of voxels. */
const GROUP = 64;

/**
 * Writes the voxels of many materials as Parquet, one row per material (or per rotated copy): `id`, `formula`,
 * `natoms`, `volume` (Å³), `lattice`
 * (9 numbers, rows a, b, c, Å), with rotations `rotation` (9 numbers), and `descriptor` (list of float32, N³ numbers, z
 * y x). The key `r3dvs` of the file's metadata holds the parameters and the version as JSON. Throws `WriteError` and
 * `UsageError`.
 */
export function writeDescriptorTable(
  file: string,
  materials: readonly EncodedMaterial[],
  options: DescriptorOptions,
): void {
  const size = checkEncoding(options.settings);
  const isRotated = (options.rotations ?? 0) > 0;
  const columns = [...COLUMNS, ...(isRotated ? [ROTATION] : []), DESCRIPTOR];
  const metadata = { r3dvs: JSON.stringify(descriptorMetadata(options, size)) };
  const table = new ParquetFile(file, columns, metadata, `r3dvs ${softwareVersion}`);
  const copies = materials.flatMap((material) =>
    rotationsOf(material.id, options).map((rotation) => ({ material, rotation })),
  );
  try {
    for (let at = 0; at < copies.length; at += GROUP) {
      const group = copies.slice(at, at + GROUP);
      table.addGroup(
        group.map(({ material, rotation }) => [
          ...factsOf(material),
          ...(isRotated ? [numbersOf(rotation)] : []),
          encodeVoxels(material.spectrum, options.settings, rotation),
        ]),
      );
    }
    table.close();
  } catch (error) {
    table.discard();
    throw error;
  }
}

function factsOf(material: EncodedMaterial): ParquetCell[] {
  const { volume, atoms } = cellSize(material);
  return [material.id, cellFormula(material.structure) ?? "", atoms, volume, numbersOf(material.structure.lattice)];
}

const numbersOf = (matrix: Matrix3) => Float64Array.from(matrix.flat());
