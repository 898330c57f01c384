import type { FrameLocator, Locator, Page } from "playwright-core";

/** How long anything in the workbench may take on a busy two-core machine. */
export const PATIENCE_MS = 45_000;

/** The window of VS Code: what a person sees and does, by the names a person would use. Every wait is for a state, none for a time. */
export class Workbench {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(PATIENCE_MS);
  }

  /** Opens (or opens anew) a folder and waits for its files. */
  async open(port: number, folder: string): Promise<void> {
    await this.page.goto(`http://localhost:${port}/?folder=${encodeURIComponent(folder)}`);
    await this.waitForExplorer();
  }

  /** Reloads the window, as after a crash or an update. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.waitForExplorer();
  }

  /** The window shows its files before it knows its extensions: a menu opened in between lacks their entries. */
  private async waitForExplorer(): Promise<void> {
    await this.page.locator(".explorer-folders-view .monaco-list-row").first().waitFor();
    await this.page.locator('.activitybar .action-item a[aria-label^="R3DVS"]').waitFor();
    await this.statusBarItem("Activating Extensions").waitFor({ state: "hidden" });
  }

  /** The row of a file or folder in the explorer, by its path below the opened folder; opens the folders on the way. */
  async explorerRow(...names: string[]): Promise<Locator> {
    for (const [depth, folder] of names.slice(0, -1).entries()) {
      const row = this.row(folder, depth + 1);
      if ((await row.getAttribute("aria-expanded")) !== "true") await row.click();
      await this.row(names[depth + 1] ?? "", depth + 2).waitFor();
    }
    return this.row(names.at(-1) ?? "", names.length);
  }

  private row(name: string, level: number): Locator {
    const label = this.page.locator(".label-name", { hasText: exactly(name) });
    return this.page.locator(`.explorer-folders-view .monaco-list-row[aria-level="${level}"]`, { has: label }).first();
  }

  /** Opens a file in its default editor, not as a preview. */
  async openFile(...names: string[]): Promise<void> {
    await (await this.explorerRow(...names)).dblclick();
    await this.tab(names.at(-1) ?? "").waitFor();
  }

  /** An editor's tab, by the file's name. */
  tab(title: string | RegExp): Locator {
    return this.page.locator(".tabs-container .tab", { hasText: title }).first();
  }

  /** Opens the context menu of an explorer row and returns the texts of its entries. */
  async openContextMenu(row: Locator): Promise<string[]> {
    await row.click({ button: "right" });
    const labels = this.page.locator(".context-view .monaco-menu .action-label:not(.separator)");
    await labels.first().waitFor();
    return labels.allTextContents();
  }

  /** Chooses an entry of the open context menu. */
  async chooseMenuEntry(label: string): Promise<void> {
    await this.page.locator(".context-view .monaco-menu .action-item", { hasText: exactly(label) }).click();
  }

  async closeMenu(): Promise<void> {
    await this.page.keyboard.press("Escape");
    await this.page.locator(".context-view .monaco-menu").waitFor({ state: "detached" });
  }

  /** Runs a command by its whole title, as the palette shows it. */
  async runCommand(title: string): Promise<void> {
    await this.page.keyboard.press("F1");
    const input = this.page.locator(".quick-input-widget input.input");
    await input.waitFor();
    await input.fill(`>${title}`);
    // The picker matches loosely and ranks by history: only the whole text is the command.
    await this.quickPickRow(title).click();
  }

  /** A row of the open quick pick, by its whole label. */
  quickPickRow(label: string | RegExp): Locator {
    const name = this.page.locator(".quick-input-list-label .label-name, .quick-input-list-row .label-name", {
      hasText: typeof label === "string" ? exactly(label) : label,
    });
    return this.page.locator(".quick-input-list .monaco-list-row", { has: name }).first();
  }

  /** The title or placeholder of the open quick input. */
  get quickInput(): Locator {
    return this.page.locator(".quick-input-widget:visible");
  }

  /** A notification or toast that contains a text. */
  notification(text: string | RegExp): Locator {
    return this.page.locator(".notification-list-item", { hasText: text }).first();
  }

  /** An item of the status bar that contains a text. */
  statusBarItem(text: string | RegExp): Locator {
    return this.page.locator(".statusbar-item", { hasText: text }).first();
  }

  /** The inside of the visible webview. */
  get webview(): FrameLocator {
    return this.page.frameLocator("iframe.webview.ready:visible").frameLocator("iframe#active-frame");
  }

  /** The area that holds the visible webview. */
  get webviewArea(): Locator {
    return this.page.locator("iframe.webview.ready:visible").first();
  }

  /** The lines of the visible text editor. */
  get editorLines(): Locator {
    return this.page.locator(".editor-instance:visible .view-lines");
  }

  /** The texts of the CodeLens entries in sight. */
  get codeLenses(): Locator {
    return this.page.locator(".codelens-decoration");
  }

  /** Opens the Problems panel and returns its rows. */
  async openProblems(): Promise<Locator> {
    const panel = this.page.locator(".markers-panel-container");
    if (!(await panel.isVisible())) await this.runCommand("View: Toggle Problems");
    await panel.waitFor();
    return panel.locator(".monaco-list-row");
  }

  /** Opens a container of the activity bar by its name and returns the rows of its trees. */
  async openViewContainer(name: string): Promise<Locator> {
    await this.page.locator(`.activitybar .action-item a[aria-label^="${name}"]`).click();
    return this.page.locator(".sidebar .pane-body .monaco-list-row");
  }

  async closeAllEditors(): Promise<void> {
    await this.runCommand("View: Close All Editors");
    await this.page.locator(".tabs-container .tab").first().waitFor({ state: "detached" });
  }
}

/** Matches a text as a whole, whatever signs it holds. */
export const exactly = (text: string): RegExp => new RegExp(`^\\s*${text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}\\s*$`);
