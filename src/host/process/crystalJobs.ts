import type * as vscode from "vscode";
import type { CrystalMethods } from "../../protocol/crystalView.js";
import { RpcError } from "../../protocol/rpc.js";

export interface JobOptions {
  readonly token?: vscode.CancellationToken;
  readonly onProgress?: (fraction: number) => void;
}

/** Who answers the crystal and density view: the job process, or a web worker where no process can be started. */
export interface CrystalJobs {
  call<K extends keyof CrystalMethods>(
    method: K,
    params: Parameters<CrystalMethods[K]>[0],
    options?: JobOptions,
  ): Promise<Awaited<ReturnType<CrystalMethods[K]>>>;
}

/** Whether a call ended because its user asked for it or its window went away, which needs no message. */
export const wasCancelled = (error: unknown): boolean =>
  error instanceof RpcError && error.code !== "failed" && error.code !== "unknownMethod";
