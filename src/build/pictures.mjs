// `npm run pictures`: takes the README's pictures and every view in every theme from the real workbench, showing the
// study of `npm start`.
import path from "node:path";
import { ensureInstalled, ensureWorkbench } from "./install.mjs";
import { build, run } from "./processes.mjs";

await ensureInstalled();
const { node, folder } = await ensureWorkbench();
await build();
process.exitCode = await run(node, [path.join(folder, "pictures.ts")]);
