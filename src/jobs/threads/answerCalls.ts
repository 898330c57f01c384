import { type MessagePort, workerData } from "node:worker_threads";
import { type CallContext, RpcPeer } from "../../protocol/rpc.js";
import type { ThreadData, ThreadEvent, ThreadMethod } from "./threadMethod.js";

type Handler = (params: never, context: CallContext) => unknown;

/** A method and what answers it. */
export interface Answer {
  readonly name: string;
  readonly handler: Handler;
}

export function answer<Params, Result>(
  { name }: ThreadMethod<Params, Result>,
  handler: (params: Params, context: CallContext) => Result | Promise<Result>,
): Answer {
  return { name, handler };
}

/** The thread's end of a `ThreadPool`: answers its calls from now on. Throws where two answers have one name. */
export function answerCalls(port: MessagePort, answers: readonly Answer[]) {
  const handlers: Record<string, Handler> = {};
  for (const { name, handler } of answers) {
    if (Object.hasOwn(handlers, name)) throw new Error(`two thread methods are named ${name}`);
    handlers[name] = handler;
  }
  const peer = new RpcPeer(
    {
      post: (message: unknown, transfer?: readonly ArrayBuffer[]) => port.postMessage(message, [...(transfer ?? [])]),
      onMessage: (receive: (message: unknown) => void) => void port.on("message", receive),
    },
    handlers,
  );
  const { stopFlag } = workerData as ThreadData;
  return {
    tell: <Payload>(event: ThreadEvent<Payload>, payload: Payload) => peer.tell(event.name, payload),
    isStopping: () => Atomics.load(stopFlag, 0) !== 0,
  };
}
