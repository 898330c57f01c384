// Serves VS Code with the extension and a folder until Ctrl-C. `node serve.ts FOLDER PORT`; started by `npm run code`.
import { startServer } from "./harness/server.ts";

const [folder = ".", port = "8080"] = process.argv.slice(2);

const server = await startServer({ port: Number(port), gallery: true }).catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
console.log(
  `VS Code is at ${server.windowUrl({ folder })}\nThe address holds a secret: whoever has it has your files and a terminal. Ctrl-C stops the server.`,
);

let stopping = false;
const stop = async () => {
  if (stopping) return;
  stopping = true;
  console.log("\nStopping…");
  await server.stop();
  process.exit(0);
};
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
await server.ended;
if (!stopping) {
  console.error(`The server ended by itself:\n${server.log()}`);
  await server.stop();
  process.exit(1);
}
