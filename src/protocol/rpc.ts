/**
 * One small typed RPC for webviews and the job process: a map of methods, results `{ok}` or `{error}`, notifications both ways, cancellation.
 * `dispose` rejects everything pending, so that nothing hangs.
 */
export type Methods = Record<string, (params: never) => unknown>;
export type Events = Record<string, unknown>;

/** The channel under an RPC: fork IPC, a worker thread's port, or a webview's postMessage. */
export interface Port {
  post(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  /** Registers the one receiver. */
  onMessage(receive: (message: unknown) => void): void;
}
