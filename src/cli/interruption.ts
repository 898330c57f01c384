import { Cancellation } from "../protocol/rpc.js";
import { EXIT } from "./exitCodes.js";

/** Thrown by the first Ctrl-C (or SIGTERM), so that work ends in order; the second ends the process at once. */
export function onInterruption(): Cancellation {
  const cancellation = new Cancellation();
  const receive = () => {
    if (cancellation.cancelled) process.exit(EXIT.interrupted);
    process.exitCode = EXIT.interrupted;
    cancellation.cancel();
  };
  process.on("SIGINT", receive);
  process.on("SIGTERM", receive);
  return cancellation;
}
