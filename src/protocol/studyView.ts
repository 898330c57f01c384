import type { ParityPoint, RunEvent, RunSummary } from "./runEvents.js";

/** Host to study view. */
export type ToStudyView =
  | { readonly type: "runOpened"; readonly run: RunSummary; readonly events: readonly RunEvent[]; readonly parity: readonly ParityPoint[] }
  | { readonly type: "eventsAppended"; readonly events: readonly RunEvent[]; readonly run: RunSummary }
  | { readonly type: "parityChanged"; readonly parity: readonly ParityPoint[] };

/** Study view to host. */
export type FromStudyView =
  | { readonly type: "ready" }
  | { readonly type: "stop" }
  | { readonly type: "resume" }
  | { readonly type: "openReport" }
  | { readonly type: "export"; readonly format: "svg" | "csv"; readonly name: string; readonly text: string };
