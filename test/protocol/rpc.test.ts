import { MessageChannel } from "node:worker_threads";
import { afterEach, expect, test } from "vitest";
import { Cancellation, type Handlers, type Port, RpcError, RpcPeer } from "../../src/protocol/rpc.js";

type Calculator = {
  add(params: { a: number; b: number }): number;
  fail(params: { message: string }): never;
  wait(params: { steps: number }): Promise<string>;
  total(params: { values: Float64Array }): number;
};
type Nothing = Record<string, never>;
type News = { tick: number };

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

test("a call returns the value of the other end's method, many at once each to its own caller", async () => {
  const { client } = connect();
  const sums = await Promise.all(Array.from({ length: 50 }, (_, i) => client.call("add", { a: i, b: 1 })));
  expect(sums).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
});

test("a method that throws rejects the call with its message", async () => {
  const { client } = connect();
  await expect(client.call("fail", { message: "no such lattice" })).rejects.toMatchObject({
    code: "failed",
    message: "no such lattice",
  });
});

test("a method nobody serves is refused, also one of Object's own", async () => {
  const { client } = connect();
  const anything = client as unknown as RpcPeer<Nothing, Record<string, (params: object) => void>>;
  for (const name of ["subtract", "toString", "constructor"]) {
    await expect(anything.call(name, {})).rejects.toMatchObject({ code: "unknownMethod" });
  }
});

test("progress arrives in order, before the result", async () => {
  const { client } = connect();
  const seen: number[] = [];
  const result = await client.call("wait", { steps: 4 }, { onProgress: (fraction) => seen.push(fraction) });
  expect([seen, result]).toEqual([[0.25, 0.5, 0.75, 1], "waited"]);
});

test("cancelling ends the one call it belongs to", async () => {
  const { client } = connect();
  const cancellation = new Cancellation();
  const cancelled = client.call("wait", { steps: 1e6 }, { cancellation, onProgress: () => cancellation.cancel() });
  const other = client.call("wait", { steps: 3 });
  await expect(cancelled).rejects.toMatchObject({ code: "cancelled" });
  await expect(other).resolves.toBe("waited");
  await expect(client.call("wait", { steps: 1 }, { cancellation })).rejects.toMatchObject({ code: "cancelled" });
});

test("dispose rejects what is pending and what comes later", async () => {
  const { client } = connect();
  const pending = client.call("wait", { steps: 1e6 });
  client.dispose("the job process ended");
  const gone = { code: "disposed", message: "the job process ended" };
  await expect(pending).rejects.toMatchObject(gone);
  await expect(client.call("add", { a: 1, b: 1 })).rejects.toMatchObject(gone);
});

test("disposing the serving end cancels what it serves", async () => {
  const { client, server, cancelled } = connect();
  void client.call("wait", { steps: 1e6 }, { onProgress: () => server.dispose() }).catch(() => {});
  await expect.poll(cancelled).toBe(true);
});

test("events reach every listener until it leaves", async () => {
  const { client, server } = connect();
  const heard: number[] = [];
  const leave = client.on("tick", (value) => heard.push(value));
  server.tell("tick", 1);
  await client.call("add", { a: 0, b: 0 });
  leave();
  server.tell("tick", 2);
  await client.call("add", { a: 0, b: 0 });
  expect(heard).toEqual([1]);
});

test("arrays are transferred, and one that cannot be sent fails its call only", async () => {
  const { client } = connect();
  const values = new Float64Array([1, 2, 3.5]);
  await expect(client.call("total", { values }, { transfer: [values.buffer] })).resolves.toBe(6.5);
  expect(values.length).toBe(0);
  const unsendable = { values: (() => 0) as unknown as Float64Array };
  await expect(client.call("total", unsendable)).rejects.toBeInstanceOf(RpcError);
  await expect(client.call("add", { a: 1, b: 2 })).resolves.toBe(3);
});

test("strange messages on the channel are ignored", async () => {
  const { client, raw } = connect();
  for (const message of [undefined, null, 7, "call", {}, { rpc: "reply", id: 99, ok: 1 }, { rpc: "cancel", id: 99 }])
    raw(message);
  await expect(client.call("add", { a: 2, b: 2 })).resolves.toBe(4);
});

function connect() {
  const channel = new MessageChannel();
  let cancelled = false;
  const handlers: Handlers<Calculator> = {
    add: ({ a, b }) => a + b,
    fail: ({ message }) => {
      throw new Error(message);
    },
    total: ({ values }) => values.reduce((sum, value) => sum + value, 0),
    wait: async ({ steps }, context) => {
      context.onCancel(() => {
        cancelled = true;
      });
      for (let step = 1; step <= steps; step++) {
        await new Promise(setImmediate);
        if (context.cancelled) throw new RpcError("cancelled", "cancelled");
        context.progress(step / steps);
      }
      return "waited";
    },
  };
  const server = new RpcPeer<Calculator, Nothing, News, News>(portOf(channel.port1), handlers);
  const client = new RpcPeer<Nothing, Calculator, News, News>(portOf(channel.port2), {});
  open.push(() => {
    client.dispose();
    server.dispose();
    channel.port1.close();
  });
  return { client, server, cancelled: () => cancelled, raw: (message: unknown) => channel.port1.postMessage(message) };
}

function portOf(port: MessageChannel["port1"]): Port {
  return {
    post: (message, transfer) => port.postMessage(message, [...(transfer ?? [])]),
    onMessage: (receive) => port.on("message", receive),
  };
}
