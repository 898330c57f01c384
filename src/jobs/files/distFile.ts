import { existsSync } from "node:fs";
import path from "node:path";

/**
 * The path of something that the build makes, by its path below dist/: beside the bundle that runs, or in the
 * checkout's dist/ where the sources run as they are. Does not say whether it is there.
 */
export function distFile(name: string): string {
  const beside = path.join(__dirname, name);
  return existsSync(beside) ? beside : path.resolve(__dirname, "../../../dist", name);
}
