import { type ChildProcess, fork } from "node:child_process";
import * as vscode from "vscode";
import type { CrystalMethods } from "../../protocol/crystalView.js";
import { Cancellation, RpcPeer } from "../../protocol/rpc.js";
import type { WorkerMethods } from "../../protocol/workerMethods.js";
import type { JobOptions } from "./crystalJobs.js";

type AllMethods = WorkerMethods & CrystalMethods;
type Method = keyof AllMethods;
type Params<K extends Method> = Parameters<AllMethods[K]>[0];
type Result<K extends Method> = Awaited<ReturnType<AllMethods[K]>>;
type Peer = RpcPeer<Record<never, never>, AllMethods>;

/**
 * The process that reads and computes for the editor: forked at the first call, forked again by the next call after it
 * died.
 */
export class JobProcess implements vscode.Disposable {
  private readonly crashed = new vscode.EventEmitter<string>();
  private running: { readonly child: ChildProcess; readonly peer: Peer } | undefined;
  /** Fires with the reason when the process ends without being asked to. */
  readonly onDidCrash = this.crashed.event;

  constructor(
    private readonly script: string,
    private readonly threads: () => number,
    private readonly log: vscode.LogOutputChannel,
    private readonly environment: NodeJS.ProcessEnv = {},
  ) {}

  /** Runs one method; rejects with an `RpcError` (`cancelled` when the token was). */
  async call<K extends Method>(method: K, params: Params<K>, options: JobOptions = {}): Promise<Result<K>> {
    const cancellation = new Cancellation();
    if (options.token?.isCancellationRequested) cancellation.cancel();
    const subscription = options.token?.onCancellationRequested(() => cancellation.cancel());
    const started = Date.now();
    try {
      const { peer } = this.start();
      const onProgress = options.onProgress;
      const result = await peer.call(method, params, { cancellation, ...(onProgress ? { onProgress } : {}) });
      this.log.debug(`${method} took ${Date.now() - started} ms`);
      return result as Result<K>;
    } catch (error) {
      this.log.debug(`${method} failed after ${Date.now() - started} ms: ${String(error)}`);
      throw error;
    } finally {
      subscription?.dispose();
    }
  }

  /** Ends the process, rejecting what is pending, and forks a new one. */
  restart(): void {
    this.stop();
    this.start();
  }

  /** Ends the process; the next call forks a new one, with the settings of that time. */
  stop(): void {
    const running = this.running;
    this.running = undefined;
    running?.peer.dispose("stopped");
    running?.child.kill();
  }

  dispose(): void {
    this.stop();
    this.crashed.dispose();
  }

  private start() {
    if (this.running) return this.running;
    const threads = this.threads();
    const child = fork(this.script, threads > 0 ? ["--threads", String(threads)] : [], {
      execArgv: [],
      serialization: "advanced",
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      env: { ...process.env, ...this.environment, ELECTRON_RUN_AS_NODE: "1" },
    });
    this.log.info(`job process ${child.pid ?? "?"} started`);
    const peer: Peer = new RpcPeer(portOf(child), {});
    const running = { child, peer };
    this.running = running;
    child.stdout?.on("data", (data: Buffer) => this.log.info(data.toString().trimEnd()));
    child.stderr?.on("data", (data: Buffer) => this.log.error(data.toString().trimEnd()));
    child.on("error", (error) => this.end(running, error.message));
    child.on("exit", (code, signal) => this.end(running, signal ?? `exit code ${code}`));
    return running;
  }

  private end(ended: NonNullable<typeof this.running>, reason: string): void {
    ended.peer.dispose(reason);
    if (this.running !== ended) return;
    this.running = undefined;
    this.log.error(`job process ended: ${reason}`);
    this.crashed.fire(reason);
  }
}

function portOf(child: ChildProcess) {
  return {
    post: (message: unknown) => void (child.connected && child.send(message as object)),
    onMessage: (receive: (message: unknown) => void) => void child.on("message", receive),
  };
}
