// The working copy of the bundled sample: runs and models stand in it, the sample itself is never written to.
import { cpSync, mkdirSync } from "node:fs";
import path from "node:path";
import { root } from "./install.mjs";

const original = path.join(root, "media/sample/oxides");

export const sample = path.join(root, "out/sample/oxides");

/** Copies what is missing; with `restore`, puts changed files back as well. Runs in its `.r3dvs` stay. */
export function copySample({ restore = false } = {}) {
  mkdirSync(path.dirname(sample), { recursive: true });
  cpSync(original, sample, { recursive: true, force: restore, filter: (file) => path.basename(file) !== ".r3dvs" });
  return sample;
}
