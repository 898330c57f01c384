// `npm run watch`: builds dist/, then rebuilds the bundles whenever a source changes. Changes to C kernels need `npm
// run build`.
// Prints `[watch] building` and `[watch] ready`, and each error as `file:line:column: error: message`, for
// .vscode/tasks.json.
import { ensureInstalled } from "./install.mjs";
import { copySample } from "./sample.mjs";

await ensureInstalled();
// F5 opens this copy of the sample.
copySample();
const { watch } = await import("./build.mjs");
await watch();
