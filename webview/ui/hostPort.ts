import type { Port } from "../../src/protocol/rpc.js";

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** The typed line to the extension host, and the state that outlives a hidden page. */
export interface HostPort<Out, In, State extends object> {
  post(message: Out): void;
  onMessage(receive: (message: In) => void): void;
  readState(): Partial<State>;
  writeState(state: State): void;
  /** The same line for an RPC. */
  readonly port: Port;
}

export function connectHost<Out, In, State extends object>(): HostPort<Out, In, State> {
  const api = acquireVsCodeApi();
  return {
    post: (message) => api.postMessage(message),
    onMessage: (receive) => window.addEventListener("message", (event: MessageEvent<In>) => receive(event.data)),
    readState: () => (api.getState() as Partial<State> | undefined) ?? {},
    writeState: (state) => api.setState(state),
    port: {
      post: (message) => api.postMessage(message),
      onMessage: (receive) => window.addEventListener("message", (event: MessageEvent<unknown>) => receive(event.data)),
    },
  };
}
