/**
 * What a thread can be asked to do: the name finds it, the types bind the caller and the thread that answers. Each
 * folder of jobs declares its own.
 */
export interface ThreadMethod<Params, Result> {
  readonly name: string;
  /** Never there: holds the types. */
  readonly types?: (params: Params) => Result;
}

/** What a thread tells whoever started it, as often as it likes. */
export interface ThreadEvent<Payload> {
  readonly name: string;
  /** Never there: holds the type. */
  readonly types?: (payload: Payload) => void;
}

/** Declares a method; the name must be its only one. */
export const threadMethod = <Params, Result>(name: string): ThreadMethod<Params, Result> => ({ name });

/** Declares an event; the name must be its only one. */
export const threadEvent = <Payload>(name: string): ThreadEvent<Payload> => ({ name });

/** What a thread is started with. */
export interface ThreadData {
  /** 1 asks for a stop at the next opportunity. */
  readonly stopFlag: Int32Array;
}
