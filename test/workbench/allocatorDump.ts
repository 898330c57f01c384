import { readFileSync } from "node:fs";
import type { CDPSession } from "playwright-core";

/** MB that Chromium's own counters give a renderer, by what allocated them. */
export interface RendererMemory {
  readonly arrayBuffers: number;
  /** Texts, among them those of scripts, and Blink's vectors. */
  readonly texts: number;
  readonly javascript: number;
  readonly malloc: number;
}

interface DumpEvent {
  readonly pid: number;
  readonly args?: { readonly dumps?: { readonly allocators?: Readonly<Record<string, Allocator>> } };
}

interface Allocator {
  readonly attrs?: { readonly size?: { readonly value?: string } };
}

const COUNTERS: Readonly<Record<keyof RendererMemory, string>> = {
  arrayBuffers: "partition_alloc/partitions/array_buffer",
  texts: "partition_alloc/partitions/buffer",
  javascript: "v8/main",
  malloc: "malloc/allocated_objects",
};

/** Asks for a dump of the whole browser (`session` is the browser's) and returns the largest renderer's: the window's. */
export async function dumpAllocators(session: CDPSession): Promise<RendererMemory> {
  const events: DumpEvent[] = [];
  const keep = ({ value }: { value: readonly object[] }) => events.push(...(value as readonly DumpEvent[]));
  session.on("Tracing.dataCollected", keep);
  await session.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: {
      includedCategories: ["disabled-by-default-memory-infra"],
      excludedCategories: ["*"],
      // an empty list, which the types take for a text: no dumps but the one asked for
      memoryDumpConfig: { triggers: [] as unknown as string },
    },
  });
  await session.send("Tracing.requestMemoryDump", { levelOfDetail: "detailed" });
  const complete = new Promise((resolve) => session.once("Tracing.tracingComplete", resolve));
  await session.send("Tracing.end");
  await complete;
  session.off("Tracing.dataCollected", keep);
  const processes = new Map<number, Map<string, Allocator>>();
  for (const { pid, args } of events)
    for (const [name, allocator] of Object.entries(args?.dumps?.allocators ?? {}))
      processes.set(pid, (processes.get(pid) ?? new Map()).set(name, allocator));
  const renderers = [...processes].filter(([pid]) => isRenderer(pid)).map(([, allocators]) => memoryOf(allocators));
  const [window] = renderers.sort((a, b) => b.javascript - a.javascript);
  if (window === undefined) throw new Error("The browser dumped the memory of no renderer.");
  return window;
}

function memoryOf(allocators: ReadonlyMap<string, Allocator>): RendererMemory {
  const megabytes = (name: string): number =>
    Number((Number.parseInt(allocators.get(name)?.attrs?.size?.value ?? "0", 16) / 2 ** 20).toFixed(1));
  const { arrayBuffers, texts, javascript, malloc } = COUNTERS;
  return {
    arrayBuffers: megabytes(arrayBuffers),
    texts: megabytes(texts),
    javascript: megabytes(javascript),
    malloc: megabytes(malloc),
  };
}

function isRenderer(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("--type=renderer");
  } catch {
    return false;
  }
}
