const REFUSED = /Cannot allocate Wasm memory|WebAssembly\.Memory\(\): could not allocate|Out of memory: Wasm/i;

/**
 * An error's message, with what to do about it where the system refuses addresses to WebAssembly: engines reserve 8 to
 * 10 GB of them for each memory of a kernel, and use few, while clusters limit addresses (`ulimit -v`) where they mean
 * memory.
 */
export function withAddressAdvice(message: string): string {
  if (!REFUSED.test(message)) return message;
  return `${message}. The limit on address space (ulimit -v) is too small: each thread's kernels reserve 10 GB of addresses for each of their memories, without using them. Set "ulimit -v unlimited" and limit the memory instead, by the scheduler (--mem)`;
}
