/** What the host uses of a browser's workers; Node's types have none. */
declare class Worker {
  constructor(url: string);
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onerror: ((event: { readonly message?: string }) => void) | null;
  postMessage(message: unknown): void;
  terminate(): void;
}
