import { execFileSync } from "node:child_process";
import path from "node:path";
import { root } from "./paths.ts";
import { makeSampleWorkspace, type Workspace } from "./workspace.ts";

/** A run that is prepared and not begun, as `study --prepare` or a stop in the editor leaves it. */
export const PREPARED_RUN = "oxides on the cluster";

/** The same study, finished here: what the cluster must come to. */
export const LOCAL_RUN = "oxides here";

/** Sixteen sample materials, one run that waits for somebody to work on it, and one that is finished. 4 targets x 2 models x 3 repeats. */
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
    execFileSync(process.execPath, [path.join(root, "dist/cli.js"), ...args], { stdio: ["ignore", "ignore", "inherit"] });
  };
  study(LOCAL_RUN);
  study(PREPARED_RUN, "--prepare");
  return workspace;
}
