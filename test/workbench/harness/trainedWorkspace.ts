import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { root } from "./paths.ts";
import { makeSampleWorkspace, type Workspace } from "./workspace.ts";

/** The run that `makeTrainedWorkspace` leaves, as the trees name it. */
export const TRAINED_RUN = "first study";

/**
 * Sixteen sample materials with a finished study of the band gap by composition, made by the real command line in about
 * a second.
 */
export function makeTrainedWorkspace(): Workspace {
  const workspace = makeSampleWorkspace({ count: 16 });
  const run = workspace.path(".r3dvs/runs", TRAINED_RUN);
  const sizes = ["--train-sizes", "6,12", "--test-size", "4", "--repeats", "2"];
  const args = [
    "study",
    workspace.folder,
    "-o",
    run,
    "--targets",
    "band_gap",
    "--models",
    "composition,shells",
    ...sizes,
    "--quiet",
  ];
  execFileSync(process.execPath, [path.join(root, "dist/cli.js"), ...args], { stdio: ["ignore", "ignore", "inherit"] });
  return workspace;
}

/** The second run of `makeComparedWorkspace`. */
export const COMPARED_RUN = "second study";

/**
 * Forty sample materials with two finished studies on the same splits; the first one states uncertainties. Made in
 * about five seconds.
 */
export function makeComparedWorkspace(): Workspace {
  const workspace = makeSampleWorkspace({ count: 40 });
  studyWorkspace(workspace, TRAINED_RUN, [
    "--targets",
    "band_gap,E_hartree_per_atom",
    "--models",
    "composition,shells,density",
  ]);
  studyWorkspace(workspace, COMPARED_RUN, ["--targets", "band_gap", "--models", "composition,cm"]);
  return workspace;
}

function studyWorkspace(workspace: Workspace, name: string, options: readonly string[]): void {
  const run = workspace.path(".r3dvs/runs", name);
  const args = ["study", workspace.folder, "-o", run, ...options, "--repeats", "3", "--quiet"];
  execFileSync(process.execPath, [path.join(root, "dist/cli.js"), ...args], { stdio: ["ignore", "ignore", "inherit"] });
}

/** Writes the POSCAR that a material's density begins with beside it: VASP writes both with the same lines. */
export function addStructure(workspace: Workspace, id: string, density: string): void {
  const structure = density.slice(0, density.search(/\n\s*\n/) + 1);
  workspace.write(path.join(id, "POSCAR"), structure);
}

/**
 * A dataset with a run that has read 5 of its 16 materials and has no result yet, as its files are in its first
 * seconds.
 */
export function makeStartedWorkspace(): Workspace {
  const workspace = makeTrainedWorkspace();
  const run = path.join(".r3dvs/runs", TRAINED_RUN);
  const { settings: _, materials: __, ...manifest } = JSON.parse(readFileSync(workspace.path(run, "run.json"), "utf8"));
  const events = readFileSync(workspace.path(run, "events.jsonl"), "utf8").split("\n");
  const end = events.findIndex(
    (_line, i) => events.slice(0, i).filter((line) => line.includes('"encoded"')).length === 5,
  );
  rmSync(workspace.path(run), { recursive: true });
  const progress = { done: 0, failed: 0, total: 0 };
  workspace.write(
    path.join(run, "run.json"),
    JSON.stringify({ ...manifest, state: "queued", targets: [], materials: [], progress }),
  );
  workspace.write(path.join(run, "events.jsonl"), `${events.slice(0, end).join("\n")}\n`);
  return workspace;
}
