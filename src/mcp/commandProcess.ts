import { spawn } from "node:child_process";
import { distFile } from "../jobs/files/distFile.js";

/**
 * What a command printed. `code`: its exit code; 0 all done, 1 some inputs failed, 2 asked for something that cannot be
 * done.
 */
export interface CommandOutcome {
  readonly code: number;
  readonly events: readonly Record<string, unknown>[];
  /** The end of what it said on stderr. */
  readonly words: string;
}

export interface CommandWatch {
  readonly signal: AbortSignal;
  readonly onEvent?: (event: Record<string, unknown>) => void;
}

/** Bytes on stdout; no answer for an agent is as long. */
const MAX_OUTPUT = 64 << 20;
const MAX_WORDS = 4000;
/** Processes at once; each has threads of its own. */
const MAX_RUNNING = 2;
/** ms between asking a process to end and ending it. */
const PATIENCE = 5000;

/**
 * Runs commands of the command line, each as a process of its own, at most two at a time: a file that breaks one takes
 * no other with it, and stopping one stops all of its threads.
 */
export class CommandProcesses {
  private readonly waiting: (() => void)[] = [];
  private readonly ending = new AbortController();
  private running = 0;

  /** Throws the signal's reason where it was aborted. */
  async run(args: readonly string[], watch: CommandWatch): Promise<CommandOutcome> {
    const signal = AbortSignal.any([watch.signal, this.ending.signal]);
    await this.turn(signal);
    try {
      signal.throwIfAborted();
      return await runProcess(args, { ...watch, signal });
    } finally {
      this.running--;
      this.waiting.shift()?.();
    }
  }

  /** Ends all that runs. */
  dispose(): void {
    this.ending.abort();
  }

  private async turn(signal: AbortSignal): Promise<void> {
    while (this.running >= MAX_RUNNING && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.waiting.push(resolve);
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
    }
    this.running++;
  }
}

function runProcess(args: readonly string[], { signal, onEvent }: CommandWatch): Promise<CommandOutcome> {
  // an editor's program is a Node only where it is told to be
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: "1" };
  const child = spawn(process.execPath, [distFile("cli.js"), ...args], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
    windowsHide: true,
  });
  const lines = new EventLines(onEvent);
  let words = "";
  let timer: NodeJS.Timeout | undefined;
  const stop = () => {
    child.kill("SIGTERM");
    timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE);
  };
  signal.addEventListener("abort", stop, { once: true });
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    lines.add(text);
    if (lines.size > MAX_OUTPUT) child.kill("SIGKILL");
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    words = (words + text).slice(-MAX_WORDS);
  });
  return new Promise<CommandOutcome>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, ended) => {
      signal.removeEventListener("abort", stop);
      clearTimeout(timer);
      if (signal.aborted) reject(signal.reason);
      else if (lines.size > MAX_OUTPUT) reject(new Error("the answer is too long; ask for fewer files"));
      else if (code === null) reject(new Error(`the command ended unexpectedly (${ended})`));
      else resolve({ code, events: lines.events, words });
    });
  });
}

/** JSON Lines as they come. */
class EventLines {
  readonly events: Record<string, unknown>[] = [];
  size = 0;
  private rest = "";

  constructor(private readonly onEvent: CommandWatch["onEvent"]) {}

  add(text: string): void {
    this.size += text.length;
    const lines = (this.rest + text).split("\n");
    this.rest = lines.pop() ?? "";
    for (const line of lines) {
      const event = parseObject(line);
      if (event === undefined) continue;
      this.events.push(event);
      this.onEvent?.(event);
    }
  }
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
