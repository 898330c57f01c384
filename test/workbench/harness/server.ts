import { execFileSync, spawn } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { packages, root } from "./paths.ts";
import { endMarked, findMarked, killMarked, MARK } from "./processes.ts";
import { PATIENCE_MS } from "./waiting.ts";

export interface ServerOptions {
  /** Settings of the user, over the ones that keep the workbench calm. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /**
   * Install the extension of this checkout, or the one in a VSIX file. A test that loads it as a development extension
   * says no. Default true.
   */
  readonly installExtension?: boolean | { readonly vsix: string };
  /** Folders of further extensions, named `publisher.name-version`. */
  readonly beside?: readonly string[];
  /** Let the page report the end of extension tests (`codeAutomationExit`). */
  readonly smokeTestDriver?: boolean;
  /**
   * Trust every folder without a question, as @vscode/test-electron has a desktop VS Code do: while its tests run, VS
   * Code asks none. Default false.
   */
  readonly disableTrust?: boolean;
  /** Let the window look up extensions in the network. Default false: tests need none. */
  readonly gallery?: boolean;
  /** Settings of the machine that the server is on: those that name what is on it stand there, as for Remote - SSH. */
  readonly machineSettings?: Readonly<Record<string, unknown>>;
  /** Of the server and its extension host, over the test's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** 0 or absent: any free port. */
  readonly port?: number;
}

export interface CodeServer {
  readonly port: number;
  /**
   * The address of a window, with the secret without which the server answers nobody. `query` has at least the folder
   * to open.
   */
  windowUrl(query: Readonly<Record<string, string>>): string;
  /** What the server and its extension host wrote. */
  log(): string;
  /** The server and all that it started: its extension host, the job process. */
  processes(): readonly number[];
  /** The server's folder: logs, settings, storage. Gone after `stop`. */
  readonly data: string;
  /** Resolves when the server and everything it started is gone. */
  stop(): Promise<void>;
  /** Resolves if the server ends by itself. */
  readonly ended: Promise<void>;
}

/**
 * By its number, not its name: `localhost` may be ::1, where another user of the machine can wait for what is meant for
 * this server.
 */
export const LOOPBACK = "127.0.0.1";

const serverMain = path.join(packages, "code-server/lib/vscode/out/server-main.js");

/**
 * No welcome page, no chat that takes the focus, no gallery, no git: and nothing that moves: what a test would have to
 * click away or wait for.
 */
const CALM_SETTINGS = {
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "chat.disableAIFeatures": true,
  "extensions.autoUpdate": false,
  "extensions.autoCheckUpdates": false,
  "extensions.ignoreRecommendations": true,
  "telemetry.telemetryLevel": "off",
  "git.enabled": false,
  "window.autoDetectColorScheme": false,
  // Asked at once, in place of a banner that a test would have to look for.
  "security.workspace.trust.startupPrompt": "always",
  "workbench.reduceMotion": "on",
  // A test that is not about them sees the models that it made.
  "r3dvs.builtInModels": false,
};

/**
 * Starts the VS Code server with fresh folders of its own (VS Code caches manifests across starts) and waits until it
 * answers.
 */
export async function startServer(options: ServerOptions = {}): Promise<CodeServer> {
  const port = await findPort(options.port ?? 0);
  const home = mkdtempSync(path.join(os.tmpdir(), "r3dvs-server-"));
  const data = path.join(home, "data");
  const extensions = path.join(home, "extensions");
  mkdirSync(path.join(data, "User"), { recursive: true });
  mkdirSync(extensions);
  writeFileSync(
    path.join(data, "User/settings.json"),
    JSON.stringify({ ...CALM_SETTINGS, ...options.settings }, undefined, 2),
  );
  if (options.machineSettings) {
    mkdirSync(path.join(data, "Machine"));
    writeFileSync(path.join(data, "Machine/settings.json"), JSON.stringify(options.machineSettings));
  }
  const { installExtension = true } = options;
  if (typeof installExtension === "object") installVsix(installExtension.vsix, data, extensions);
  else if (installExtension) linkExtension(extensions);
  for (const folder of options.beside ?? []) symlinkSync(folder, path.join(extensions, path.basename(folder)));

  // In a file of its user's alone: arguments and environments of a process can be read by others.
  const token = randomBytes(32).toString("hex");
  const tokenFile = path.join(home, "token");
  writeFileSync(tokenFile, token, { mode: 0o600 });
  const mark = randomUUID();
  const child = spawn(process.execPath, serverArguments(port, { data, extensions, tokenFile }, options), {
    env: { ...process.env, ...options.env, [MARK]: mark, ...(options.gallery ? {} : { EXTENSIONS_GALLERY: "{}" }) },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const killNow = () => killMarked(mark);
  process.once("exit", killNow);

  let log = "";
  const collect = (text: Buffer) => {
    log += text;
  };
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const stop = async () => {
    await endMarked(mark);
    process.off("exit", killNow);
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await Promise.race([
      answers(port),
      ended.then(() => {
        throw new Error(`The VS Code server ended at once:\n${log}`);
      }),
    ]);
  } catch (error) {
    await stop();
    throw error;
  }
  const windowUrl = (query: Readonly<Record<string, string>>) =>
    `http://${LOOPBACK}:${port}/?${new URLSearchParams({ tkn: token, ...query })}`;
  return { port, windowUrl, processes: () => findMarked(mark), data, log: () => log, stop, ended };
}

interface ServerFolders {
  readonly data: string;
  readonly extensions: string;
  readonly tokenFile: string;
}

function serverArguments(
  port: number,
  { data, extensions, tokenFile }: ServerFolders,
  options: ServerOptions,
): string[] {
  return [
    serverMain,
    ...["--host", LOOPBACK, "--port", String(port)],
    ...["--server-data-dir", data, "--user-data-dir", data, "--extensions-dir", extensions],
    ...["--telemetry-level", "off", "--reconnection-grace-time", "1"],
    ...["--connection-token-file", tokenFile],
    "--accept-server-license-terms",
    ...(options.smokeTestDriver ? ["--enable-smoke-test-driver"] : []),
    ...(options.disableTrust ? ["--disable-workspace-trust"] : []),
  ];
}

/** VS Code finds installed extensions by folders named `publisher.name-version`. */
function linkExtension(extensions: string): void {
  const manifest = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  symlinkSync(root, path.join(extensions, `${manifest.publisher}.${manifest.name}-${manifest.version}`));
}

/** As a user's `code --install-extension` would. */
function installVsix(vsix: string, data: string, extensions: string): void {
  const args = [
    "--install-extension",
    vsix,
    "--server-data-dir",
    data,
    "--user-data-dir",
    data,
    "--extensions-dir",
    extensions,
  ];
  execFileSync(process.execPath, [serverMain, ...args, "--accept-server-license-terms"], { stdio: "pipe" });
}

/** The given port if it is free, for 0 any; what answers later must be our server. */
function findPort(wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once("error", () => reject(new Error(`Port ${wanted} is taken; --port chooses another.`)));
    probe.listen(wanted, LOOPBACK, () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === "object" ? resolve(address.port) : reject(new Error("no free port")),
      );
    });
  });
}

async function answers(port: number, limitMs = PATIENCE_MS): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (Date.now() < deadline) {
    const response = await fetch(`http://${LOOPBACK}:${port}/version`).catch(() => undefined);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`The VS Code server did not answer within ${limitMs / 1000} s.`);
}
