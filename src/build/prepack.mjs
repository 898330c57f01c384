// Runs before `npm pack` and `npm publish`: bundles for people in dist/, minified and without source maps, and the
// licences of what they contain.
// `npm run build` brings back those for developers.
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ensureInstalled, root } from "./install.mjs";
import { noticesOf } from "./packageNotices.mjs";
import { runNode } from "./processes.mjs";

await ensureInstalled();
const dist = path.join(root, "dist");
if ((await runNode(["src/build/build.mjs", "--production"], { stdio: ["ignore", "ignore", "inherit"] })) !== 0)
  process.exit(1);
for (const name of readdirSync(dist)) if (name.endsWith(".map")) rmSync(path.join(dist, name));
writeFileSync(
  path.join(root, "THIRD-PARTY.txt"),
  noticesOf(JSON.parse(readFileSync(path.join(dist, "inputs.json"), "utf8")), root),
);
rmSync(path.join(dist, "inputs.json"));
