import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, expect, test } from "vitest";
import { readMaterialMethod } from "../../../src/jobs/spectra/threadMethods.js";
import { threadMethod } from "../../../src/jobs/threads/threadMethod.js";
import { ThreadPool } from "../../../src/jobs/threads/threadPool.js";
import { Cancellation } from "../../../src/protocol/rpc.js";

const SAMPLE = fileURLToPath(new URL("../../../media/sample/oxides", import.meta.url));
const settings = { spacing: 0.4, component: "total" } as const;
const read = (pool: ThreadPool, id: string, cancellation = new Cancellation()) =>
  pool.run(readMaterialMethod, { entry: { id, file: path.join(SAMPLE, id, "CHGCAR.gz") }, settings }, { cancellation });
const folder = mkdtempSync(path.join(tmpdir(), "r3dvs-pool-"));
const pools: ThreadPool[] = [];
const newPool = (...args: ConstructorParameters<typeof ThreadPool>) => {
  const pool = new ThreadPool(...args);
  pools.push(pool);
  return pool;
};
afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.dispose())));
afterAll(() => rmSync(folder, { recursive: true }));

test("more calls than threads all get their own answer", async () => {
  const ids = ["mp-10064", "mp-1778", "mp-10197", "mp-11540", "mp-13161"];
  const pool = newPool(2);
  const answers = await Promise.all(ids.map((id) => read(pool, id)));
  expect(answers.map(({ value }) => value?.id)).toEqual(ids);
});

test("a call that waits can be cancelled, and so can all of them", async () => {
  const pool = newPool(1);
  const cancellation = new Cancellation();
  const first = read(pool, "mp-10064");
  const second = read(pool, "mp-1778", cancellation);
  cancellation.cancel();
  await expect(second).rejects.toMatchObject({ code: "cancelled" });
  expect((await first).value?.id).toBe("mp-10064");
  const running = read(pool, "mp-10064");
  const waiting = read(pool, "mp-1778");
  const end = Promise.allSettled([running, waiting]);
  pool.stop();
  expect((await end).map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
});

test("a thread that dies rejects its call with the reason, and the next call gets a new thread", async () => {
  const script = path.join(folder, "dying.cjs");
  writeFileSync(
    script,
    `const { parentPort, threadId } = require("node:worker_threads");
parentPort.on("message", (m) => {
  if (m.params.entry.id === "crash") throw new Error("out of memory");
  parentPort.postMessage({ rpc: "reply", id: m.id, ok: { problems: [], thread: threadId } });
});`,
  );
  const pool = newPool(1, script);
  await expect(read(pool, "crash")).rejects.toMatchObject({ message: "a computing thread was lost: out of memory" });
  expect(await read(pool, "fine")).toMatchObject({ problems: [] });
});

test("what is shared again takes the place of what was before, for threads that are there and for new ones", async () => {
  const script = path.join(folder, "sharing.cjs");
  writeFileSync(
    script,
    `const { parentPort } = require("node:worker_threads");
const got = [];
parentPort.on("message", (m) => {
  if (m.method === "keep") got.push(m.params);
  parentPort.postMessage({ rpc: "reply", id: m.id, ok: [...got] });
});`,
  );
  const keep = threadMethod<string, void>("keep");
  const list = threadMethod<null, readonly string[]>("list");
  const pool = newPool(2, script);
  pool.share(keep, "a1", { as: "a", atMost: 2 });
  pool.share(keep, "b1", { as: "b", atMost: 2 });
  expect(await pool.run(list, null)).toEqual(["a1", "b1"]);
  pool.share(keep, "a2", { as: "a", atMost: 2 });
  pool.share(keep, "c1", { as: "c", atMost: 2 });
  const lists = await Promise.all([pool.run(list, null), pool.run(list, null)]);
  expect(lists.sort((a, b) => a.length - b.length)).toEqual([
    ["a2", "c1"],
    ["a1", "b1", "a2", "c1"],
  ]);
  for (let i = 0; i < 100; i++) pool.share(keep, `d${i}`);
  expect(pool.sharedCount).toBe(1);
});

test("after dispose nothing starts any more", async () => {
  const pool = newPool(1);
  const pending = read(pool, "mp-10064");
  const refused = expect(pending).rejects.toMatchObject({ code: "disposed" });
  await pool.dispose();
  await refused;
  await expect(read(pool, "mp-10064")).rejects.toMatchObject({ code: "disposed" });
});
