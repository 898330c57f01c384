import { Worker } from "node:worker_threads";
import type { CrystalMethods } from "../../protocol/crystalView.js";
import { type CallContext, Cancellation, type Handlers, RpcPeer } from "../../protocol/rpc.js";
import { distFile } from "../files/distFile.js";

type Nothing = Record<string, never>;
type Peer = RpcPeer<Nothing, CrystalMethods>;

/** Every method: one that is not handed on would never be answered. */
const METHODS: Readonly<Record<keyof CrystalMethods, true>> = {
  openStructure: true,
  openFrames: true,
  sampleDensity: true,
  openDensity: true,
  openOther: true,
  fieldFacts: true,
  isosurface: true,
  inside: true,
  slice: true,
  profile: true,
  line: true,
  probe: true,
  sphere: true,
  integrals: true,
  symmetry: true,
  symmetryOfText: true,
  closeDensity: true,
};

/**
 * One thread that keeps grids for the crystal and density view and answers all of its calls, several at a time: while
 * it reads a file it goes on answering.
 * Started by the first call; when it dies its calls are rejected, and the next one starts another.
 */
export class DensityThread {
  #peer: Peer | undefined;

  constructor(private readonly script = distFile("densityThread.js")) {}

  /** Hands each method on. */
  readonly handlers = Object.fromEntries(
    (Object.keys(METHODS) as (keyof CrystalMethods)[]).map((method) => [
      method,
      (params: never, context: CallContext) => this.#call(method, params, context),
    ]),
  ) as unknown as Handlers<CrystalMethods>;

  #call(method: keyof CrystalMethods, params: never, context: CallContext): Promise<unknown> {
    const cancellation = new Cancellation();
    context.onCancel(() => cancellation.cancel());
    this.#peer ??= this.#start();
    return this.#peer.call(method, params, { cancellation, onProgress: (fraction) => context.progress(fraction) });
  }

  #start(): Peer {
    const worker = new Worker(this.script, { name: "r3dvs densities" });
    worker.unref();
    const peer: Peer = new RpcPeer(
      {
        post: (message, transfer) => worker.postMessage(message, [...(transfer ?? [])]),
        onMessage: (receive) => void worker.on("message", receive),
      },
      {},
    );
    const lose = (reason: string) => {
      if (this.#peer === peer) this.#peer = undefined;
      peer.dispose(`the thread of the densities was lost: ${reason}`);
    };
    worker.on("error", (error) => lose(error.message));
    worker.on("exit", () => lose("it ended"));
    return peer;
  }
}
