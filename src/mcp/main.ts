import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { McpServer, type ServerOptions } from "./mcpServer.js";

/** The bundle dist/mcpServer.js: answers on stdout what a client asks on stdin, until that ends. */
export async function serveOnStdio(options: ServerOptions): Promise<void> {
  const server = new McpServer(options);
  const ended = new Promise<void>((resolve) => {
    for (const event of ["end", "close", "error"]) process.stdin.once(event, () => resolve());
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => resolve());
    // what is answered from then on reaches nobody
    process.stdout.on("error", () => resolve());
  });
  await server.connect(new StdioServerTransport());
  await ended;
  await server.dispose();
}
