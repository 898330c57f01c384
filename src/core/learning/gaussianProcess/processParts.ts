import type { ProcessTerm } from "./processTerms.js";

/** What of a material a kernel compares, for people. */
export const PROCESS_PARTS = [
  "composition",
  "volume",
  "surroundings",
  "shells",
  "angular",
  "functionals",
  "electrostatics",
] as const;
export type ProcessPart = (typeof PROCESS_PARTS)[number];

/** Undefined for the constant, which compares nothing. */
export function partOfTerm({ source }: ProcessTerm): ProcessPart | undefined {
  if (source === "constant") return undefined;
  if (typeof source === "object") return "surroundings";
  switch (source) {
    case "fractions":
    case "elements":
    case "charge":
    case "elementsAndCharge":
      return "composition";
    case "volume":
      return "volume";
    case "shells":
    case "shellSums":
    case "logShells":
      return "shells";
    case "angular":
      return "angular";
    case "energies":
    case "cores":
      return "electrostatics";
    default:
      return "functionals";
  }
}

/** Shares of terms by what they compare, and that of the constant. */
export function sharesByPart(
  terms: readonly ProcessTerm[],
  shares: readonly number[],
): { readonly constant: number; readonly parts: readonly { readonly part: ProcessPart; readonly share: number }[] } {
  const sums = new Map<ProcessPart | undefined, number>();
  for (const [i, term] of terms.entries()) {
    const part = partOfTerm(term);
    sums.set(part, (sums.get(part) ?? 0) + (shares[i] ?? 0));
  }
  const parts = PROCESS_PARTS.flatMap((part) => {
    const share = sums.get(part);
    return share === undefined ? [] : [{ part, share }];
  });
  return { constant: sums.get(undefined) ?? 0, parts };
}
