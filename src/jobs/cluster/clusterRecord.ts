import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import path from "node:path";
import { listShape, objectShape, oneOfShape, textShape, wholeShape } from "../../core/text/shape.js";
import { writeFileAtomically } from "../files/atomicFile.js";
import { readSmallJson } from "../files/readSmallFile.js";
import type { SlurmJob } from "./slurmClient.js";

/**
 * `cluster.json`: how a run was submitted. What is done stands in the run's folder; this only tells which jobs are the
 * run's.
 */
export interface ClusterRecord {
  readonly format: 1;
  readonly scheduler: "slurm";
  /** Begins the name of every job of the run, so that they are found again whatever was written. */
  readonly name: string;
  readonly chunks: number;
  readonly jobs: readonly string[];
}

const SHAPE = objectShape({
  format: oneOfShape(1),
  scheduler: oneOfShape("slurm"),
  name: textShape,
  chunks: wholeShape(1, 1e6),
  jobs: listShape(textShape, 1e5),
});

export const clusterFile = (run: string): string => path.join(run, "cluster.json");

/**
 * Undefined where the run was never submitted, or the record is damaged: its jobs then are strangers, and what they do
 * is done twice at worst.
 */
export function readClusterRecord(run: string): ClusterRecord | undefined {
  if (!existsSync(clusterFile(run))) return undefined;
  try {
    const value = readSmallJson(clusterFile(run));
    return SHAPE(value, "") === undefined ? (value as ClusterRecord) : undefined;
  } catch {
    return undefined;
  }
}

/** Throws `WriteError`. */
export function writeClusterRecord(run: string, record: ClusterRecord): void {
  writeFileAtomically(clusterFile(run), `${JSON.stringify(record)}\n`);
}

export function newClusterRecord(chunks: number): ClusterRecord {
  return { format: 1, scheduler: "slurm", name: `r3dvs-${randomBytes(5).toString("hex")}`, chunks, jobs: [] };
}

/** The name of an array: it tells which chunk its elements are, without any file. */
export const arrayName = ({ name }: ClusterRecord, chunks: number, offset: number): string =>
  `${name}.${chunks}.${offset}`;
export const mergeName = ({ name }: ClusterRecord): string => `${name}.merge`;

/** The jobs of a run among those that Slurm knows. */
export const jobsOf = ({ name }: ClusterRecord, jobs: readonly SlurmJob[]): SlurmJob[] =>
  jobs.filter((job) => job.name.startsWith(`${name}.`));

/** Which chunk of how many an element works on; undefined for other jobs. */
export function chunkOfJob({ id, name }: SlurmJob): { readonly index: number; readonly count: number } | undefined {
  const [, count, offset] = /\.(\d+)\.(\d+)$/.exec(name) ?? [];
  const [, element] = /_(\d+)$/.exec(id) ?? [];
  if (count === undefined || offset === undefined || element === undefined) return undefined;
  return { index: Number(offset) + Number(element), count: Number(count) };
}
