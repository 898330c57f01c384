import { volumetricKind } from "../../core/formats/fileNames.js";
import { parsePymatgenStructure } from "../../core/formats/pymatgenStructure.js";
import type { VolumetricKind } from "../../core/formats/volumetric.js";
import {
  type JsonGrid,
  type JsonPath,
  JsonScanError,
  JsonScanner,
  type JsonWish,
} from "../../core/text/jsonScanner.js";
import { FILE_START, type Parsed, type Problem, problem } from "../../core/text/problem.js";
import type { VolumetricKernel } from "../../kernels/volumetric/volumetric.js";
import { ByteSource, readingProblem } from "../files/byteSource.js";
import { type FormReading, formProblem, type KnownHead } from "./densityForm.js";
import { FrameBuilder, type FrameOptions, headOf } from "./frameBuilder.js";

/** Keys of `data` in the order of VASP's blocks; of spin-orbit files `diff` follows from the others. */
const BLOCKS = ["total", "diff_x", "diff_y", "diff_z", "diff"] as const;
type BlockKey = (typeof BLOCKS)[number];
/** How newer versions of pymatgen name the blocks of a LOCPOT and an ELFCAR with spin. */
const SPINS: Readonly<Record<string, BlockKey>> = { spin_up: "total", spin_down: "diff" };

const CLASSES: Readonly<Record<string, VolumetricKind>> = { Chgcar: "CHGCAR", Locpot: "LOCPOT", Elfcar: "ELFCAR" };

/** What a first look at such a file tells: where its numbers stand, and everything else. */
interface Survey {
  readonly known: KnownHead;
  readonly grids: readonly JsonGrid[];
  readonly hash: string;
  readonly bytes: number;
}

/**
 * Head and kind of a pymatgen `Chgcar`, `Locpot`, `Elfcar` or `VolumetricData` as JSON, bare or in the Materials
 * Project's wrapper.
 */
export async function readJsonHead(file: string, signal?: AbortSignal): Promise<Parsed<KnownHead>> {
  const { value, problems } = await survey(file, { hash: false, ...(signal && { signal }) });
  return value ? { value: value.known, problems } : { problems };
}

/**
 * The values of such a file. It is gone over twice: the size of the grid, and often the structure, are known at its end
 * only. The numbers are read by the kernel, as text, with brackets and commas made blanks. Rejects only with the
 * signal's reason.
 */
export async function readJsonDensity(
  file: string,
  kernel: VolumetricKernel,
  options: FrameOptions & { readonly hash: boolean },
): Promise<Parsed<FormReading>> {
  const { value: found, problems } = await survey(file, {
    hash: options.hash,
    ...(options.signal && { signal: options.signal }),
  });
  if (!found) return { problems };
  const { known, grids, hash, bytes } = found;
  const builder = new FrameBuilder(known.head, known.kind, kernel, options, [...problems]);
  const reading = { frame: builder.frame, kind: known.kind, hash, bytes };
  try {
    const isWhole = await feedGrids(file, builder, grids, options);
    return { value: { ...reading, truncated: !isWhole }, problems: [] };
  } catch (error) {
    options.signal?.throwIfAborted();
    builder.frame.problems.push(readingProblem(error));
    return { value: { ...reading, truncated: true }, problems: [] };
  }
}

async function survey(
  file: string,
  options: { readonly hash: boolean; readonly signal?: AbortSignal },
): Promise<Parsed<Survey>> {
  const grids = new Map<BlockKey, JsonGrid>();
  let [structure, className] = ["", ""];
  let others = 0;
  const decoder = new TextDecoder();
  const scanner = new JsonScanner(
    {
      wanted,
      onText: (path, text) => {
        if (path.at(-1) === "structure") structure ||= text;
        else className ||= text.replaceAll('"', "");
      },
      onGrid: (path, grid) => {
        const key = blockOf(path) ?? "total";
        // of several densities the first, as the structure is
        if (!grids.has(key)) grids.set(key, grid);
        else if (key === "total") others++;
      },
    },
    (bytes) => decoder.decode(bytes),
  );
  const source = new ByteSource(file, options);
  try {
    for await (const chunk of source.chunks()) scanner.push(chunk);
    scanner.finish();
  } catch (error) {
    options.signal?.throwIfAborted();
    return { problems: [error instanceof JsonScanError ? scanProblem(error) : readingProblem(error)] };
  }
  const kept = keptBlocks(grids);
  const [first] = kept;
  if (!first)
    return { problems: [problem("error", FILE_START, "this JSON file holds no density of pymatgen (data.total)")] };
  if (kept.some(({ size }) => size.some((points, axis) => points !== first.size[axis])))
    return { problems: [problem("error", FILE_START, "the grids of this file differ in size")] };
  const parsed = structure === "" ? undefined : parsePymatgenStructure(structure);
  if (!parsed?.value)
    return {
      problems: parsed?.problems ?? [
        problem("error", FILE_START, "this JSON file holds no structure (poscar.structure)"),
      ],
    };
  const named = CLASSES[className] ?? volumetricKind(file);
  const problems: Problem[] = [...parsed.problems, ...formProblem(named)];
  if (others > 0)
    problems.push(problem("warning", FILE_START, "the file holds {0} densities: the first one is read", others + 1));
  const known = { head: headOf(parsed.value, first.size, "z"), kind: named ?? "CHGCAR" } as const;
  return { value: { known, grids: kept, hash: source.hash(), bytes: source.bytes }, problems };
}

/** Total first; of collinear files the difference, of spin-orbit files its three directions. */
function keptBlocks(grids: ReadonlyMap<BlockKey, JsonGrid>): JsonGrid[] {
  const keys: readonly BlockKey[] = grids.has("diff_x") ? BLOCKS.slice(0, 4) : ["total", "diff"];
  if (!grids.has("total")) return [];
  return keys.flatMap((key) => grids.get(key) ?? []);
}

/**
 * `data.total`, with or without the wrapper of an array (`data.total.data`), at any depth, but not in the
 * augmentation's.
 */
function wanted(path: JsonPath): JsonWish | undefined {
  const key = path.at(-1);
  if (key === "data_aug" || key === "distance_matrix") return "skip";
  if (key === "structure" || key === "@class")
    return path.includes("poscar") && key === "@class" ? "skip" : isOfNumbers(path) ? "skip" : "capture";
  if (blockOf(path) !== undefined) return path.at(-1) === "data" || path.at(-2) === "data" ? "grid" : undefined;
  return undefined;
}

const isOfNumbers = (path: JsonPath) => path.slice(0, -1).some((key) => keyOf(key) !== undefined);

const keyOf = (key = ""): BlockKey | undefined => SPINS[key] ?? BLOCKS.find((name) => name === key);

function blockOf(path: JsonPath): BlockKey | undefined {
  const inside = path.at(-1) === "data" && keyOf(path.at(-2)) !== undefined ? path.slice(0, -1) : path;
  return inside.at(-2) === "data" ? keyOf(inside.at(-1)) : undefined;
}

/**
 * In the file's own order, whatever the order of the blocks is, the blocks being read from the start for each that
 * stands before another.
 */
async function feedGrids(
  file: string,
  builder: FrameBuilder,
  grids: readonly JsonGrid[],
  options: FrameOptions,
): Promise<boolean> {
  for (let next = 0; next < grids.length; ) {
    const inOrder = grids.slice(next).findIndex((grid, i, rest) => i > 0 && grid.start < (rest[i - 1]?.start ?? 0));
    const group = grids.slice(next, inOrder < 0 ? grids.length : next + inOrder);
    if (!(await feedGroup(file, builder, group, options))) return false;
    next += group.length;
  }
  return true;
}

async function feedGroup(
  file: string,
  builder: FrameBuilder,
  grids: readonly JsonGrid[],
  options: FrameOptions,
): Promise<boolean> {
  const { signal, onProgress } = options;
  const source = new ByteSource(file, { hash: false, ...(signal && { signal }), ...(onProgress && { onProgress }) });
  let offset = 0;
  let at = 0;
  let isOpen = false;
  for await (const chunk of source.chunks()) {
    for (let grid = grids[at]; grid && grid.start < offset + chunk.length; grid = grids[at]) {
      if (!isOpen) builder.startBlock(grid.start);
      isOpen = true;
      const part = blanked(chunk.subarray(Math.max(0, grid.start - offset), Math.min(chunk.length, grid.end - offset)));
      const isLast = grid.end <= offset + chunk.length;
      const state = builder.kernel.feed(part, isLast);
      if (state === "unreadable") {
        const { offset: wrong } = builder.kernel.place();
        const template = "`{0}` is not a number";
        builder.frame.problems.push(
          problem("error", { line: 1, column: wrong + 1 }, template, builder.kernel.unreadableToken()),
        );
        return false;
      }
      if (!isLast) break;
      isOpen = false;
      at++;
      if (!builder.finishBlock()) return false;
    }
    offset += chunk.length;
    if (at === grids.length) break;
  }
  return at === grids.length;
}

/** A copy in which only numbers are left. */
function blanked(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  for (let i = 0; i < copy.length; i++) {
    const byte = copy[i];
    if (byte === 44 || byte === 91 || byte === 93) copy[i] = 32;
  }
  return copy;
}

const scanProblem = ({ message, offset }: JsonScanError): Problem =>
  problem("error", { line: 1, column: offset + 1 }, "the JSON cannot be read: {0}", message);
