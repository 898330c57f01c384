import { statSync } from "node:fs";
import type { Command } from "commander";
import { distFile } from "../jobs/files/distFile.js";
import { UsageError } from "../jobs/files/usageError.js";

interface Options {
  readonly allowWrite?: boolean;
}

/** What the bundle dist/mcpServer.js offers; it is loaded only here. */
interface Bundle {
  readonly serveOnStdio: (options: {
    readonly folders: readonly string[];
    readonly mayWrite: boolean;
  }) => Promise<void>;
}

export function addMcpCommand(program: Command): void {
  program
    .command("mcp")
    .description(
      "serve the same work to agents over stdio, by the Model Context Protocol; reads only the given folders",
    )
    .argument("[folder...]", "folders that agents may read (default: those the client offers, or this folder)")
    .option("--allow-write", "let tools write new files into these folders, where asked for")
    .action(runMcp);
}

async function runMcp(folders: string[], options: Options): Promise<void> {
  const wrong = folders.find((folder) => !statSync(folder, { throwIfNoEntry: false })?.isDirectory());
  if (wrong !== undefined) throw new UsageError(`${wrong} is no folder`);
  const { serveOnStdio } = require(distFile("mcpServer.js")) as Bundle;
  await serveOnStdio({ folders, mayWrite: options.allowWrite === true });
  // a client that has gone leaves pipes behind
  process.exit();
}
