import type { ParityPoint, RunComparison, RunDetails, RunEvent, RunSummary } from "./runEvents.js";

/** Host to study view. */
export type ToStudyView =
  | {
      readonly type: "runOpened";
      readonly run: RunSummary;
      readonly events: readonly RunEvent[];
      readonly parity: readonly ParityPoint[];
      readonly details: RunDetails;
    }
  | { readonly type: "eventsAppended"; readonly events: readonly RunEvent[]; readonly run: RunSummary }
  | { readonly type: "parityChanged"; readonly parity: readonly ParityPoint[]; readonly details: RunDetails }
  /** Other runs of the same dataset, to compare with. */
  | { readonly type: "runsListed"; readonly runs: readonly OtherRun[] }
  | { readonly type: "compared"; readonly comparison?: RunComparison }
  /** The models of this run that predict from now on. */
  | { readonly type: "modelsInUse"; readonly models: readonly UsedModel[] };

export interface OtherRun {
  readonly folder: string;
  readonly name: string;
}

export interface UsedModel {
  readonly target: string;
  readonly model: string;
}

export type FigureFormat = "png" | "svg" | "csv";

/** Study view to host. */
export type FromStudyView =
  | { readonly type: "ready" }
  | { readonly type: "stop" }
  | { readonly type: "resume" }
  | { readonly type: "openReport" }
  | { readonly type: "openMaterial"; readonly id: string }
  /** With no folder the comparison ends. */
  | { readonly type: "compare"; readonly folder: string }
  | { readonly type: "useModels"; readonly models: readonly UsedModel[] }
  | { readonly type: "export"; readonly format: FigureFormat; readonly name: string; readonly bytes: Uint8Array };
