import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { type CallOptions, RpcError, RpcPeer } from "../../protocol/rpc.js";
import { distFile } from "../files/distFile.js";
import type { ThreadEvent, ThreadMethod } from "./threadMethod.js";

type Nothing = Record<string, never>;
type AnyMethods = Record<string, (params: never) => unknown>;

interface Waiting {
  readonly start: (thread: Thread) => Promise<void>;
  readonly reject: (error: unknown) => void;
}

interface Thread {
  readonly worker: Worker;
  readonly peer: RpcPeer<Nothing, AnyMethods>;
  /** The number of what it was given last of what is shared. */
  shared: number;
}

/** What every thread is given before its next call. */
interface Shared {
  /** Counts what was shared before. */
  readonly number: number;
  readonly name: string;
  readonly as: string;
  readonly params: unknown;
}

export interface ShareOptions {
  /** What is shared again by the same method under the same name takes the place of what was before. */
  readonly as?: string;
  /** So many names are kept of one method, the last ones; one where left out. */
  readonly atMost?: number;
}

/**
 * Worker threads that stay warm between calls. Calls start in the order they were made, one a thread; what a call
 * returns depends on its parameters alone, so the number of threads decides nothing but the time. A thread that dies
 * rejects its call and is replaced.
 */
export class ThreadPool {
  private readonly idle: Thread[] = [];
  private readonly threads = new Set<Thread>();
  private readonly waiting: Waiting[] = [];
  private shared: readonly Shared[] = [];
  private shares = 0;
  private readonly listeners = new Map<string, Set<(payload: never) => void>>();
  private disposed = false;
  /** Seen by the threads while they compute: 1 asks them to stop at the next opportunity. */
  private readonly stopFlag = new Int32Array(new SharedArrayBuffer(4));

  /** `size` threads at most, started when first needed. */
  constructor(
    readonly size = availableParallelism(),
    private readonly script = distFile("thread.js"),
  ) {}

  run<Params, Result>(
    { name }: ThreadMethod<Params, Result>,
    params: Params,
    options: CallOptions = {},
  ): Promise<Result> {
    if (this.disposed) return Promise.reject(new RpcError("disposed", "the threads have ended"));
    return new Promise((resolve, reject) => {
      const start = async (thread: Thread) => {
        thread.worker.ref();
        try {
          await this.bringUpToDate(thread);
          resolve((await thread.peer.call(name, params as never, options)) as Result);
        } catch (error) {
          reject(error);
        } finally {
          thread.worker.unref();
        }
      };
      this.waiting.push({ start, reject });
      this.next();
    });
  }

  /** Gives every thread, also those started later, data that many calls need, until something takes its place. */
  share<Params>(
    { name }: ThreadMethod<Params, void>,
    params: Params,
    { as = "", atMost = 1 }: ShareOptions = {},
  ): void {
    const own = this.shared.filter((one) => one.name === name && one.as !== as);
    const dropped = new Set(own.slice(0, Math.max(0, own.length - atMost + 1)));
    const left = this.shared.filter((one) => !dropped.has(one) && !(one.name === name && one.as === as));
    this.shared = [...left, { number: ++this.shares, name, as, params }];
  }

  /** How much is shared now. */
  get sharedCount(): number {
    return this.shared.length;
  }

  get isStopped(): boolean {
    return this.disposed || Atomics.load(this.stopFlag, 0) === 1;
  }

  /** Asks what is running to stop at its next checkpoint; what waits is rejected. */
  stop(): void {
    Atomics.store(this.stopFlag, 0, 1);
    for (const { reject } of this.waiting.splice(0)) reject(new RpcError("cancelled", "stopped"));
  }

  /** Hears what any of the threads tells; returns a function that takes the listener back. */
  on<Payload>({ name }: ThreadEvent<Payload>, listener: (payload: Payload) => void): () => void {
    const known = this.listeners.get(name);
    const listeners = known ?? new Set();
    listeners.add(listener);
    this.listeners.set(name, listeners);
    if (!known) for (const thread of this.threads) this.listen(thread, name);
    return () => listeners.delete(listener);
  }

  /** Ends the threads; what is running or waiting is rejected. */
  async dispose(): Promise<void> {
    this.disposed = true;
    for (const { reject } of this.waiting.splice(0)) reject(new RpcError("disposed", "the threads have ended"));
    const ending = [...this.threads];
    this.threads.clear();
    for (const { worker, peer } of ending) {
      peer.dispose("the threads have ended");
      worker.ref(); // Or the process would end before this is through.
    }
    if (ending.length > 0) await settle();
    await Promise.all(ending.map(({ worker }) => worker.terminate()));
  }

  private next(): void {
    if (this.waiting.length === 0) return;
    const thread = this.idle.pop() ?? (this.threads.size < this.size ? this.spawn() : undefined);
    if (thread === undefined) return;
    const { start } = this.waiting.shift() as Waiting;
    void start(thread).then(() => {
      if (this.threads.has(thread)) this.idle.push(thread);
      this.next();
    });
    this.next();
  }

  private async bringUpToDate(thread: Thread): Promise<void> {
    for (const { number, name, params } of this.shared) {
      if (number <= thread.shared) continue;
      await thread.peer.call(name, params as never);
      thread.shared = number;
    }
  }

  private spawn(): Thread {
    const worker = new Worker(this.script, { workerData: { stopFlag: this.stopFlag }, name: "r3dvs" });
    const port = {
      post: (message: unknown, transfer?: readonly ArrayBuffer[]) => worker.postMessage(message, [...(transfer ?? [])]),
      onMessage: (receive: (message: unknown) => void) => void worker.on("message", receive),
    };
    const thread: Thread = { worker, peer: new RpcPeer<Nothing, AnyMethods>(port, {}), shared: 0 };
    for (const name of this.listeners.keys()) this.listen(thread, name);
    this.threads.add(thread);
    worker.on("error", (error) => this.lose(thread, error.message));
    worker.on("exit", () => this.lose(thread, "it ended"));
    return thread;
  }

  private listen(thread: Thread, name: string): void {
    thread.peer.on(name, (payload) => {
      for (const listener of this.listeners.get(name) ?? []) listener(payload as never);
    });
  }

  private lose(thread: Thread, reason: string): void {
    if (!this.threads.delete(thread)) return;
    const place = this.idle.indexOf(thread);
    if (place >= 0) this.idle.splice(place, 1);
    thread.peer.dispose(`a computing thread was lost: ${reason}`);
  }
}

const SETTLE_MS = 150;
const SETTLED_SINCE = 22;

/**
 * Before Node 22 a thread that ends while V8 still optimises its code in the background can abort the whole process
 * (assertion in `NodePlatform::ForIsolate`): what was just computed gets the time to be optimised to its end.
 */
async function settle(): Promise<void> {
  if (Number.parseInt(process.versions.node, 10) < SETTLED_SINCE)
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
}
