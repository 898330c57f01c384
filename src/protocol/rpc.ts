import { messageOf } from "../core/text/messageOf.js";
/**
 * One small typed RPC for webviews, worker threads and the job process: a map of methods, results `{ok}` or `{error}`,
 * events both ways, progress and cancellation by request id. `dispose` rejects everything pending, so that nothing
 * hangs.
 */
export type Methods = Record<string, (params: never) => unknown>;
export type Events = Record<string, unknown>;

/** The channel under an RPC: fork IPC, a worker thread's port, or a webview's postMessage. */
export interface Port {
  post(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  /** Registers the one receiver. */
  onMessage(receive: (message: unknown) => void): void;
}

/** What a running method sees of its caller. */
export interface CallContext {
  readonly cancelled: boolean;
  /** Calls back once, at once when already cancelled. */
  onCancel(listener: () => void): void;
  progress(fraction: number): void;
}

export interface CallOptions {
  readonly onProgress?: (fraction: number) => void;
  readonly cancellation?: Cancellation;
  readonly transfer?: readonly ArrayBuffer[];
}

type Params<M extends Methods, K extends keyof M> = Parameters<M[K]>[0];
type Result<M extends Methods, K extends keyof M> = Awaited<ReturnType<M[K]>>;

export type Handlers<M extends Methods> = {
  readonly [K in keyof M]: (params: Params<M, K>, context: CallContext) => Result<M, K> | Promise<Result<M, K>>;
};

export type RpcErrorCode = "failed" | "cancelled" | "disposed" | "unknownMethod";

/** Why a call did not return a value. */
export class RpcError extends Error {
  override readonly name = "RpcError";
  /** `origin`: the name of the error that the other end threw. */
  constructor(
    readonly code: RpcErrorCode,
    message: string,
    readonly origin = "",
  ) {
    super(message);
  }
}

/** A switch that is thrown once and tells everyone who asked. */
export class Cancellation {
  private readonly listeners = new Set<() => void>();
  private thrown = false;

  get cancelled(): boolean {
    return this.thrown;
  }

  cancel(): void {
    if (this.thrown) return;
    this.thrown = true;
    for (const listener of [...this.listeners]) listener();
    this.listeners.clear();
  }

  /** Returns a function that takes the listener back. */
  onCancel(listener: () => void): () => void {
    if (this.thrown) listener();
    else this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

type Message =
  | { readonly rpc: "call"; readonly id: number; readonly method: string; readonly params: unknown }
  | { readonly rpc: "cancel"; readonly id: number }
  | { readonly rpc: "progress"; readonly id: number; readonly fraction: number }
  | { readonly rpc: "reply"; readonly id: number; readonly ok: unknown }
  | { readonly rpc: "reply"; readonly id: number; readonly error: Failure }
  | { readonly rpc: "event"; readonly name: string; readonly payload: unknown };

interface Failure {
  readonly code: RpcErrorCode;
  readonly message: string;
  readonly origin?: string;
}

interface Pending {
  readonly resolve: (value: never) => void;
  readonly reject: (reason: RpcError) => void;
  readonly onProgress: ((fraction: number) => void) | undefined;
  readonly release: () => void;
}

/**
 * One end of a channel: serves `Served`, calls `Called`. Both ends may do both.
 * A handler that throws answers with its message; the other end sees an `RpcError`.
 */
export class RpcPeer<
  Served extends Methods,
  Called extends Methods,
  Heard extends Events = Events,
  Told extends Events = Events,
> {
  private readonly pending = new Map<number, Pending>();
  private readonly serving = new Map<number, Cancellation>();
  private readonly listeners = new Map<keyof Heard, Set<(payload: never) => void>>();
  private lastId = 0;
  private disposed: RpcError | undefined;

  constructor(
    private readonly port: Port,
    private readonly handlers: Handlers<Served>,
  ) {
    port.onMessage((message) => {
      if (isMessage(message) && !this.disposed) this.receive(message);
    });
  }

  /** Calls the other end; rejects with an `RpcError` when the method fails, is cancelled, or this end is disposed. */
  call<K extends keyof Called & string>(
    method: K,
    params: Params<Called, K>,
    options: CallOptions = {},
  ): Promise<Result<Called, K>> {
    if (this.disposed) return Promise.reject(this.disposed);
    if (options.cancellation?.cancelled) return Promise.reject(new RpcError("cancelled", "cancelled"));
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      const release = options.cancellation?.onCancel(() => this.post({ rpc: "cancel", id })) ?? (() => {});
      this.pending.set(id, { resolve, reject, onProgress: options.onProgress, release });
      try {
        this.post({ rpc: "call", id, method, params }, options.transfer);
      } catch (error) {
        this.settle(id)?.reject(new RpcError("failed", messageOf(error)));
      }
    });
  }

  tell<K extends keyof Told & string>(name: K, payload: Told[K], transfer?: readonly ArrayBuffer[]): void {
    if (!this.disposed) this.post({ rpc: "event", name, payload }, transfer);
  }

  /** Returns a function that takes the listener back. */
  on<K extends keyof Heard>(name: K, listener: (payload: Heard[K]) => void): () => void {
    const listeners = this.listeners.get(name) ?? new Set();
    listeners.add(listener);
    this.listeners.set(name, listeners);
    return () => listeners.delete(listener);
  }

  /** Rejects every pending call with `reason`, cancels what is being served; the channel itself stays the owner's. */
  dispose(reason = "the other end is gone"): void {
    if (this.disposed) return;
    this.disposed = new RpcError("disposed", reason);
    for (const id of [...this.pending.keys()]) this.settle(id)?.reject(this.disposed);
    for (const cancellation of this.serving.values()) cancellation.cancel();
    this.serving.clear();
    this.listeners.clear();
  }

  private post(message: Message, transfer?: readonly ArrayBuffer[]): void {
    if (!this.disposed) this.port.post(message, transfer);
  }

  private receive(message: Message): void {
    switch (message.rpc) {
      case "call":
        void this.serve(message.id, message.method, message.params);
        return;
      case "cancel":
        this.serving.get(message.id)?.cancel();
        return;
      case "progress":
        this.pending.get(message.id)?.onProgress?.(message.fraction);
        return;
      case "reply":
        this.finish(message);
        return;
      case "event":
        for (const listener of this.listeners.get(message.name) ?? []) listener(message.payload as never);
    }
  }

  private async serve(id: number, method: string, params: unknown): Promise<void> {
    const handler = Object.hasOwn(this.handlers, method) ? this.handlers[method] : undefined;
    if (!handler) {
      this.post({ rpc: "reply", id, error: { code: "unknownMethod", message: `no method ${method}` } });
      return;
    }
    const cancellation = new Cancellation();
    this.serving.set(id, cancellation);
    try {
      const ok: unknown = await handler(params as never, this.contextOf(id, cancellation));
      this.post({ rpc: "reply", id, ok });
    } catch (error) {
      const code = error instanceof RpcError ? error.code : cancellation.cancelled ? "cancelled" : "failed";
      this.post({ rpc: "reply", id, error: { code, message: messageOf(error), origin: originOf(error) } });
    } finally {
      this.serving.delete(id);
    }
  }

  private contextOf(id: number, cancellation: Cancellation): CallContext {
    return {
      get cancelled() {
        return cancellation.cancelled;
      },
      onCancel: (listener) => void cancellation.onCancel(listener),
      progress: (fraction) => this.post({ rpc: "progress", id, fraction }),
    };
  }

  private finish(message: Extract<Message, { rpc: "reply" }>): void {
    const pending = this.settle(message.id);
    if ("error" in message)
      pending?.reject(new RpcError(message.error.code, message.error.message, message.error.origin));
    else pending?.resolve(message.ok as never);
  }

  private settle(id: number): Pending | undefined {
    const pending = this.pending.get(id);
    this.pending.delete(id);
    pending?.release();
    return pending;
  }
}

const isMessage = (message: unknown): message is Message =>
  typeof message === "object" && message !== null && "rpc" in message;
const originOf = (error: unknown): string => (error instanceof Error ? error.name : "");
