import path from "node:path";
import * as vscode from "vscode";
import { convergenceSvg, describeConvergence } from "../../core/plots/convergencePlot.js";
import { escapeText } from "../../core/plots/svg.js";
import { CSS_THEME, type Translate, translateNothing } from "../../core/plots/theme.js";
import { messageOf } from "../../core/text/messageOf.js";
import { Throttle } from "../base/throttle.js";
import { viewStrings } from "../base/webviewPage.js";
import { revealLine } from "../editors/revealLine.js";
import type { LocalCopies } from "../files/localCopies.js";
import { watchShown } from "../files/watchShown.js";
import { translateProblem } from "../language/problemReporter.js";
import type { JobProcess } from "../process/jobProcess.js";

interface Services {
  readonly extension: vscode.Uri;
  readonly jobs: JobProcess;
  readonly copies: LocalCopies;
  readonly log: vscode.LogOutputChannel;
}

/** VASP writes its outputs again and again while it runs. */
const RELOAD_MS = 1500;
const REVEAL_LINE = "r3dvs.revealLine";

/** The pages that show how a run converged, one per file; each follows its file. */
export class ConvergencePanels implements vscode.Disposable {
  private readonly open = new Map<string, ConvergencePanel>();

  constructor(private readonly services: Services) {}

  show(uri: vscode.Uri): void {
    const key = uri.toString();
    const known = this.open.get(key);
    if (known) {
      known.reveal();
      return;
    }
    this.open.set(key, new ConvergencePanel(uri, this.services, () => this.open.delete(key)));
  }

  dispose(): void {
    for (const panel of [...this.open.values()]) panel.dispose();
  }
}

class ConvergencePanel implements vscode.Disposable {
  private readonly panel: vscode.WebviewPanel;
  private readonly subscriptions: vscode.Disposable[];
  private readonly reload = new Throttle(RELOAD_MS, () => void this.load());
  private loading: vscode.CancellationTokenSource | undefined;

  constructor(
    private readonly uri: vscode.Uri,
    private readonly services: Services,
    onClosed: () => void,
  ) {
    const title = vscode.l10n.t("Convergence of {0}", nameOf(uri));
    this.panel = vscode.window.createWebviewPanel("r3dvs.convergence", title, vscode.ViewColumn.Beside, {
      localResourceRoots: [],
      enableCommandUris: [REVEAL_LINE],
      enableFindWidget: true,
    });
    this.panel.iconPath = vscode.Uri.joinPath(services.extension, "media", "icon.png");
    const isShown = (changed: vscode.Uri) => changed.toString() === uri.toString();
    const watcher = watchShown(uri, services.copies, isShown, () => this.reload.request());
    this.subscriptions = [watcher];
    this.panel.onDidDispose(() => {
      this.loading?.cancel();
      this.reload.dispose();
      vscode.Disposable.from(...this.subscriptions).dispose();
      onClosed();
    });
    void this.load();
  }

  reveal(): void {
    this.panel.reveal();
  }

  dispose(): void {
    this.panel.dispose();
  }

  private async load(): Promise<void> {
    this.loading?.cancel();
    const source = new vscode.CancellationTokenSource();
    this.loading = source;
    try {
      const local = await this.services.copies.acquire(this.uri);
      try {
        const { convergence, problems } = await this.services.jobs.call(
          "readConvergence",
          { file: local.file },
          { token: source.token },
        );
        if (source.token.isCancellationRequested) return;
        const translate = translator(await viewStrings(this.services.extension));
        const reasons = problems.map(translateProblem);
        this.panel.webview.html = pageOf(
          convergence ? this.content(convergence, translate) : "",
          reasons,
          nameOf(this.uri),
        );
      } finally {
        local.release();
      }
    } catch (error) {
      if (source.token.isCancellationRequested) return;
      this.services.log.error(`${this.uri.toString(true)}: ${String(error)}`);
      this.panel.webview.html = pageOf("", [messageOf(error)], nameOf(this.uri));
    }
  }

  /** Twice: side by side, and below each other where the window is narrow. */
  private content(data: Parameters<typeof convergenceSvg>[0], translate: Translate): string {
    const linkTo = (line: number) =>
      `command:${REVEAL_LINE}?${encodeURIComponent(JSON.stringify([this.uri.toString(), line]))}`;
    const figure = (width: number) => convergenceSvg(data, { width, theme: CSS_THEME, translate, linkTo });
    const hint = vscode.l10n.t("A point leads to its line in the file.");
    return `<p>${escapeText(describeConvergence(data, translate))}</p>
<div class="wide">${figure(1000)}</div><div class="narrow">${figure(480)}</div>
<p class="hint">${escapeText(hint)}</p>`;
  }
}

/** Shows where the last ionic step of a run begins. */
export async function showLastStep(
  { jobs, copies }: Pick<Services, "jobs" | "copies">,
  uri: vscode.Uri,
): Promise<void> {
  const local = await copies.acquire(uri);
  try {
    const { convergence, problems } = await jobs.call("readConvergence", { file: local.file });
    const last = convergence?.steps.at(-1);
    if (last) await revealLine(uri.toString(), last.line);
    else
      void vscode.window.showWarningMessage(
        problems.map(translateProblem)[0] ?? vscode.l10n.t("R3DVS: there is no ionic step yet."),
      );
  } finally {
    local.release();
  }
}

const nameOf = (uri: vscode.Uri): string => path.posix.basename(uri.path);

function translator(strings: Readonly<Record<string, string>>): Translate {
  const translate = (english: string, ...args: readonly (string | number)[]) =>
    translateNothing(strings[english] ?? english, ...args);
  return Object.assign(translate, vscode.env.language.startsWith("ja") ? { language: "ja" as const } : {});
}

/** Without scripts: points are links that run one command. */
const pageOf = (content: string, problems: readonly string[], title: string): string => `<!DOCTYPE html>
<html lang="${vscode.env.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'unsafe-inline'">
<title>${escapeText(title)}</title>
<style>
:root {
  --r3dvs-ground: var(--vscode-editor-background);
  --r3dvs-ink: var(--vscode-editor-foreground);
  --r3dvs-muted-ink: var(--vscode-descriptionForeground);
  --r3dvs-grid-ink: var(--vscode-editorIndentGuide-background1, var(--vscode-panel-border));
  --r3dvs-font: var(--vscode-font-family);
  --r3dvs-positive: var(--vscode-charts-orange);
  --r3dvs-negative: var(--vscode-charts-blue);
}
body { padding: 8px 20px 20px; max-width: 1400px; }
svg { width: 100%; height: auto; }
.hint { color: var(--vscode-descriptionForeground); }
.problems { color: var(--vscode-errorForeground); }
.wide { display: none; }
a:focus-visible circle { outline: 2px solid var(--vscode-focusBorder); outline-offset: 2px; }
@media (min-width: 820px) { .wide { display: block; } .narrow { display: none; } }
</style>
</head>
<body>
<h2>${escapeText(title)}</h2>
${problems.map((problem) => `<p class="problems" role="alert">${escapeText(problem)}</p>`).join("\n")}
${content}
</body>
</html>`;
