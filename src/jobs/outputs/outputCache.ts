import { statSync } from "node:fs";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import {
  anyShape,
  eitherShape,
  finiteShape,
  listShape,
  mapShape,
  objectShape,
  oneOfShape,
  pairShape,
  textShape,
  wholeShape,
} from "../../core/text/shape.js";
import { WriteError } from "../files/atomicFile.js";
import { readCheckedJson, writeCheckedJson } from "../files/checkedJson.js";
import { privateFolder } from "../files/privateFolder.js";
import { LIMITS } from "../files/readSmallFile.js";
import { softwareVersion } from "../files/version.js";
import type { OutputFiles } from "./outputFiles.js";
import type { MaterialTargets, TargetsReading } from "./targetsReading.js";

/**
 * What VASP's outputs of a dataset told before, in `<dataset>/.r3dvs/outputs.json`: they may be hundreds of MB each. A
 * material counts only while the names, sizes and times of its outputs and the software are those of its reading.
 */
export class OutputCache {
  readonly #file: string;
  readonly #known: Map<string, Entry>;
  #changed = false;

  constructor(dataset: string) {
    this.#file = path.join(privateFolder(dataset), "outputs.json");
    this.#known = readEntries(this.#file);
  }

  /** The reading if nothing of it has changed since. */
  read(files: OutputFiles): TargetsReading | undefined {
    const entry = this.#known.get(files.id);
    return entry !== undefined && entry.origin === originOf(files) ? readingOf(entry, files) : undefined;
  }

  /** `origin`: what `originOf` said before the reading began, so that a file which changed meanwhile is read again. */
  keep(files: OutputFiles, origin: string | undefined, { targets, problems }: TargetsReading): void {
    if (origin === undefined) return;
    const { elements, ...rest } = targets;
    const told = problems.map(({ file, problem }) => ({ file: path.relative(files.place, file), problem }));
    const entry: Entry = { origin, targets: rest, ...(elements && { elements: [...elements] }), problems: told };
    // numbers that JSON does not know
    if (!isDeepStrictEqual(JSON.parse(JSON.stringify(entry)), entry)) return;
    this.#known.set(files.id, entry);
    this.#changed = true;
  }

  /** A cache that cannot be written costs time, not the result. */
  save(): void {
    if (!this.#changed) return;
    const content: Content = { format: FORMAT, software: softwareVersion, materials: [...this.#known] };
    try {
      writeCheckedJson(this.#file, content);
      this.#changed = false;
    } catch (error) {
      if (!(error instanceof WriteError)) throw error;
    }
  }
}

/** Names, sizes and times of a material's outputs; undefined where one is gone. */
export function originOf({ outcar, vasprun, eigenval, earlier = [] }: OutputFiles): string | undefined {
  const before = earlier.flatMap((step) => [step.outcar, step.vasprun, step.eigenval]);
  const files = [outcar, vasprun, eigenval, ...before].map((file) => {
    if (file === undefined) return "";
    const facts = statSync(file, { throwIfNoEntry: false });
    return facts && `${path.basename(file)} ${facts.size} ${facts.mtimeMs}`;
  });
  return files.some((file) => file === undefined) ? undefined : files.join("\n");
}

const FORMAT = 1;

interface Entry {
  readonly origin: string;
  readonly targets: Omit<MaterialTargets, "elements">;
  readonly elements?: readonly [string, number][];
  /** Files below the material's folder. */
  readonly problems: TargetsReading["problems"];
}

interface Content {
  readonly format: number;
  readonly software: string;
  readonly materials: readonly [string, Entry][];
}

const PROBLEM = objectShape({
  severity: oneOfShape("error", "warning", "information"),
  line: wholeShape(1),
  column: wholeShape(1),
  message: textShape,
  template: textShape,
  args: listShape(eitherShape(textShape, finiteShape), 100),
});
const ENERGIES = ["volume", "hartree", "exchangeCorrelation", "ionIon", "oneElectron", "total"];
const TARGETS = objectShape(
  { id: textShape },
  {
    ...Object.fromEntries(ENERGIES.map((name) => [name, finiteShape])),
    atoms: wholeShape(1),
    formula: textShape,
    gap: mapShape(anyShape),
  },
);
const ENTRY = objectShape(
  {
    origin: textShape,
    targets: TARGETS,
    problems: listShape(objectShape({ file: textShape, problem: PROBLEM }), 10_000),
  },
  { elements: listShape(pairShape(textShape, finiteShape), 200) },
);

const CONTENT_SHAPE = objectShape({
  format: oneOfShape(FORMAT),
  software: oneOfShape(softwareVersion),
  materials: listShape(pairShape(textShape, ENTRY)),
});

function readingOf({ targets, elements, problems }: Entry, { id, place }: OutputFiles): TargetsReading {
  return {
    targets: { ...targets, id, ...(elements && { elements: new Map(elements) }) },
    problems: problems.map(({ file, problem }) => ({ file: path.join(place, file), problem })),
  };
}

/** None where no whole file of this software stands. */
function readEntries(file: string): Map<string, Entry> {
  try {
    const content = readCheckedJson(file, LIMITS.run);
    if (CONTENT_SHAPE(content, "") !== undefined) return new Map();
    return new Map((content as Content).materials);
  } catch {
    return new Map();
  }
}
