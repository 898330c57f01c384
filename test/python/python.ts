import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");
const venv = path.join(
  root,
  "out/bench/venv-python",
  process.platform === "win32" ? "Scripts/python.exe" : "bin/python",
);

/**
 * The first Python that has all of the packages: that of `npm run python`, or the machine's own; undefined where there
 * is none.
 */
export function pythonWith(packages: readonly string[]): string | undefined {
  const candidates = [existsSync(venv) ? venv : undefined, "python3"].filter((one) => one !== undefined);
  return candidates.find(
    (python) => spawnSync(python, ["-c", `import ${packages.join(", ")}`], { stdio: "ignore" }).status === 0,
  );
}

/** What a script prints. Throws with its words where it fails. */
export function runPython(python: string, script: string, cwd: string, env: Readonly<Record<string, string>>): string {
  return execFileSync(python, ["-c", script], {
    cwd,
    env: { ...process.env, ...env },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
}
