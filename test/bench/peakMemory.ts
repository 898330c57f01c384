import { existsSync, readFileSync } from "node:fs";

/**
 * The most memory that this process has held, in MB. Linux counts what the parent held at the fork into `maxRSS`, but
 * not into this line.
 */
export function peakMemory(): number {
  const file = "/proc/self/status";
  const kilobytes = existsSync(file) ? /VmHWM:\s*(\d+)/.exec(readFileSync(file, "utf8"))?.[1] : undefined;
  return Number(kilobytes ?? process.resourceUsage().maxRSS) / 1024;
}
