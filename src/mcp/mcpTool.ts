import * as z from "zod";
import { UsageError } from "../jobs/files/usageError.js";
import type { AllowedFolders } from "./allowedFolders.js";
import type { CommandOutcome } from "./commandProcess.js";

/** What a tool may use. */
export interface ToolContext {
  readonly folders: AllowedFolders;
  readonly signal: AbortSignal;
  /** Whether the server was started with `--allow-write`. */
  readonly mayWrite: boolean;
  /**
   * One command of the command line, without `--json`, which is added. `steps`: how many events of it make the whole.
   */
  readonly run: (args: readonly string[], steps?: { readonly total: number }) => Promise<CommandOutcome>;
}

/** A tool as an agent sees it. */
export interface McpTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly schema: z.ZodType;
  /** Whether it can write, where the server may. */
  readonly writes: boolean;
  /** Throws `UsageError` for input that cannot be used, in words for the agent. */
  readonly call: (input: unknown, context: ToolContext) => Promise<object>;
}

/** A tool whose input is checked before it is called; names that the schema lacks are refused. */
export function mcpTool<Shape extends z.ZodRawShape>(tool: {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: Shape;
  readonly writes?: boolean;
  readonly call: (input: z.output<z.ZodObject<Shape>>, context: ToolContext) => Promise<object>;
}): McpTool {
  const { input, writes = false, call, ...facts } = tool;
  const schema = z.strictObject(input);
  return { ...facts, writes, schema, call: (given, context) => call(checked(schema, given), context) };
}

function checked<T extends z.ZodType>(schema: T, given: unknown): z.output<T> {
  const { data, error } = schema.safeParse(given ?? {});
  if (error === undefined) return data as z.output<T>;
  const [first] = error.issues;
  throw new UsageError(`${first?.path.join(".") || "arguments"}: ${first?.message ?? "not understood"}`);
}

/** An existing path. */
export const aPath = z.string().min(1).max(4096);

/** Some existing paths. */
export const somePaths = (most: number, words: string) => z.array(aPath).min(1).max(most).describe(words);

/** Every path, in order; the first that is refused throws. */
export async function resolveAll(paths: readonly string[], { folders }: ToolContext): Promise<string[]> {
  const places: string[] = [];
  for (const given of paths) places.push(await folders.resolve(given));
  return places;
}

/** Where a tool writes; undefined where nothing is to be kept. Throws `UsageError` where the server may not write. */
export async function outputPlace(
  given: string | undefined,
  { folders, mayWrite }: ToolContext,
  ending?: string,
): Promise<string | undefined> {
  if (given === undefined) return undefined;
  if (!mayWrite) throw new UsageError("this server only reads: leave output out, or start it with --allow-write");
  if (ending !== undefined && !given.endsWith(ending)) throw new UsageError(`output: it must end in ${ending}`);
  return folders.resolveNew(given);
}

/**
 * The events of a command that did its work; throws in the command's own words where it was asked for something
 * impossible, or broke.
 */
export function eventsOf({ code, events, words }: CommandOutcome): readonly Record<string, unknown>[] {
  const failed = code === 2 || (code !== 0 && events.length === 0);
  if (failed)
    throw new UsageError(words.trim().replace(/^r3dvs: error: /, "") || `the command ended with exit code ${code}`);
  return events;
}

/** Some of many, and how many were left out. */
export function firstOf<T, Name extends string>(name: Name, all: readonly T[], most: number): object {
  const rest = all.length - most;
  return { [name]: all.slice(0, most), ...(rest > 0 && { [`${name}LeftOut`]: rest }) };
}
