import type { CreateNetworkEngine } from "../../core/learning/networks/networkEngine.js";
import type { BackendName } from "../../core/settings/studyOptions.js";
import type { Problem } from "../../core/text/problem.js";
import type { EngineFacts } from "../../protocol/runFiles.js";

/** One way of computing networks. */
export interface NetworkBackend {
  readonly name: BackendName;
  /**
   * Whether it can be used here: it is there and has passed its self-check. `instructionSet`: this one alone, not the
   * best.
   */
  available(instructionSet?: string): Availability;
  /** The same with the self-check done now, whatever is known of an earlier one. */
  retest?(): Availability;
  /** In the calling thread, for an engine that is available. */
  create(engine: EngineFacts): CreateNetworkEngine;
}

export type Availability =
  | {
      readonly ok: true;
      readonly engine: EngineFacts;
      /** Of the self-check; 0 where an earlier one counts. */
      readonly seconds: number;
      /** Warnings: what would have been better and does not work. */
      readonly problems: readonly Problem[];
    }
  | {
      readonly ok: false /** Whether something is there that should work. */;
      readonly broken: boolean;
      readonly reason: Problem;
    };
