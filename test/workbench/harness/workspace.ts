import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { root } from "./paths.ts";

const sample = path.join(root, "media/sample/oxides");

/** A folder of a test's own, deleted at its end: tests never write beside the sources. */
export interface Workspace {
  readonly folder: string;
  /** The absolute path of a file in it. */
  path(...parts: string[]): string;
  /** Writes a file, with its folders. */
  write(file: string, content: string | Uint8Array): void;
  dispose(): void;
}

/** Makes an empty workspace, named as the window will show it. */
export function makeWorkspace(name = "oxides"): Workspace {
  const home = mkdtempSync(path.join(os.tmpdir(), "r3dvs-workspace-"));
  const folder = path.join(home, name);
  mkdirSync(folder);
  return {
    folder,
    path: (...parts) => path.join(folder, ...parts),
    write: (file, content) => {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), content);
    },
    dispose: () => rmSync(home, { recursive: true, force: true, maxRetries: 5 }),
  };
}

export interface SampleOptions {
  /** How many of the bundled sample's materials, from the first row of targets.csv on. */
  readonly count: number;
  /** The folder below the opened one that holds the dataset; absent: the opened one itself. */
  readonly below?: string;
}

/** Copies materials of the bundled sample with their rows of targets.csv. */
export function makeSampleWorkspace({ count, below }: SampleOptions): Workspace {
  const workspace = makeWorkspace(below === undefined ? "oxides" : "project");
  const [header = "", ...rows] = readFileSync(path.join(sample, "targets.csv"), "utf8").trim().split(/\r?\n/);
  const kept = rows.slice(0, count);
  for (const row of kept) {
    const id = row.split(",")[0] ?? "";
    cpSync(path.join(sample, id), workspace.path(below ?? "", id), { recursive: true });
  }
  workspace.write(path.join(below ?? "", "targets.csv"), `${[header, ...kept].join("\n")}\n`);
  return workspace;
}

/** The text of a sample material's CHGCAR. */
export const readSampleDensity = (id: string): string =>
  gunzipSync(readFileSync(path.join(sample, id, "CHGCAR.gz"))).toString("utf8");
