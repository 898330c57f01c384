import { parentPort } from "node:worker_threads";
import { readMaterial } from "../jobs/readMaterial.js";
import type { ThreadEvents, ThreadMethods } from "../jobs/threadMethods.js";
import { type CallContext, type Handlers, RpcPeer } from "../protocol/rpc.js";

const port = parentPort;
if (port === null) throw new Error("dist/thread.js runs as a worker thread only");

const handlers: Handlers<ThreadMethods> = {
  readMaterial: ({ entry, settings }, context) =>
    readMaterial(entry, settings, { signal: signalOf(context), onProgress: (fraction) => context.progress(fraction) }),
  share: () => {},
};

new RpcPeer<ThreadMethods, Record<string, never>, Record<string, never>, ThreadEvents>(
  {
    post: (message, transfer) => port.postMessage(message, [...(transfer ?? [])]),
    onMessage: (receive) => void port.on("message", receive),
  },
  handlers,
);

function signalOf(context: CallContext): AbortSignal {
  const controller = new AbortController();
  context.onCancel(() => controller.abort());
  return controller.signal;
}
