import { existsSync, rmSync } from "node:fs";
import type { RunManifest } from "../../protocol/runFiles.js";
import { copyToNode, nodeFolder } from "../cluster/nodeCopy.js";
import { runFile } from "../runs/runFolder.js";
import { readKeptInputs } from "./keptInputs.js";

type KeptInputs = ReturnType<typeof readKeptInputs>;

/** What a damaged copy is replaced by, once. */
const TRIES = 2;

/**
 * The materials that a run keeps, read from the disk of the node where the scheduler's job has one (see `nodeFolder`),
 * else from the run's folder. A copy passes by the check sum that `run.json` names, whoever made it. `onRefused` is
 * told when the node's disk takes no copy, and why. `release` ends the use.
 */
export function readNodeInputs(
  run: string,
  manifest: RunManifest,
  isJob: boolean,
  onRefused: (folder: string, reason: string) => void,
): KeptInputs & { readonly release: () => void } {
  const source = runFile(run, "inputs");
  const place = isJob && manifest.inputs !== undefined && existsSync(source) ? nodeFolder(source) : undefined;
  for (let tries = 0; place !== undefined && tries < TRIES; tries++) {
    const name = `${manifest.inputs?.slice(0, 24)}.bin`;
    const copy = copyToNode(source, name, place, (reason) => onRefused(place.folder, reason));
    if (copy === undefined) break;
    const kept = readKeptInputs(run, manifest, copy.file);
    if (kept.value !== undefined) return { ...kept, release: copy.release };
    rmSync(copy.file, { force: true });
  }
  return { ...readKeptInputs(run, manifest), release: () => {} };
}
