import { readFileSync } from "node:fs";
import path from "node:path";
import { globSync } from "tinyglobby";
import { defineConfig } from "vitest/config";

const root = path.resolve(import.meta.dirname, "..");
const include = ["test/**/*.test.ts"];
const exclude = ["**/node_modules/**", "test/workbench/**"];
/** Files that measure what their process grows by: threads of one process would measure each other. */
const measuring = globSync(include, { cwd: root, ignore: exclude }).filter((file) =>
  readFileSync(path.join(root, file), "utf8").includes("memoryUsage().rss"),
);

export default defineConfig({
  root,
  define: { __VERSION__: JSON.stringify("0.0.0-test") },
  resolve: { alias: [{ find: /^fast-check$/, replacement: path.join(root, "test/fastCheck.mjs") }] },
  test: {
    globalSetup: ["test/globalSetup.mjs"],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // Here, since projects have no number of threads of their own. One more than the cores of a small machine: some files
    // wait for a Slurm of their own most of their time.
    poolOptions: { threads: { maxThreads: 3 }, forks: { maxForks: 1 } },
    projects: [
      {
        extends: true,
        test: { name: "units", include, exclude: [...exclude, ...measuring], pool: "threads" },
      },
      {
        extends: true,
        test: { name: "memory", include: measuring, exclude, pool: "forks" },
      },
    ],
  },
});
