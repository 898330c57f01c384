import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import type { RunEvent } from "../../protocol/runEvents.js";
import { RUN_FILES } from "../../protocol/runFiles.js";
import { EventTail } from "./eventTail.js";

/** Hundreds of workers on shared storage are not asked for every half second. */
const FEW = 32;
const MANY_MS = 10_000;

interface WorkerLog {
  readonly tail: EventTail;
  size: number;
}

/**
 * Follows all logs of a run: its owner's, and one of everybody else who works on it, also those that come while it
 * looks.
 */
export class RunTail {
  private readonly own: EventTail;
  private readonly workers: string;
  private readonly logs = new Map<string, WorkerLog>();
  private looked = Number.NEGATIVE_INFINITY;

  constructor(folder: string) {
    this.own = new EventTail(path.join(folder, RUN_FILES.events));
    this.workers = path.join(folder, RUN_FILES.workers);
  }

  /**
   * The events written since the last call, at most about 256 kB of each log: call again until none comes. In the order
   * of each log, and of time among logs.
   */
  async readNew(): Promise<readonly RunEvent[]> {
    const events = [...(await this.own.readNew())];
    const others = await this.readWorkers();
    if (others.length === 0) return events;
    return [...events, ...others].sort((a, b) => Date.parse(a.time) - Date.parse(b.time));
  }

  private async readWorkers(): Promise<readonly RunEvent[]> {
    if (this.logs.size > FEW && performance.now() - this.looked < MANY_MS) return [];
    const names = await readdir(this.workers).catch(() => []);
    const events: RunEvent[] = [];
    for (const name of names.filter((one) => one.endsWith(".jsonl")).sort()) events.push(...(await this.readLog(name)));
    // as long as there is more it is read on
    if (events.length === 0) this.looked = performance.now();
    return events;
  }

  private async readLog(name: string): Promise<readonly RunEvent[]> {
    const file = path.join(this.workers, name);
    const log = this.logs.get(name) ?? { tail: new EventTail(file), size: 0 };
    this.logs.set(name, log);
    const { size } = await stat(file).catch(() => ({ size: log.size }));
    if (size === log.size) return [];
    const events = await log.tail.readNew();
    // a part that was read leaves a size that is asked about again
    if (events.length === 0) log.size = size;
    return events;
  }
}
