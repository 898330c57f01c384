#!/usr/bin/env node
// Stands in for the `code` executable where no desktop VS Code can be had: takes the flags @vscode/test-electron
// passes, serves the same workbench, opens it in a headless browser and ends with the status of the extension tests.
import path from "node:path";
import { parseArgs } from "node:util";
import { launchBrowser } from "./harness/browser.ts";
import { type CodeServer, LOOPBACK, startServer } from "./harness/server.ts";
import { PATIENCE_MS } from "./harness/waiting.ts";

const LIMIT_MS = 1_200_000;

const { values, positionals } = parseArgs({
  strict: false,
  allowPositionals: true,
  options: { extensionDevelopmentPath: { type: "string", multiple: true }, extensionTestsPath: { type: "string" } },
});
const [folder = "."] = positionals;

/** The URL of the window: what the desktop takes as flags, the web workbench takes as its payload. */
function windowUrl(server: CodeServer): string {
  const remote = (file: unknown) => `vscode-remote://${LOOPBACK}:${server.port}${path.resolve(String(file))}`;
  const developed = Array.isArray(values.extensionDevelopmentPath) ? values.extensionDevelopmentPath : [];
  const payload = [
    ...developed.map((file) => ["extensionDevelopmentPath", remote(file)]),
    ["extensionTestsPath", remote(values.extensionTestsPath)],
    ["enableProposedApi", ""],
    ["skipWelcome", "true"],
  ];
  return server.windowUrl({ folder: path.resolve(folder), payload: JSON.stringify(payload) });
}

async function runExtensionTests(): Promise<number> {
  await using resources = new AsyncDisposableStack();
  const server = await startServer({
    installExtension: false,
    smokeTestDriver: true,
    disableTrust: values["disable-workspace-trust"] === true,
  });
  resources.defer(() => server.stop());
  const browser = await launchBrowser();
  resources.defer(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  const ended = Promise.withResolvers<number>();
  await page.exposeFunction("codeAutomationLog", (type: string, args: readonly unknown[]) => print(type, args));
  await page.exposeFunction("codeAutomationExit", (code: number) => ended.resolve(code));
  page.setDefaultTimeout(PATIENCE_MS);
  await page.goto(windowUrl(server));
  const limit = setTimeout(() => {
    console.error(`The tests did not end within ${LIMIT_MS / 1000} s.\n${server.log()}`);
    ended.resolve(1);
  }, LIMIT_MS);
  resources.defer(() => clearTimeout(limit));
  void server.ended.then(() => ended.resolve(1));
  // Awaited here: what is returned unawaited would find its server gone.
  return await ended.promise;
}

/**
 * Of all that the window and its extension host print, mocha's own lines: information with placeholders (VS Code's
 * begin with a colour directive).
 */
function print(type: string, args: readonly unknown[]): void {
  const [format = "", ...rest] = args.map(String);
  if (type !== "info" || format.startsWith("%c") || !/%[sd]/.test(format)) return;
  console.log(format.replace(/%[sd]/g, () => rest.shift() ?? ""));
}

process.exitCode = await runExtensionTests();
