import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import type { StudySettings } from "../../protocol/runFiles.js";
import { LIMITS, readSmallFile, readSmallJson } from "../files/readSmallFile.js";
import { UsageError } from "../files/usageError.js";

/** How far into the protocol a reproduction goes, and how far it got: `depth.json`. */
export interface ReproductionDepth {
  readonly format: 1;
  /** Of the software that computed the results. */
  readonly version: string;
  /** SHA-256 of the dataset's files. */
  readonly dataset: string;
  readonly materials: number;
  readonly testSize: number;
  readonly trainSizes: readonly number[];
  /** Networks a model. */
  readonly ensemble: number;
  readonly epochs: number;
  /** Rotated copies of each material an epoch. */
  readonly rotations: number;
  /** Of the studies: what decides results besides all this. */
  readonly settings: readonly ArmSettings[];
  /** The page of an earlier comparison, from this one's folder. */
  readonly earlier?: string;
  /** Wall-clock time of computing, all runs together. */
  readonly hours: number;
}

/** Every setting of one of the studies that make up a repeat. */
export type ArmSettings = Omit<StudySettings, "repeats" | "seed"> & { readonly name: string };

/** Undefined where none stands. Throws `UsageError` for a file of another form. */
export function readDepth(file: string): ReproductionDepth | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const depth = readSmallJson(file) as ReproductionDepth;
    if (depth.format === 1) return depth;
  } catch {
    // Falls through to the one message for every broken file.
  }
  throw new UsageError(`${file} is not a settings file of this version's reproduction`);
}

/** Whether repeats of one depth can stand beside those of the other, but for what `changedTargets` names. */
export function sameDepth(a: ReproductionDepth, b: ReproductionDepth): boolean {
  const decisive = ({
    hours: _hours,
    version: _version,
    settings: _settings,
    earlier: _earlier,
    ...rest
  }: ReproductionDepth) => JSON.stringify(rest);
  return decisive(a) === decisive(b);
}

/**
 * The targets that one of the studies learns in another way than before; one that was not there before has no results
 * to doubt.
 */
export function changedTargets(before: ReproductionDepth, now: ReproductionDepth, name: string): string[] {
  const [old, own] = [before, now].map(({ settings }) => settings.find((arm) => arm.name === name));
  if (own === undefined || old === undefined) return [];
  return own.targets.filter((target) => decisiveFor(old, target) !== decisiveFor(own, target));
}

function decisiveFor(
  { name: _name, targets: _targets, models: _models, perTarget, ...shared }: ArmSettings,
  target: string,
): string {
  return JSON.stringify([shared, perTarget[target]]);
}

/** Of the files that lie in the dataset's folder itself: its table and, of an encoded one, its spectra. */
export function hashOfDataset(dataset: string): string {
  const hash = createHash("sha256");
  const files = readdirSync(dataset, { withFileTypes: true }).filter(
    (entry) => entry.isFile() && /\.(csv|npz)$/.test(entry.name),
  );
  for (const { name } of files.sort((a, b) => (a.name < b.name ? -1 : 1)))
    hash.update(name).update(readSmallFile(path.join(dataset, name), LIMITS.weights));
  return hash.digest("hex");
}
