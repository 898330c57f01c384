import path from "node:path";
import { contentKind } from "../../core/formats/contentKind.js";
import { detectWrongFileType } from "../../core/formats/detectWrongFileType.js";
import { isXyzName } from "../../core/formats/extendedXyz.js";
import type { FileKind } from "../../core/formats/fileKind.js";
import { fileKind, isAmbiguous, namedKinds, volumetricKind, withoutCompression } from "../../core/formats/fileNames.js";
import { storesDensity, type VolumetricKind } from "../../core/formats/volumetric.js";
import { FILE_START, type Problem, problem } from "../../core/text/problem.js";
import { densityFormat } from "../densities/densityForm.js";
import { otherRunProblems } from "../densities/electronCheck.js";
import { namedContent } from "../densities/namedContent.js";
import { COLD_THREADS_THRESHOLD } from "../densities/quickBlocks.js";
import { readAtoms } from "../densities/readAtoms.js";
import { readVolumetric } from "../densities/readVolumetric.js";
import { hasVolumetricData, volumetricKindOf } from "../densities/volumetricContent.js";
import type { VolumetricReading } from "../densities/volumetricReading.js";
import { readText } from "../files/readText.js";
import { readPoscar } from "../spectra/readStructure.js";
import { inspectInput, inspectOutput, structureFacts, type TextFacts } from "./inspectText.js";

/** The object that `r3dvs info --json` prints for a file; what a kind does not have is left out. */
export type FileInfo = TextFacts & {
  readonly file: string;
  readonly kind?: FileKind;
  readonly grid?: readonly [number, number, number];
  /** Of a file with several: how many, and which of them these facts are of, from 1. */
  readonly frames?: number;
  readonly frame?: number;
  readonly blocks?: readonly {
    readonly name: string;
    readonly mean: number;
    readonly min: number;
    readonly max: number;
  }[];
  readonly problems: readonly {
    readonly severity: string;
    readonly line: number;
    readonly column: number;
    readonly message: string;
  }[];
};

export interface InspectOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (fraction: number) => void;
  /** Default: from the file's name, else from its content. */
  readonly kind?: FileKind;
  /** Of a volumetric file with several, from 1. Default: the last complete one. */
  readonly frame?: number;
}

export interface Inspection {
  readonly info: FileInfo;
  readonly problems: readonly Problem[];
}

const LONGEST_INPUT = 4 << 20;
/** Where a file's kind is told, if it is. */
const LONGEST_HEAD = 1 << 16;

type Facts = Omit<FileInfo, "file" | "problems">;

/**
 * What stands in a file, without spectra. Rejects only with the signal's reason; an unreadable file has `{file,
 * problems}` alone.
 */
export async function inspectFile(file: string, options: InspectOptions = {}): Promise<Inspection> {
  const name = path.basename(file);
  const named = isAmbiguous(name) ? undefined : fileKind(name);
  // a form of its own before a word in the name: poscar.json
  const kind = options.kind ?? (named === "POSCAR" && densityFormat(name) !== "text" ? undefined : named);
  const { facts, problems: found } =
    kind === undefined ? await inspectUnknown(file, options) : await inspectAs(kind, file, options);
  const problems = facts.kind === undefined ? await namedContent(file, found) : found;
  const shown = problems.map(({ severity, line, column, message }) => ({ severity, line, column, message }));
  return { info: { file, ...facts, problems: shown }, problems };
}

interface Found {
  readonly facts: Facts;
  readonly problems: readonly Problem[];
}

async function inspectAs(kind: FileKind, file: string, options: InspectOptions): Promise<Found> {
  if (kind === "POSCAR") return inspectPoscar(file, options);
  if (kind === "CIF" || kind === "XSF" || kind === "JSON" || kind === "XYZ") return inspectAtoms(kind, file, options);
  if (isVolumetric(kind)) return inspectVolumetric(kind, file, options);
  if (kind === "INCAR" || kind === "KPOINTS") return inspectShortText(kind, file, options);
  const { value, problems } = await inspectOutput(kind, file, options);
  return { facts: value ? { kind, ...value } : {}, problems };
}

/** An input file that people write: short, so that anything long is another file by mistake. */
async function inspectShortText(kind: "INCAR" | "KPOINTS", file: string, options: InspectOptions): Promise<Found> {
  const { text, problems } = await readText(file, options, LONGEST_INPUT);
  const foreign =
    text === undefined ? undefined : (emptyProblem(text) ?? detectWrongFileType(text.split("\n", 1)[0] ?? ""));
  if (text === undefined || foreign) return { facts: {}, problems: foreign ? [foreign] : problems };
  const { value, problems: found } = inspectInput(kind, text);
  return { facts: value ? { kind, ...value } : {}, problems: found };
}

async function inspectPoscar(file: string, options: InspectOptions): Promise<Found> {
  const { value, problems } = await readPoscar(file, options);
  return { facts: value ? { kind: "POSCAR", ...structureFacts(value) } : {}, problems };
}

type AtomsKind = "CIF" | "XSF" | "JSON" | "XYZ";

/** A structure in another form than a POSCAR's. */
async function inspectAtoms(kind: AtomsKind, file: string, options: InspectOptions): Promise<Found> {
  const { value, problems } = await readAtoms(file, options);
  return { facts: value ? { kind, ...structureFacts(value) } : {}, problems };
}

async function inspectVolumetric(kind: VolumetricKind, file: string, options: InspectOptions): Promise<Found> {
  const { value, problems } = await readVolumetric(file, {
    ...options,
    kind,
    transform: false,
    hash: false,
    threads: 2,
    threadsFrom: COLD_THREADS_THRESHOLD,
  });
  const others = value ? await otherRunProblems(file, value.electrons, options.signal) : [];
  return {
    facts: value ? volumetricFacts(value, options.frame !== undefined) : {},
    problems: [...problems, ...others],
  };
}

/**
 * A file whose name tells nothing, or two things: what it begins with if that tells, else a volumetric file if it has a
 * grid, else a structure, else the first of the kinds named that it can be read as.
 */
async function inspectUnknown(file: string, options: InspectOptions): Promise<Found> {
  if (/\.cif$/i.test(withoutCompression(file))) return inspectAtoms("CIF", file, options);
  if (isXyzName(file)) return inspectAtoms("XYZ", file, options);
  const format = densityFormat(file);
  if (format === "zarr" || format === "parquet") return inspectVolumetric("CHGCAR", file, options);
  if (format === "json" || format === "xsf") {
    if (await hasVolumetricData(file, options.signal)) return inspectVolumetric("CHGCAR", file, options);
    return inspectAtoms(format === "json" ? "JSON" : "XSF", file, options);
  }
  const { text = "" } = await readText(file, options, LONGEST_HEAD);
  const told = contentKind(text);
  if (told) return inspectAs(told, file, options);
  const volumetric = await inspectVolumetric(await volumetricKindOf(file, options.signal), file, options);
  if (volumetric.facts.kind) return volumetric;
  for (const kind of ["POSCAR" as const, ...namedKinds(path.basename(file)).filter((named) => !isVolumetric(named))]) {
    const found = await inspectAs(kind, file, options);
    if (found.facts.kind) return found;
  }
  return volumetric;
}

function volumetricFacts(
  { kind, structure, grid, blocks, electrons, truncated, frames, frame }: VolumetricReading,
  asked: boolean,
): Facts {
  const moments = storesDensity(kind) ? blocks.slice(1).map(({ mean }) => mean) : [];
  return {
    kind,
    ...structureFacts(structure),
    grid,
    // behind a frame that was asked for nothing is counted
    ...(asked ? { frame } : frames > 1 && { frames, frame }),
    blocks: blocks.map(({ name, mean, min, max }) => ({ name, mean, min, max })),
    ...(electrons !== undefined && { electrons }),
    ...(moments.length > 0 && { moments }),
    truncated,
  };
}

const isVolumetric = (kind: FileKind): kind is VolumetricKind => kind === "cube" || volumetricKind(kind) === kind;

function emptyProblem(text: string): Problem | undefined {
  return text === "" ? problem("error", FILE_START, "the file is empty") : undefined;
}
