/// <reference path="../kernels/webAssembly.d.ts" />
import { BytesService } from "../jobs/surfaces/bytesService.js";
import type { BrowserMethods, KernelBytes } from "../protocol/browserCalls.js";
import { type Handlers, RpcPeer } from "../protocol/rpc.js";

/** What a web worker's global scope has of its own. */
interface WorkerScope {
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  postMessage(message: unknown, transfer?: readonly ArrayBuffer[]): void;
}

/** The web worker of VS Code for the Web: answers the crystal and density view, from `start` on. */
const scope = globalThis as unknown as WorkerScope;

const handlers = {
  start: ({ kernels }: { readonly kernels: KernelBytes }) => {
    const service = new BytesService(compile(kernels));
    Object.assign(handlers, service.handlers, {
      putFile: ({ file, bytes }: Parameters<BrowserMethods["putFile"]>[0]) => service.put(file, bytes),
    });
  },
} as unknown as Handlers<BrowserMethods>;

function compile({ volumetric, surfaces, moyo, unpack }: KernelBytes): ConstructorParameters<typeof BytesService>[0] {
  const module = (bytes: Uint8Array) => new WebAssembly.Module(bytes.slice());
  return { volumetric: module(volumetric), surfaces: module(surfaces), moyo: module(moyo), unpack: module(unpack) };
}

new RpcPeer<BrowserMethods, Record<string, never>>(
  {
    post: (message, transfer) => scope.postMessage(message, transfer ?? []),
    onMessage: (receive) => {
      scope.onmessage = ({ data }) => receive(data);
    },
  },
  handlers,
);
