import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { networkInterfaces } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { startServer } from "../harness/server.ts";

/** Everything that gives files or a terminal: the page, a file of the machine, the socket of an extension host. */
const WAYS = ["/", "/?folder=/", "/vscode-remote-resource?path=%2Fetc%2Fpasswd"];

test("the served VS Code answers nobody without the secret of its address", async () => {
  const server = await startServer();
  try {
    const address = new URL(server.windowUrl({ folder: "/" }));
    assert.equal(address.hostname, "127.0.0.1");
    const secret = address.searchParams.get("tkn") ?? "";
    assert.match(secret, /^[0-9a-f]{64}$/);
    for (const way of WAYS) {
      for (const wrong of [undefined, "", secret.slice(1), "0".repeat(64)])
        assert.equal(await status(address, way, wrong), 403, `${way} with ${wrong}`);
    }
    assert.equal(await status(address, "/", secret), 302); // to the same page, with the secret in a cookie
    assert.equal(await status(address, "/vscode-remote-resource?path=%2Fetc%2Fpasswd", secret), 200);

    const { port } = address;
    assert.ok(!commandLines().includes(secret), "other users can read it in the list of processes");
    assert.equal(statSync(path.join(path.dirname(server.data), "token")).mode & 0o077, 0);
    for (const host of foreignAddresses())
      await assert.rejects(fetch(`http://${host}:${port}/version`), `${host} is served`);
  } finally {
    await server.stop();
  }
});

test("every server has a secret of its own", async () => {
  const [one, other] = [await startServer(), await startServer()];
  try {
    assert.notEqual(secretOf(one.windowUrl({})), secretOf(other.windowUrl({})));
  } finally {
    await Promise.all([one.stop(), other.stop()]);
  }
});

const secretOf = (url: string) => new URL(url).searchParams.get("tkn");

async function status(address: URL, way: string, secret: string | undefined): Promise<number> {
  const url = new URL(way, address);
  if (secret !== undefined) url.searchParams.set("tkn", secret);
  return (await fetch(url, { redirect: "manual" })).status;
}

/** What this machine listens on besides itself, and the other loopback. */
const foreignAddresses = () => [
  "[::1]",
  ...Object.values(networkInterfaces())
    .flat()
    .filter((one) => one && !one.internal && one.family === "IPv4")
    .map((one) => one?.address ?? ""),
];

/** Of all processes, as `ps` shows them to everybody. */
function commandLines(): string {
  const read = (pid: string): string => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8");
    } catch {
      return ""; // it has ended
    }
  };
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.map(read).join("\n");
}
