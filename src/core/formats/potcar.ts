import { parseReal } from "../text/numbers.js";
import { FILE_START, type Parsed, type Problem, problem } from "../text/problem.js";
import { elementOfTitle } from "./potcarTitle.js";

/**
 * The head of one data set of a POTCAR: its title and two facts. Nothing else of the file is kept, since its content is
 * licensed.
 */
export interface PotcarEntry {
  /** `PAW_PBE Sn_d 06Sep2000`. */
  readonly title: string;
  /** Empty where the title names none. */
  readonly element: string;
  /** ENMAX, eV. */
  readonly cutoff?: number;
  /** Valence electrons. */
  readonly valence?: number;
  /** Of the title, from 1. */
  readonly line: number;
}

const END = /^\s*End of Dataset/;

/** Reads the heads of the data sets of a POTCAR: titles, valences and cutoffs, in the order of the file. */
export function parsePotcar(text: string): Parsed<readonly PotcarEntry[]> {
  const problems: Problem[] = [];
  const entries: PotcarEntry[] = [];
  let open: { title: string; line: number; valence?: number; cutoff?: number } | undefined;
  let number = 0;
  for (const line of linesIn(text)) {
    number++;
    if (END.test(line)) {
      if (open) entries.push({ ...open, element: elementOfTitle(open.title) });
      open = undefined;
    } else if (!open) {
      if (line.trim() !== "") open = { title: line.trim(), line: number };
    } else if (number === open.line + 1) {
      const valence = parseReal(line.trim().split(/\s+/)[0] ?? "");
      if (valence !== undefined) open.valence = valence;
    } else if (open.cutoff === undefined) {
      const cutoff = parseReal(/\bENMAX\s*=\s*([^\s;]+)/.exec(line)?.[1] ?? "");
      if (cutoff !== undefined) open.cutoff = cutoff;
    }
  }
  if (open)
    problems.push(
      problem(
        "error",
        { line: open.line, column: 1 },
        "the data set of {0} does not end: the POTCAR is cut",
        open.title,
      ),
    );
  if (entries.length === 0 && !open)
    problems.push(problem("error", FILE_START, "the file holds no data set of a POTCAR"));
  for (const { title, element, line } of entries)
    if (element === "")
      problems.push(problem("warning", { line, column: 1 }, "the title {0} names no element", title.slice(0, 60)));
  return problems.some(({ severity }) => severity === "error") ? { problems } : { value: entries, problems };
}

/** Line by line without a copy of the whole list: a POTCAR has 100,000 lines. */
function* linesIn(text: string): Generator<string> {
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf("\n", from);
    const to = end < 0 ? text.length : end;
    yield text.slice(from, to);
    from = to + 1;
  }
}
