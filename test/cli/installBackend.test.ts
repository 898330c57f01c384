import { existsSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { runCli, temporaryFolder } from "./harness.js";

const root = temporaryFolder();
// Neither npm nor tfjs-node is to be found.
const env = { R3DVS_TFJS_NODE: path.join(root, "tfjs-node"), PATH: root };

test("what cannot be installed is said in words, also as JSON, and leaves nothing behind", async () => {
  const reason = "tfjs-node cannot be installed: npm was not found; it comes with Node.js";
  const plain = await runCli(["doctor", "--install", "tfjs-node", "--quiet"], { env });
  expect([plain.code, plain.stdout, plain.stderr]).toEqual([1, "", `r3dvs: error: ${reason}\n`]);
  const { code, events } = await runCli(["doctor", "--install", "tfjs-node", "--json"], { env });
  expect([code, events]).toEqual([
    1,
    [
      {
        event: "finished",
        done: 0,
        failed: 1,
        file: env.R3DVS_TFJS_NODE,
        problems: [expect.objectContaining({ message: reason })],
      },
    ],
  ]);
  expect(existsSync(env.R3DVS_TFJS_NODE)).toBe(false);
});

test("other backends come with R3DVS and are not installed", async () => {
  const { code, stderr } = await runCli(["doctor", "--install", "wasm"], { env });
  expect([code, stderr]).toEqual([2, expect.stringContaining("tfjs-node")]);
});

test("asking for the backend where it is not installed says how it is", async () => {
  const { code, stderr } = await runCli(
    ["train", root, "-o", path.join(root, "model"), "--target", "x", "--backend", "tfjs-node"],
    {
      env,
    },
  );
  expect([code, stderr]).toEqual([
    2,
    "r3dvs: error: the backend tfjs-node is not available: tfjs-node is not installed; r3dvs doctor --install tfjs-node installs it\n",
  ]);
});
