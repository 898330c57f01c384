import path from "node:path";
import { defineConfig } from "vitest/config";

const root = path.resolve(import.meta.dirname, "..");

export default defineConfig({
  root,
  define: { __VERSION__: JSON.stringify("0.0.0-test") },
  resolve: { alias: [{ find: /^fast-check$/, replacement: path.join(root, "test/fastCheck.mjs") }] },
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["**/node_modules/**", "test/workbench/**"],
    globalSetup: ["test/globalSetup.mjs"],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    pool: "threads",
    // one more than the cores of a small machine: some files wait for a Slurm of their own most of their time
    poolOptions: { threads: { maxThreads: 3 } },
  },
});
