import { randomBytes } from "node:crypto";
import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  lstatSync,
  renameSync,
  rmSync,
  type Stats,
  statfsSync,
  statSync,
} from "node:fs";
import path from "node:path";
import { reasonOf } from "../files/atomicFile.js";

/** A copy on the disk of the node that a job runs on. */
export interface NodeCopy {
  readonly file: string;
  /** Removes what nobody else would remove. */
  release(): void;
}

interface NodeFolder {
  readonly folder: string;
  /** The site empties it when the job ends; until then others of the job may use what lies there. */
  readonly isOfJob: boolean;
}

/** The kernel's name of file systems in memory: they are no disk, and what lies there counts as the job's memory. */
const IN_MEMORY: ReadonlySet<number> = new Set([0x01021994, 0x858458f6]);

/**
 * Where a scheduler's job may keep copies: `SLURM_TMPDIR` where the site gives one; else `TMPDIR`, unless it is the
 * disk that `source` lies on, or memory.
 * Undefined where there is none.
 */
export function nodeFolder(source: string, environment: NodeJS.ProcessEnv = process.env): NodeFolder | undefined {
  const { SLURM_TMPDIR: ofJob, TMPDIR: temporary } = environment;
  if (ofJob) return { folder: ofJob, isOfJob: true };
  if (!temporary) return undefined;
  try {
    if (statSync(temporary).dev === statSync(source).dev || IN_MEMORY.has(statfsSync(temporary).type)) return undefined;
  } catch {
    // The copy will tell what is wrong with it.
  }
  return { folder: temporary, isOfJob: false };
}

/**
 * Copies a file to the node's disk, or finds the copy that another process of the job made. `name` says what is in it:
 * equal names, equal bytes. Nobody has checked what is found there: whoever reads it must. Undefined, and `onRefused`
 * told why, where it cannot be copied.
 */
export function copyToNode(
  source: string,
  name: string,
  place: NodeFolder,
  onRefused: (reason: string) => void,
): NodeCopy | undefined {
  const { folder, isOfJob } = place;
  const mark = randomBytes(6).toString("hex");
  const file = path.join(folder, isOfJob ? `r3dvs-${name}` : `r3dvs-${mark}-${name}`);
  const copy = { file, release: () => isOfJob || rmSync(file, { force: true }) };
  const temporary = path.join(folder, `.r3dvs-${name}.${mark}.tmp`);
  try {
    const { size } = statSync(source);
    if (isOfJob && isWhole(lstatSync(file, { throwIfNoEntry: false }), size)) return copy;
    const { bavail, bsize } = statfsSync(folder);
    if (bavail * bsize < size) throw Object.assign(new Error(), { code: "ENOSPC" });
    copyFileSync(source, temporary, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    chmodSync(temporary, 0o600);
    renameSync(temporary, file);
    return copy;
  } catch (error) {
    rmSync(temporary, { force: true });
    onRefused(existsSync(folder) ? reasonOf(error) : "there is no such folder");
    return undefined;
  }
}

const isWhole = (stats: Stats | undefined, size: number) => stats?.isFile() === true && stats.size === size;
