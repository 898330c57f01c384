import { parentPort } from "node:worker_threads";
import { DensityService } from "../jobs/surfaces/densityService.js";
import type { CrystalMethods } from "../protocol/crystalView.js";
import { RpcPeer } from "../protocol/rpc.js";

/** The thread of a `DensityThread`: keeps grids and answers the crystal and density view. */
const port = parentPort;
if (port === null) throw new Error("dist/densityThread.js runs as a worker thread only");

new RpcPeer<CrystalMethods, Record<string, never>>(
  {
    post: (message, transfer) => port.postMessage(message, [...(transfer ?? [])]),
    onMessage: (receive) => void port.on("message", receive),
  },
  new DensityService().handlers,
);
