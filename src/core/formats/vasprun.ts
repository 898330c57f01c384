import type { Structure } from "../crystal/structure.js";
import { parseReal } from "../text/numbers.js";
import { FILE_START, type Parsed, type Position, type Problem, problem } from "../text/problem.js";
import { BandEdges, type BandGap } from "./bandGap.js";
import type { EnergyTerms, StepEnergies } from "./energyTerms.js";
import { fixedNumbers } from "./fixedNumbers.js";
import { VasprunEnergies } from "./vasprunEnergies.js";
import { VasprunStructure } from "./vasprunStructure.js";
import { type Wanted, type XmlHandler, XmlScanner } from "./xmlScanner.js";

/** What a vasprun.xml tells of its run; absent where the file does not tell it. Energies in eV. */
export interface Vasprun {
  readonly version?: string;
  /** The last structure that the file has. */
  readonly structure?: Structure;
  readonly electrons?: number;
  readonly spinPolarized?: boolean;
  readonly noncollinear?: boolean;
  /** Of the last electronic step that tells them, if it is of the last ionic step. */
  readonly terms?: EnergyTerms;
  /** Those of the last finished ionic step: they belong to the last of `steps`. */
  readonly stepTerms?: EnergyTerms;
  readonly electronic?: StepEnergies;
  /** Of each finished ionic step, everything included, VASP 5's mistakes put right. */
  readonly steps: readonly StepEnergies[];
  readonly unfinishedStep: boolean;
  readonly fermi?: number;
  /** From the eigenvalues of the last ionic step. */
  readonly gap?: BandGap;
  readonly kpoints?: number;
  /** The last electronic loop ended before NELM steps. */
  readonly electronicConverged?: boolean;
  /** The file ends before its last tag. */
  readonly truncated: boolean;
}

interface Frame {
  readonly name: string;
  /** The attribute `name` or `comment`. */
  readonly label: string;
  readonly line: number;
}

/** Everything in these is passed over, and all eigenvalues and lists of k-points but the run's own. */
const UNREAD = new Set([
  "total",
  "partial",
  "projected",
  "primitive_cell",
  "incar",
  "dielectricfunction",
  "dynmat",
  "generation",
  "time",
  "dimension",
  "field",
]);
const PARAMETERS = new Set(["NELECT", "ISPIN", "NELM", "LNONCOLLINEAR", "LHFCALC"]);
const MAX_PROBLEMS = 20;
/** VASP's go ten deep. */
const DEEPEST = 64;

/** Reads a vasprun.xml as a stream of bytes; memory holds one structure and three numbers an ionic step. */
export class VasprunReader implements XmlHandler {
  readonly #scanner = new XmlScanner(this);
  readonly #problems: Problem[] = [];
  readonly #stack: Frame[] = [];
  /** Elements open beyond the deepest that are followed. */
  #deeper = 0;
  readonly #energies = new VasprunEnergies(this.#problems);
  readonly #structure = new VasprunStructure(this.#problems);
  readonly #parameters = new Map<string, string>();
  readonly #weights: number[] = [];
  #bands: BandEdges | undefined;
  #damagedBands = false;
  /** The ionic steps that were finished before the eigenvalues, and where they stand. */
  #bandsOf: { readonly steps: number; readonly place: Position } | undefined;
  #spin = -1;
  #point = -1;
  #version: string | undefined;
  #fermi: number | undefined;
  #bytes = 0;
  #opened = false;
  #closed = false;

  /** `onFrame`: is given the structure of every ionic step. */
  constructor(private readonly onFrame?: (frame: Structure) => void) {}

  push(chunk: Uint8Array): void {
    this.#bytes += chunk.length;
    this.#scanner.push(chunk);
  }

  /**
   * What was found; without a value where the file is no vasprun.xml. `cut`: the bytes end too early for a reason told
   * elsewhere.
   */
  finish(cut = false): Parsed<Vasprun> {
    if (!this.#opened) {
      const template = this.#bytes === 0 ? "the file is empty" : "not a vasprun.xml: the element <modeling> is missing";
      return { problems: [problem("error", FILE_START, template)] };
    }
    const inner = this.#stack.at(-1);
    if (!this.#closed && !cut && inner) {
      const template = "the file ends within <{0}>, which opens on line {1}";
      this.#report("error", this.#scanner.end, template, inner.name, inner.line);
    }
    this.#energies.finish(this.#parameters.get("LHFCALC")?.startsWith("T") ?? false);
    const value = this.#value();
    const problems = [...this.#problems].sort((a, b) => a.line - b.line || a.column - b.column);
    return { value, problems };
  }

  open(name: string, attributes: string): Wanted {
    const label = attributes === "" ? "" : (/\b(?:name|comment|param)\s*=\s*"([^"]*)"/.exec(attributes)?.[1] ?? "");
    const inside = this.#stack.at(-1);
    if (this.#stack.length >= DEEPEST) return this.#tooDeep();
    if (name === "r" || name === "v" || name === "c" || name === "i") {
      this.#stack.push({ name, label, line: 0 });
      return inside && this.#wantsText(name, label, inside) ? "text" : "children";
    }
    this.#stack.push({ name, label, line: this.#scanner.place.line });
    if (name === "modeling") this.#opened = true;
    if (
      UNREAD.has(name) ||
      /_kpoints_opt$/.test(name) ||
      this.#isOther(name, label, inside) ||
      this.#isUnreadTable(name, label)
    )
      return "nothing";
    this.#enter(name, label);
    return "children";
  }

  #tooDeep(): Wanted {
    if (this.#deeper++ === 0)
      this.#report(
        "error",
        this.#scanner.place,
        "elements stand in one another {0} deep: this is no vasprun.xml",
        DEEPEST,
      );
    return "children";
  }

  close(name: string, text: string | undefined): void {
    if (this.#deeper > 0) {
      this.#deeper--;
      return;
    }
    if (this.#stack.at(-1)?.name !== name && !this.#unwind(name)) return;
    const frame = this.#stack.pop();
    const inside = this.#stack.at(-1);
    if (frame && inside && text !== undefined) this.#read(frame, inside, text);
    if (name === "modeling") this.#closed = true;
    else if (name === "calculation" || name === "scstep" || name === "energy")
      this.#energies.close(name, this.#inside("scstep"));
    else if (name === "structure") this.#closeStructure(frame?.label === "" && inside?.name === "calculation");
  }

  #closeStructure(ofStep: boolean): void {
    this.#structure.close();
    const frame = ofStep && this.onFrame ? this.#structure.last() : undefined;
    if (frame) this.onFrame?.(frame);
  }

  /** Drops what is open within the element that closes; false where nothing of that name is open. */
  #unwind(name: string): boolean {
    const at = this.#stack.findLastIndex((frame) => frame.name === name);
    const inner = this.#stack.at(-1);
    const place = this.#scanner.place;
    if (at < 0) this.#report("warning", place, "</{0}> has no opening tag", name);
    else {
      this.#report("warning", place, "found </{0}>, expected </{1}>", name, inner?.name ?? "");
      this.#stack.splice(at + 1);
    }
    return at >= 0;
  }

  #wantsText(name: string, label: string, { name: inside, label: table }: Frame): boolean {
    if (name === "r") return this.#bands !== undefined && inside === "set" && this.#inside("eigenvalues");
    if (name === "c") return inside === "rc";
    if (name === "v") return inside === "varray" && (table === "basis" || table === "positions" || table === "weights");
    if (inside === "energy") return true;
    if (inside === "generator") return label === "version";
    if (inside === "dos") return label === "efermi";
    return PARAMETERS.has(label) && this.#inside("parameters");
  }

  /**
   * Eigenvalues stand in an ionic step and k-points in the file itself; what linear response, velocities (LVEL), optics
   * and KPOINTS_OPT have beside them stands deeper, behind the first list, or with a comment. No label marks the run's
   * own.
   */
  #isOther(name: string, label: string, inside: Frame | undefined): boolean {
    if (name === "eigenvalues") return inside?.name !== "calculation" || label !== "";
    if (name === "kpoints") return inside?.name !== "modeling" || label !== "" || this.#weights.length > 0;
    return name === "electronvelocities" || (name === "dos" && label !== "");
  }

  #isUnreadTable(name: string, label: string): boolean {
    if (name === "varray")
      return !(label === "basis" || label === "positions" || (label === "weights" && this.#inside("kpoints")));
    return name === "array" && label !== "atoms" && label !== "atomtypes" && !this.#inside("eigenvalues");
  }

  #enter(name: string, label: string): void {
    if (name === "structure") this.#structure.begin();
    else if (name === "eigenvalues") {
      this.#bands = new BandEdges();
      this.#bandsOf = { steps: this.#energies.steps.length, place: this.#scanner.place };
      this.#damagedBands = false;
      this.#spin = -1;
    } else if (name === "set" && /^spin/.test(label)) {
      this.#spin++;
      this.#point = -1;
    } else if (name === "set" && /^kpoint/.test(label)) this.#point++;
    else this.#energies.open(name);
  }

  #read({ name, label }: Frame, inside: Frame, text: string): void {
    if (name === "r") this.#readLevel(text);
    else if (name === "c")
      this.#structure.cell(this.#stack.findLast((frame) => frame.name === "array")?.label ?? "", text);
    else if (name === "v" && inside.label === "weights") this.#weights.push(parseReal(text.trim()) ?? Number.NaN);
    else if (name === "v") this.#structure.row(inside.label, text, this.#textPlace(text));
    else if (inside.name === "energy") this.#energies.read(label, text, this.#textPlace(text));
    else if (label === "version") this.#version ??= text.trim();
    else if (label === "efermi") this.#fermi = fixedNumbers(text, 1, 1, [])[0] ?? this.#fermi;
    else if (!this.#parameters.has(label)) this.#parameters.set(label, text.trim());
  }

  /** Where a text begins that ends at the tag being told; of one that began lines before it, only in which line. */
  #textPlace(text: string): Position {
    const { line, column } = this.#scanner.place;
    const feeds = text.split("\n").length - 1;
    return feeds > 0 ? { line: line - feeds, column: 1 } : { line, column: Math.max(1, column - text.length) };
  }

  #readLevel(text: string): void {
    const [energy, occupation, ...more] = text.trim().split(/\s+/).map(parseReal);
    if (energy !== undefined && occupation !== undefined && more.length === 0) {
      this.#bands?.add(Math.max(0, this.#spin), Math.max(0, this.#point), energy, occupation);
      return;
    }
    if (!this.#damagedBands)
      this.#report("error", this.#textPlace(text), '"{0}" is not an energy and its occupation', text.trim());
    this.#damagedBands = true;
  }

  #inside(name: string): boolean {
    return this.#stack.some((frame) => frame.name === name);
  }

  #report(severity: Problem["severity"], place: Position, template: string, ...args: (string | number)[]): void {
    if (severity === "error" || this.#problems.length < MAX_PROBLEMS)
      this.#problems.push(problem(severity, place, template, ...args));
  }

  /** The last ionic step has no eigenvalues of its own. */
  #haveOldBands(): boolean {
    const of = this.#bandsOf;
    if (of === undefined || of.steps >= this.#energies.steps.length - 1) return false;
    this.#report(
      "warning",
      of.place,
      "the eigenvalues belong to ionic step {0}, not to the last one: no gap is given",
      of.steps + 1,
    );
    return true;
  }

  #value(): Vasprun {
    const { terms, stepTerms, electronic, steps, unfinishedStep, loop } = this.#energies;
    const structure = this.#structure.last();
    const whole =
      this.#bands !== undefined && !this.#damagedBands && !this.#inside("eigenvalues") && !this.#haveOldBands();
    const gap = whole ? this.#bands?.result(this.#weights) : undefined;
    const most = parseReal(this.#parameters.get("NELM") ?? "");
    const electrons = parseReal(this.#parameters.get("NELECT") ?? "");
    const spin = this.#parameters.get("ISPIN");
    const noncollinear = this.#parameters.get("LNONCOLLINEAR");
    return {
      ...(this.#version !== undefined && { version: this.#version }),
      ...(structure && { structure }),
      ...(electrons !== undefined && { electrons }),
      ...(spin !== undefined && { spinPolarized: spin === "2" }),
      ...(noncollinear !== undefined && { noncollinear: noncollinear.startsWith("T") }),
      ...(terms && { terms }),
      ...(stepTerms && { stepTerms }),
      ...(electronic && { electronic }),
      steps,
      unfinishedStep,
      ...(this.#fermi !== undefined && { fermi: this.#fermi }),
      ...(gap && { gap }),
      ...(this.#weights.length > 0 && { kpoints: this.#weights.length }),
      ...(most !== undefined && loop > 0 && { electronicConverged: loop < most }),
      truncated: !this.#closed,
    };
  }
}
