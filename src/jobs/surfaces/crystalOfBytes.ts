import type { Structure } from "../../core/crystal/structure.js";
import { parseCif } from "../../core/formats/cif.js";
import { CubeHeadReader } from "../../core/formats/cubeHead.js";
import { fileKind, volumetricKind } from "../../core/formats/fileNames.js";
import { parsePoscar } from "../../core/formats/poscar.js";
import { VasprunReader } from "../../core/formats/vasprun.js";
import { VolumetricHeadReader } from "../../core/formats/volumetricHead.js";
import { XdatcarReader } from "../../core/formats/xdatcar.js";
import { FILE_START, type Parsed, problem } from "../../core/text/problem.js";
import type { Crystal } from "./crystalData.js";

/** A head is never longer, however many atoms it has. */
const HEAD_BYTES = 16 << 20;

/**
 * Atoms and cell of a file that is in memory, unpacked. `name` tells what it is; `frame`, from 1: of a trajectory, the
 * last where it is left out.
 */
export function crystalOfBytes(name: string, bytes: Uint8Array, frame?: number): Parsed<Crystal> {
  if (/\.cif$/i.test(name)) return atomsCrystal("cif", parseCif(new TextDecoder().decode(bytes)));
  const volumetric = volumetricKind(name);
  if (volumetric) return headCrystal(volumetric, bytes);
  const kind = fileKind(name);
  if (kind === "XDATCAR" || kind === "vasprun") return trajectoryCrystal(kind, bytes, frame);
  const density = headCrystal("CHGCAR", bytes);
  return density.value ? density : atomsCrystal("POSCAR", parsePoscar(new TextDecoder().decode(bytes)));
}

const atomsCrystal = (kind: string, { value, problems }: Parsed<Structure>): Parsed<Crystal> =>
  value ? { value: { kind, structure: value, hasDensity: false }, problems } : { problems };

function headCrystal(kind: string, bytes: Uint8Array): Parsed<Crystal> {
  const reader = kind === "cube" ? new CubeHeadReader() : new VolumetricHeadReader();
  const lines = new TextDecoder().decode(bytes.subarray(0, HEAD_BYTES)).split("\n");
  for (const line of lines) {
    if (reader.state !== "reading") break;
    reader.push(line.endsWith("\r") ? line.slice(0, -1) : line);
  }
  const { value, problems } = reader.finish();
  return value ? { value: { kind, structure: value.structure, hasDensity: true }, problems } : { problems };
}

/** Every frame of a trajectory. */
export function framesOfBytes(
  name: string,
  bytes: Uint8Array,
): { readonly frames: readonly Structure[]; readonly rest: Parsed<unknown> } {
  const frames: Structure[] = [];
  const keep = (frame: Structure) => {
    frames.push(frame);
  };
  const reader = fileKind(name) === "vasprun" ? new VasprunReader(keep) : new XdatcarReader(keep);
  reader.push(bytes);
  return { frames, rest: reader.finish() };
}

function trajectoryCrystal(kind: "XDATCAR" | "vasprun", bytes: Uint8Array, wanted?: number): Parsed<Crystal> {
  const { frames, rest } = framesOfBytes(kind === "vasprun" ? "vasprun.xml" : "XDATCAR", bytes);
  const count = frames.length;
  const structure = frames[(wanted ?? count) - 1];
  if (!structure) {
    const missing =
      wanted === undefined ? [] : [problem("error", FILE_START, "no frame {0}: the file has {1}", wanted, count)];
    return { problems: [...rest.problems, ...missing] };
  }
  const several = count > 1 ? { frames: { count, shown: wanted ?? count } } : {};
  return { value: { kind, structure, ...several, hasDensity: false }, problems: rest.problems };
}
