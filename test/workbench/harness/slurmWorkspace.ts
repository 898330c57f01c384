import { execFileSync, spawnSync } from "node:child_process";
import os from "node:os";
import path from "node:path";
import { root } from "./paths.ts";
import { makeSampleWorkspace, type Workspace } from "./workspace.ts";

/** A run that is prepared and not begun, as `study --prepare` or a stop in the editor leaves it. */
export const PREPARED_RUN = "oxides on the cluster";

/** The same study, finished here: what the cluster must come to. */
export const LOCAL_RUN = "oxides here";

/**
 * Sixteen sample materials, one run that waits for somebody to work on it, and one that is finished. 4 targets x 2
 * models x 3 repeats.
 */
export function makeSlurmWorkspace(): Workspace {
  const workspace = makeSampleWorkspace({ count: 16 });
  const study = (name: string, ...more: string[]) => {
    const run = workspace.path(".r3dvs/runs", name);
    const targets = [
      "--targets",
      "band_gap,E_hartree_per_atom,cohesive_energy_per_atom,E_ewald_per_atom",
      "--models",
      "composition,shells",
    ];
    const sizes = ["--train-sizes", "12", "--test-size", "4", "--repeats", "3", "--seed", "7"];
    const args = ["study", workspace.folder, "-o", run, ...targets, ...sizes, "--quiet", ...more];
    execFileSync(process.execPath, [path.join(root, "dist/cli.js"), ...args], {
      stdio: ["ignore", "ignore", "inherit"],
    });
  };
  study(LOCAL_RUN);
  study(PREPARED_RUN, "--prepare");
  return workspace;
}

/**
 * The prepared run, worked on as by an array element after three processes had died over one of its tasks: that one is
 * given up.
 */
export function makeFailedWorkspace(): Workspace {
  const workspace = makeSlurmWorkspace();
  const run = path.join(".r3dvs/runs", PREPARED_RUN);
  for (const pid of [4_100_001, 4_100_002, 4_100_003]) {
    const note = { pid, host: os.hostname(), restart: 0, time: new Date(0).toISOString(), checkpoint: "" };
    workspace.write(
      path.join(run, `checkpoints/band_gap/composition/12-1-0.attempt.local-0-died-${pid}.json`),
      JSON.stringify(note),
    );
  }
  const args = [path.join(root, "dist/cli.js"), "run", workspace.path(run), "--chunk", "1/1", "--quiet"];
  spawnSync(process.execPath, args, { stdio: "ignore", env: { ...process.env, SLURM_JOB_ID: "4711" } });
  return workspace;
}
