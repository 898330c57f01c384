// A worker thread that reads halves of blocks: `jobs/blockThreads` starts it and keeps it warm.
import { parentPort } from "node:worker_threads";
import { type BlockPartRequest, readBlockPart } from "../jobs/densities/blockHalf.js";

const port = parentPort;
if (port === null) throw new Error("dist/blockPart.js runs as a worker thread only");
port.on("message", (request: BlockPartRequest) => {
  const outcome = readBlockPart(request);
  port.postMessage(outcome, [outcome.result.sums.buffer]);
});
