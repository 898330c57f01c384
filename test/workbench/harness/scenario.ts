import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { launchBrowser } from "./browser.ts";
import { output } from "./paths.ts";
import { type CodeServer, startServer } from "./server.ts";
import { SECOND_TRY, tryTwice } from "./waiting.ts";
import { Workbench } from "./workbench.ts";
import type { Workspace } from "./workspace.ts";

export interface ScenarioOptions {
  /** Makes the folder that is opened. */
  readonly workspace: () => Workspace;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly machineSettings?: Readonly<Record<string, unknown>>;
  /** Of the server and its extension host; asked for when the test begins. */
  readonly env?: () => Readonly<Record<string, string>>;
  /** The packed extension to install in place of the checkout's. */
  readonly vsix?: () => string;
  /** Folders of further extensions, named `publisher.name-version`, to install beside it. */
  readonly beside?: readonly string[];
  /** Default true. */
  readonly webgl?: boolean;
  readonly viewport?: { readonly width: number; readonly height: number };
  /**
   * The display language, default English. VS Code's own texts stay English without a language pack, an extension's do
   * not need one.
   */
  readonly language?: string;
  /** Whether the folder's authors are trusted; false: Restricted Mode. Default true. */
  readonly trust?: boolean;
  /** Why the test is left out, if it is; it is then counted as skipped. */
  readonly skip?: string | undefined;
  readonly timeoutMs?: number;
}

export interface Scenario {
  readonly workbench: Workbench;
  readonly workspace: Workspace;
  readonly page: Page;
  readonly server: CodeServer;
  /** Saves the window as out/screenshots/<name>.png. */
  screenshot(name: string): Promise<void>;
}

const NEVER_MS = 1_000_000_000;

/**
 * The pointer rests where a test clicked last: on a slow machine a tooltip would come there before the next click, and
 * cover its place for good.
 */
const WITHOUT_TOOLTIPS = { "workbench.hover.delay": NEVER_MS, "workbench.hover.reducedDelay": NEVER_MS };

/**
 * A node:test in a VS Code of its own: fresh server, profile, browser and folder. A failure leaves a screenshot and all
 * logs in out/workbench.
 * VS Code itself loses a key or a click now and then on a busy machine: a test that waited in vain is tried once more
 * from the beginning, and says so if it then passes. What a test finds wrong is never tried again.
 */
export function workbenchTest(
  name: string,
  options: ScenarioOptions,
  body: (scenario: Scenario) => Promise<void>,
): void {
  const { skip, timeoutMs = 600_000 } = options;
  test(name, { timeout: timeoutMs, ...(skip ? { skip } : {}) }, async (context) => {
    const triedTwice = await tryTwice(() => runScenario(name, options, body));
    if (triedTwice) context.diagnostic(SECOND_TRY + name);
  });
}

async function runScenario(
  name: string,
  options: ScenarioOptions,
  body: (scenario: Scenario) => Promise<void>,
): Promise<void> {
  const resources = new AsyncDisposableStack();
  try {
    const workspace = options.workspace();
    resources.defer(() => workspace.dispose());
    const server = await startServer({
      installExtension: options.vsix ? { vsix: options.vsix() } : true,
      beside: options.beside ?? [],
      settings: { ...WITHOUT_TOOLTIPS, ...options.settings },
      machineSettings: options.machineSettings ?? {},
      env: options.env?.() ?? {},
    });
    resources.defer(() => server.stop());
    const browser = await launchBrowser({ webgl: options.webgl ?? true });
    resources.defer(() => browser.close());
    const page = await browser.newPage({ viewport: options.viewport ?? { width: 1400, height: 900 } });
    if (options.language) await page.addInitScript(pretendLanguage, options.language);
    const messages = recordMessages(page);
    try {
      const workbench = new Workbench(page);
      await workbench.open(server, workspace.folder, { trust: options.trust ?? true });
      await body({ workbench, workspace, page, server, screenshot: (file) => saveScreenshot(page, file) });
      assertNoViolations(messages);
    } catch (error) {
      await saveEvidence(name, page, messages, server);
      throw error;
    }
  } finally {
    await resources.disposeAsync();
  }
}

/** Runs in the page before VS Code: its language is a global that a language pack would set. */
function pretendLanguage(language: string): void {
  Object.defineProperty(globalThis, "_VSCODE_NLS_LANGUAGE", { get: () => language, set: () => undefined });
}

async function saveScreenshot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: path.join(output, "screenshots", `${name}.png`), animations: "disabled" });
}

function recordMessages(page: Page): string[] {
  const messages: string[] = [];
  page.on("console", (message) => messages.push(`${message.type()} ${message.location().url}: ${message.text()}`));
  page.on("pageerror", (error) => messages.push(`uncaught ${error.stack ?? error.message}`));
  return messages;
}

/**
 * Our webviews must work under their own content security policy, not despite it, and throw nothing that nobody
 * catches.
 */
function assertNoViolations(messages: readonly string[]): void {
  const wrong = messages.filter(
    (text) => /Content Security Policy/.test(text) || (/^uncaught /.test(text) && /dist\/webview/.test(text)),
  );
  if (wrong.length > 0) throw new Error(`The webviews complained:\n${wrong.join("\n")}`);
}

async function saveEvidence(name: string, page: Page, messages: readonly string[], server: CodeServer): Promise<void> {
  const folder = path.join(output, "workbench", name.replace(/[^\w]+/g, "-"));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, "window.png"), timeout: 10_000 }).catch(() => undefined);
  writeFileSync(path.join(folder, "console.txt"), messages.join("\n"));
  writeFileSync(path.join(folder, "server.txt"), server.log());
  const logs = path.join(server.data, "logs");
  if (existsSync(logs)) cpSync(logs, path.join(folder, "logs"), { recursive: true });
}
