// Installing tfjs-node with the real npm, from a registry on this machine that holds small packages of its name.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type InstallOptions, installPackage } from "../../../src/jobs/engines/installPackage.js";
import { findPackage } from "../../../src/jobs/engines/packageBackend.js";
import { TFJS_NODE } from "../../../src/jobs/engines/tfjsBackend.js";
import { Cancellation } from "../../../src/protocol/rpc.js";

const repository = path.resolve(import.meta.dirname, "../../..");
const root = mkdtempSync(path.join(tmpdir(), "r3dvs-install-"));
const folder = path.join(root, "tfjs-node");
let tarball = Buffer.alloc(0);

const server = createServer(({ url = "" }, response) => {
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  if (url.endsWith(".tgz")) {
    response.end(tarball);
    return;
  }
  const integrity = `sha512-${createHash("sha512").update(tarball).digest("base64")}`;
  const version = {
    name: "@tensorflow/tfjs-node",
    version: "4.22.0",
    hasInstallScript: true,
    dist: { integrity, tarball: `${address}/${integrity.length}.tgz` },
  };
  response.setHeader("content-type", "application/json");
  response.end(
    JSON.stringify({
      name: "@tensorflow/tfjs-node",
      "dist-tags": { latest: "4.22.0" },
      versions: { "4.22.0": version },
    }),
  );
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  process.env.npm_config_registry = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.env.npm_config_cache = path.join(root, "cache");
  process.env.npm_config_fetch_retries = "0";
});
afterAll(() => {
  server.close();
  rmSync(root, { recursive: true, force: true });
});

/** Lets the registry serve a package with this code and this script, which npm runs when it installs it. */
function publish(name: string, code: string, script: string): void {
  const place = path.join(root, name);
  mkdirSync(place);
  const manifest = {
    name: "@tensorflow/tfjs-node",
    version: "4.22.0",
    main: "index.js",
    scripts: { install: "node install.js" },
  };
  writeFileSync(path.join(place, "package.json"), JSON.stringify(manifest));
  writeFileSync(path.join(place, "index.js"), code);
  writeFileSync(path.join(place, "install.js"), script);
  const [packed] = JSON.parse(
    execFileSync("npm", ["pack", "--json", "--ignore-scripts"], {
      cwd: place,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }),
  ) as [{ filename: string }];
  tarball = readFileSync(path.join(place, packed.filename));
}

const installTfjsNode = (options: InstallOptions) => installPackage("tfjs-node", options);
const leftovers = () => readdirSync(root).filter((name) => name.endsWith(".tmp"));

/** tfjs-core with its CPU backend in the clothes of tfjs-node. */
const WORKS = `
  const from = require("node:module").createRequire(${JSON.stringify(path.join(repository, "package.json"))});
  const tf = { ...from("@tensorflow/tfjs-core") };
  from("@tensorflow/tfjs-backend-cpu");
  from("@tensorflow/tfjs-layers");
  tf.backend = () => ({ binding: { TF_Version: "0.0-cpu" } });
  module.exports = tf;
`;

it("installs, tests and only then puts in place what works", { timeout: 120_000 }, async () => {
  publish("works", WORKS, 'console.log("* Downloading libtensorflow");');
  const lines: string[] = [];
  expect(await installTfjsNode({ folder, onLine: (line) => lines.push(line) })).toEqual({
    engine: { backend: "tfjs-node", instructionSet: "TensorFlow 0.0-cpu", build: "4.22.0" },
  });
  expect(lines).toContain("* Downloading libtensorflow");
  expect(findPackage(TFJS_NODE, folder)).toMatchObject({ version: "4.22.0" });
  expect(leftovers()).toEqual([]);
});

it("says that the native library could not be fetched, and keeps what was there", { timeout: 120_000 }, async () => {
  // What the package's own script comes to where its server cannot be reached.
  publish(
    "blocked",
    "",
    'console.error("* Downloading libtensorflow"); require("http").get("http://libraries.invalid/tensorflow.tar.gz");',
  );
  expect(await installTfjsNode({ folder })).toMatchObject({
    reason: {
      message: expect.stringMatching(
        /^tfjs-node was downloaded, but not the TensorFlow library it needs: getaddrinfo \w+ libraries\.invalid$/,
      ),
    },
  });
  expect(existsSync(path.join(folder, "node_modules/@tensorflow/tfjs-node/index.js"))).toBe(true);
  expect(leftovers()).toEqual([]);
});

it("says what does not work of a package that was installed whole, and keeps what was there", {
  timeout: 120_000,
}, async () => {
  publish("broken", 'throw new Error("libtensorflow.so.2: cannot open shared object file");', "");
  expect(await installTfjsNode({ folder })).toMatchObject({
    reason: {
      message: "tfjs-node is installed but does not work here: libtensorflow.so.2: cannot open shared object file",
    },
  });
  expect(readFileSync(path.join(folder, "node_modules/@tensorflow/tfjs-node/index.js"), "utf8")).toBe(WORKS);
  expect(leftovers()).toEqual([]);
});

it("stops with all its processes when asked to", { timeout: 120_000 }, async () => {
  const mark = path.join(root, "mark");
  publish(
    "slow",
    "",
    `require("fs").writeFileSync(${JSON.stringify(mark)}, String(process.pid)); setInterval(() => {}, 1000);`,
  );
  const cancellation = new Cancellation();
  const installing = installTfjsNode({ folder, cancellation });
  await expect.poll(() => existsSync(mark) && readFileSync(mark, "utf8"), { timeout: 60_000 }).toMatch(/^\d+$/);
  cancellation.cancel();
  await expect(installing).rejects.toMatchObject({ code: "cancelled" });
  const pid = Number(readFileSync(mark, "utf8"));
  await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false);
  expect(leftovers()).toEqual([]);
});

it("says that npm is missing, that the registry is, that the place cannot be written", {
  timeout: 120_000,
}, async () => {
  const absent = await installTfjsNode({ folder, npm: path.join(root, "no-npm") });
  expect(absent).toMatchObject({
    reason: { message: "tfjs-node cannot be installed: npm was not found; it comes with Node.js" },
  });
  const usual = process.env.npm_config_registry;
  process.env.npm_config_registry = "http://127.0.0.1:9";
  const offline = await installTfjsNode({ folder });
  process.env.npm_config_registry = usual;
  expect(offline).toMatchObject({
    reason: { message: expect.stringMatching(/^tfjs-node cannot be installed: .*ECONNREFUSED/) },
  });
  const file = path.join(root, "file");
  writeFileSync(file, "");
  expect(await installTfjsNode({ folder: path.join(file, "below") })).toMatchObject({
    reason: { message: expect.stringContaining("part of the path is not a folder") },
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
