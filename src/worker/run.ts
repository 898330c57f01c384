import { messageOf } from "../core/text/messageOf.js";
import { withAddressAdvice } from "../jobs/files/addressSpace.js";
import { UsageError } from "../jobs/files/usageError.js";
import { runStudy } from "../jobs/study/runStudy.js";
import { Cancellation } from "../protocol/rpc.js";

/**
 * One run in a process of its own: `node dist/run.js FOLDER`. All it says stands in the run's folder; exit codes as the
 * command line's.
 */
const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

const [folder] = process.argv.slice(2);
const cancellation = new Cancellation();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => cancellation.cancel());

work().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${withAddressAdvice(messageOf(error))}\n`);
    process.exitCode = error instanceof UsageError ? EXIT.usage : EXIT.failed;
  },
);

async function work(): Promise<number> {
  if (folder === undefined) throw new UsageError("the run's folder is needed");
  const { state, failed } = await runStudy(folder, { cancellation });
  if (state === "stopped") return EXIT.interrupted;
  return failed > 0 ? EXIT.failed : EXIT.done;
}
