import { withoutCompression } from "./fileNames.js";

// What programs that run VASP in several steps put behind its names (custodian, atomate), or name the folders of a
// material's steps.

/**
 * The exact name comes last in a workflow, then `.static`, then `.relax10` to `.relax1`, then `.9` to `.1`; copies kept
 * of what was there before come first.
 */
const TAGS: readonly (readonly [pattern: RegExp, rank: number])[] = [
  [/^$/, 1e6],
  [/^\.(?:static|scf)(\d*)$/, 1e5],
  [/^\.(?:double_)?relax(\d*)$/, 100],
  [/^\.(\d)$/, 10],
  [/^\.(?:orig|old|bak)$/, -1],
];

/**
 * How late in a workflow a file was written whose name is `stem` and a tag: later ones have larger numbers; undefined
 * for other names.
 */
export function stepRank(fileName: string, stem: string): number | undefined {
  const name = withoutCompression(fileName).toLowerCase();
  if (!name.startsWith(stem.toLowerCase())) return undefined;
  const tag = name.slice(stem.length);
  for (const [pattern, rank] of TAGS) {
    const found = pattern.exec(tag);
    if (found) return rank + Number(found[1] ?? 0);
  }
  return undefined;
}

/** The files of one kind that a workflow left in a folder, the last step first. */
export function stepsOf(names: readonly string[], stem: string): string[] {
  const ranked = names.flatMap((name) => {
    const rank = stepRank(name, stem);
    return rank === undefined ? [] : [{ name, rank }];
  });
  return ranked.sort((a, b) => b.rank - a.rank || (a.name < b.name ? -1 : 1)).map(({ name }) => name);
}

const NUMBER = String.raw`(?:\d+[._-])?`;
const STEP_FOLDERS: readonly (readonly [pattern: RegExp, rank: number])[] = [
  // where AiiDA keeps the files of a calculation
  [/^(?:retrieved|path)$/, 4000],
  [new RegExp(`^${NUMBER}(?:static|scf|single[._-]?point|sp)$`, "i"), 3000],
  [new RegExp(`^${NUMBER}(?:relax|relaxation|opt|optimi[sz]ation|geo(?:metry)?[._-]?opt)[._-]?(\\d*)$`, "i"), 2000],
  [new RegExp(`^${NUMBER}(?:pre[._-]?relax|precondition|rough)[._-]?(\\d*)$`, "i"), 1000],
  [new RegExp(`^${NUMBER}(?:nscf|bands?|band[._-]?structure|dos|line|uniform)$`, "i"), 0],
];

/**
 * How late a step a folder's name tells (`1_relax`, `static`), as `stepRank`; undefined for a folder that may be any
 * material's.
 */
export function stepFolderRank(folder: string): number | undefined {
  for (const [pattern, rank] of STEP_FOLDERS) {
    const found = pattern.exec(folder);
    if (found) return rank + Number(found[1] ?? 0);
  }
  return undefined;
}
