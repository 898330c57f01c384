import path from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { getDefaultEnvironment, StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { type Implementation, ListRootsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { afterAll } from "vitest";

const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const WHO: Implementation = { name: "test", version: "1" };

export interface Connection {
  readonly client: Client;
  readonly pid: () => number;
  /** A tool's object; throws its words where it failed. */
  readonly ask: (name: string, args: Record<string, unknown>) => Promise<Record<string, unknown>>;
  /** The words of a tool that must fail. */
  readonly refusal: (name: string, args: Record<string, unknown>) => Promise<string>;
}

/** Starts the real server with the SDK's own client; both are gone after the file's tests. */
export async function connect(
  args: readonly string[],
  {
    roots,
    cwd,
    env,
  }: { readonly roots?: readonly string[]; readonly cwd?: string; readonly env?: Record<string, string> } = {},
): Promise<Connection> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [CLI, "mcp", ...args],
    stderr: "inherit",
    ...(cwd !== undefined && { cwd }),
    ...(env && { env: { ...getDefaultEnvironment(), ...env } }),
  });
  const client = new Client(WHO, { capabilities: roots === undefined ? {} : { roots: { listChanged: true } } });
  if (roots !== undefined)
    client.setRequestHandler(ListRootsRequestSchema, () => ({ roots: roots.map((root) => ({ uri: uriOf(root) })) }));
  await client.connect(transport);
  afterAll(() => client.close());
  const call = async (name: string, given: Record<string, unknown>) => {
    const { content, isError, structuredContent } = await client.callTool({ name, arguments: given }, undefined, {
      timeout: 120_000,
    });
    const [part] = content as { type: string; text: string }[];
    return { isError: isError === true, text: part?.text ?? "", structuredContent };
  };
  const ask = async (name: string, given: Record<string, unknown>) => {
    const { isError, text, structuredContent } = await call(name, given);
    if (isError) throw new Error(text);
    if (JSON.stringify(structuredContent) !== text) throw new Error("text and object differ");
    return JSON.parse(text) as Record<string, unknown>;
  };
  const refusal = async (name: string, given: Record<string, unknown>) => {
    const { isError, text } = await call(name, given);
    if (!isError) throw new Error(`not refused: ${text.slice(0, 300)}`);
    return text;
  };
  return { client, pid: () => transport.pid ?? 0, ask, refusal };
}

const uriOf = (place: string) => (/^\w+:/.test(place) ? place : `file://${path.resolve(place)}`);
