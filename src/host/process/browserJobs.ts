/// <reference path="./webWorker.d.ts" />
import * as vscode from "vscode";
import type { BrowserMethods, KernelBytes } from "../../protocol/browserCalls.js";
import { Cancellation, RpcPeer } from "../../protocol/rpc.js";
import { nameOfUri } from "../base/uriName.js";
import type { CrystalJobs, JobOptions } from "./crystalJobs.js";

type Peer = RpcPeer<Record<never, never>, BrowserMethods>;

/** Bytes: a file is handed over as a whole. */
const MAX_FILE = 64 << 20;
const KERNELS = ["volumetric", "surfaces", "moyo", "unpack"] as const;

/**
 * Stands in for the job process in VS Code for the Web: a web worker with the files that are open, each named by its
 * address.
 */
export class BrowserJobs implements CrystalJobs, vscode.Disposable {
  private running: Promise<Peer> | undefined;
  private worker: Worker | undefined;
  /** Time and size of what the worker has, by address. */
  private readonly held = new Map<string, string>();

  constructor(private readonly extension: vscode.Uri) {}

  async call<K extends keyof BrowserMethods>(
    method: K,
    params: Parameters<BrowserMethods[K]>[0],
    options: JobOptions = {},
  ): Promise<Awaited<ReturnType<BrowserMethods[K]>>> {
    const cancellation = new Cancellation();
    if (options.token?.isCancellationRequested) cancellation.cancel();
    options.token?.onCancellationRequested(() => cancellation.cancel());
    const peer = await this.start();
    if ("file" in params && method !== "closeDensity" && method !== "putFile") await this.hand(peer, params.file);
    const { onProgress } = options;
    const result = await peer.call(method, params as never, { cancellation, ...(onProgress && { onProgress }) });
    if (method === "closeDensity" && "file" in params) this.held.delete(params.file);
    return result as Awaited<ReturnType<BrowserMethods[K]>>;
  }

  dispose(): void {
    this.worker?.terminate();
    this.running = undefined;
  }

  /** Gives the worker a file as it is now, if it has not got it yet. */
  private async hand(peer: Peer, file: string): Promise<void> {
    const uri = vscode.Uri.parse(file);
    const { mtime, size } = await vscode.workspace.fs.stat(uri);
    if (size > MAX_FILE) {
      throw new Error(
        vscode.l10n.t(
          "{0} has {1} MB. VS Code for the Web reads files of up to {2} MB: open larger ones in VS Code on a computer.",
          nameOfUri(uri),
          Math.round(size / 2 ** 20),
          MAX_FILE / 2 ** 20,
        ),
      );
    }
    const stamp = `${mtime} ${size}`;
    if (this.held.get(file) === stamp) return;
    await peer.call("putFile", { file, bytes: await vscode.workspace.fs.readFile(uri) });
    this.held.set(file, stamp);
  }

  private start(): Promise<Peer> {
    if (this.running) return this.running;
    const running = this.startWorker();
    this.running = running;
    running.catch(() => {
      if (this.running === running) this.running = undefined;
    });
    return running;
  }

  /**
   * VS Code refuses to start a worker from the address of an extension on a server: its script is read, as its kernels
   * are.
   */
  private async startWorker(): Promise<Peer> {
    const script = URL.createObjectURL(new Blob([await this.read("browserWorker.js")], { type: "text/javascript" }));
    const worker = new Worker(script);
    this.worker = worker;
    const peer: Peer = new RpcPeer(
      {
        post: (message) => worker.postMessage(message),
        onMessage: (receive) => {
          worker.onmessage = ({ data }) => receive(data);
        },
      },
      {},
    );
    worker.onerror = ({ message }) => {
      peer.dispose(message ?? "the web worker was lost");
      this.running = undefined;
      this.held.clear();
    };
    const kernels = await Promise.all(
      KERNELS.map(async (name) => [name, await this.read("kernels", `${name}.wasm`)] as const),
    );
    await peer.call("start", { kernels: Object.fromEntries(kernels) as unknown as KernelBytes });
    return peer;
  }

  private async read(...names: readonly string[]): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await vscode.workspace.fs.readFile(vscode.Uri.joinPath(this.extension, "dist", ...names)));
  }
}
