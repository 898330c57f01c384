import { Cancellation } from "../protocol/rpc.js";
import { EXIT } from "./exitCodes.js";

/**
 * Thrown by the first Ctrl-C (or SIGTERM, or the terminal's closing), so that work ends in order; the second ends the
 * process at once.
 */
export function onInterruption(): Cancellation {
  const cancellation = new Cancellation();
  const receive = () => {
    if (cancellation.cancelled) process.exit(EXIT.interrupted);
    process.exitCode = EXIT.interrupted;
    cancellation.cancel();
  };
  process.on("SIGINT", receive);
  process.on("SIGTERM", receive);
  // what is printed from then on reaches nobody
  process.on("SIGHUP", () => {
    for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
    receive();
  });
  return cancellation;
}
