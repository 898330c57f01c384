import { extname } from "node:path";
import type { FrameLocator, Locator, Page } from "playwright-core";
import type { CodeServer } from "./server.ts";
import { readStoredEditors } from "./storedEditors.ts";
import { answerTrust } from "./trust.ts";
import { PATIENCE_MS, waitFor } from "./waiting.ts";

/**
 * The window of VS Code: what a person sees and does, by the names a person would use. Every wait is for a state, none
 * for a time.
 */
export class Workbench {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(PATIENCE_MS);
  }

  /**
   * Opens a folder for the first time, answers whether its authors are trusted (as VS Code asks then), and waits for
   * its files.
   */
  async open(server: CodeServer, folder: string, { trust = true }: { readonly trust?: boolean } = {}): Promise<void> {
    await this.page.goto(server.windowUrl({ folder }));
    await answerTrust(this.page, trust);
    await this.waitForExplorer();
  }

  /** Reloads the window, as after a crash or an update, once VS Code will bring its editors back. */
  async reload(): Promise<void> {
    await this.waitUntilStored();
    await this.page.reload();
    await this.waitForExplorer();
  }

  /**
   * The window shows its files before it knows its extensions: a menu opened in between lacks their entries, a file
   * their editors.
   * VS Code marks the moment, but may still be at work on what they contribute; R3DVS's place in the activity bar comes
   * with all of it.
   */
  private async waitForExplorer(): Promise<void> {
    await this.page.waitForFunction(() => performance.getEntriesByName("code/didLoadExtensions").length > 0);
    await this.page.locator('.activitybar .action-label[aria-label^="R3DVS"]').first().waitFor({ state: "attached" });
    await this.page.locator(".explorer-folders-view .monaco-list-row").first().waitFor();
  }

  /**
   * VS Code in a browser stores the open editors, and what pages keep for later, only every now and then (after five
   * seconds, once it is idle):
   * a window that goes away before comes back without them. `text`: of what a page keeps, where that is not the first.
   * On a busy machine Chromium without a graphics card may call no time idle until a frame is asked for.
   */
  async waitUntilStored(text: string | RegExp = ""): Promise<void> {
    await waitFor(async () => {
      await this.page.evaluate(() => void requestAnimationFrame(() => {}));
      const [open, stored] = [
        await this.page.locator(".tabs-container .tab").count(),
        await this.page.evaluate(readStoredEditors),
      ];
      return stored.editors === open && stored.pagesWithoutState === 0 && stored.states.search(text) >= 0;
    }, "VS Code to store the open editors");
  }

  /** The row of a file or folder in the explorer, by its path below the opened folder; opens the folders on the way. */
  async explorerRow(...names: string[]): Promise<Locator> {
    for (let depth = 1; depth < names.length; depth++) {
      const folder = await this.findRow(names.slice(0, depth));
      if ((await folder.getAttribute("aria-expanded")) !== "true") await folder.click();
    }
    return this.findRow(names);
  }

  /** Rows of a tree are flat in the page: a path is followed by level, from each folder's row downwards. */
  private async findRow(names: readonly string[]): Promise<Locator> {
    const rows = this.page.locator(".explorer-folders-view .monaco-list-row");
    let found: number | undefined;
    await waitFor(
      async () => {
        found = indexOfPath(await rows.evaluateAll(readRows), names);
        return found !== undefined;
      },
      `${names.join("/")} in the explorer`,
    );
    return this.page.locator(`.explorer-folders-view .monaco-list-row[data-index="${found}"]`);
  }

  /** Opens a file in its default editor, not as a preview. */
  async openFile(...names: string[]): Promise<void> {
    await (await this.explorerRow(...names)).dblclick();
    const folder = names.at(-2);
    if (folder !== undefined)
      await this.page.locator(".breadcrumbs-control:visible .label-name", { hasText: exactly(folder) }).waitFor();
    await this.tab(names.at(-1) ?? "").waitFor();
  }

  /** An editor's tab, by the file's name. */
  tab(title: string | RegExp): Locator {
    return this.page.locator(".tabs-container .tab", { hasText: title }).first();
  }

  /**
   * Opens the context menu of a row and returns the texts of its entries. A list that is refreshed at that moment
   * closes the menu, or never opens it: then it is asked for again.
   */
  async openContextMenu(row: Locator): Promise<string[]> {
    const labels = this.page.locator(".context-view .monaco-menu .action-label:not(.separator)");
    let texts: string[] = [];
    await waitFor(async () => {
      await row.click({ button: "right" });
      await labels
        .first()
        .waitFor({ timeout: 5000 })
        .catch(() => undefined);
      texts = await labels.allTextContents();
      return texts.length > 0;
    }, "a row's menu");
    return texts;
  }

  /**
   * Chooses an entry of a row's open context menu. A menu keeps the state it was opened in, and VS Code learns a little
   * after its start that the folder is trusted: an entry that waits for that is looked for again in a new menu.
   */
  async chooseMenuEntry(label: string): Promise<void> {
    const entry = this.page.locator(".context-view .monaco-menu .action-item", { hasText: exactly(label) });
    await waitFor(async () => {
      if (!/\bdisabled\b/.test((await entry.getAttribute("class")) ?? "")) return true;
      await this.closeMenu();
      await this.openContextMenu(this.page.locator(".explorer-folders-view .monaco-list-row.focused"));
      return false;
    }, `${label} to be offered`);
    // A menu takes the first tenth of a second's clicks for the end of the one that opened it.
    await waitFor(async () => {
      if (await entry.isVisible()) await entry.click({ timeout: 1000 }).catch(() => {});
      return !(await entry.isVisible());
    }, `${label} to be taken`);
  }

  async closeMenu(): Promise<void> {
    await this.page.keyboard.press("Escape");
    await this.page.locator(".context-view .monaco-menu").waitFor({ state: "detached" });
  }

  /** Runs a command by its whole title, as the palette shows it. */
  async runCommand(title: string): Promise<void> {
    await this.typeIntoPicker("F1", `>${title}`);
    // The picker matches loosely and ranks by history: only the whole text is the command.
    await this.quickPickRow(title).click();
  }

  /**
   * Opens a picker by its key and types into it. A page that is just taking the focus swallows the key, and one that
   * takes it a moment later closes the picker again: all of it is done until the text stands there, as a person would.
   */
  private async typeIntoPicker(key: string, text: string): Promise<void> {
    const input = this.quickInput.locator("input.input");
    await this.quickInput.waitFor({ state: "hidden" });
    await waitFor(async () => {
      if ((await this.quickInput.count()) === 0) await this.page.keyboard.press(key);
      try {
        await this.quickInput.waitFor({ timeout: 2000 });
        await input.fill(text, { timeout: 2000 });
        return (await input.inputValue({ timeout: 2000 })) === text;
      } catch {
        return false;
      }
    }, `the picker that ${key} opens`);
  }

  /** A row of the open quick pick, by its whole label. */
  quickPickRow(label: string | RegExp): Locator {
    const name = this.page.locator(".quick-input-list-label .label-name, .quick-input-list-row .label-name", {
      hasText: typeof label === "string" ? exactly(label) : label,
    });
    return this.page.locator(".quick-input-list .monaco-list-row", { has: name }).first();
  }

  /** Ticks the row of a quick pick of several that holds these texts, and unticks all others. */
  async tickQuickPick(...texts: readonly (string | RegExp)[]): Promise<void> {
    const rows = this.quickInput.locator(".monaco-list-row");
    await rows.first().waitFor();
    for (const row of await rows.all()) {
      if (await isTicked(row)) await row.click();
    }
    await this.tickQuickPickAlso(...texts);
  }

  /** Ticks one more row. */
  async tickQuickPickAlso(...texts: readonly (string | RegExp)[]): Promise<void> {
    const rows = this.quickInput.locator(".monaco-list-row");
    const row = texts.reduce((found, text) => found.filter({ hasText: text }), rows);
    await row.click();
    await waitFor(() => isTicked(row), `a tick at ${texts.join(", ")}`);
  }

  /** The open quick pick or input box. */
  get quickInput(): Locator {
    return this.page.locator(".quick-input-widget:visible");
  }

  /** Accepts what the open quick input holds; `next` is a text of the step that follows. */
  async acceptQuickInput(next?: string | RegExp): Promise<void> {
    await this.quickInput.locator("input.input").press("Enter");
    if (next !== undefined) await this.quickInputWith(next).waitFor();
  }

  /** Fills the input box that asks for this and accepts it. */
  async answerQuickInput(question: string | RegExp, answer: string): Promise<void> {
    await this.quickInputWith(question).waitFor();
    await this.quickInput.locator("input.input").fill(answer);
    await this.acceptQuickInput();
  }

  private quickInputWith(text: string | RegExp): Locator {
    const placeholder = this.page.getByPlaceholder(text);
    return this.quickInput.filter({ hasText: text }).or(this.quickInput.filter({ has: placeholder }));
  }

  /** What the open save dialog suggests. */
  async saveDialogPath(): Promise<string> {
    if ((await this.quickInput.count()) === 0) return "";
    // it may close at any moment
    return this.quickInput
      .locator("input.input")
      .inputValue({ timeout: 1000 })
      .catch(() => "");
  }

  /**
   * Saves at a path by the open save dialog. The dialog enters its suggestion a while after it opens, and the path only
   * stays when it is entered after that.
   */
  async saveAs(path: string): Promise<void> {
    const input = this.quickInput.locator("input.input");
    await waitFor(async () => extname(await this.saveDialogPath()) !== "", "the dialog's suggestion");
    // While the dialog still lists the folder of a new path it lets a click pass.
    await waitFor(async () => {
      if ((await this.quickInput.count()) === 0) return true;
      if ((await this.saveDialogPath()) !== path) await input.fill(path, { timeout: 1000 }).catch(() => {});
      else
        await this.quickInput
          .getByText("OK", { exact: true })
          .click({ timeout: 1000 })
          .catch(() => {});
      return false;
    }, "the dialog to close");
  }

  /** A notification or toast that contains a text. */
  notification(text: string | RegExp): Locator {
    return this.page.locator(".notification-list-item", { hasText: text }).first();
  }

  /**
   * The same where it may have left the screen, as it does after some seconds: it then stands in the list behind the
   * bell.
   */
  async keptNotification(text: string | RegExp): Promise<Locator> {
    const item = this.notification(text);
    await item.waitFor({ timeout: 15_000 }).catch(() => undefined);
    const list = this.page.locator(".notifications-center.visible");
    await waitFor(async () => {
      if (await item.isVisible()) return true;
      if (!(await list.isVisible())) await this.page.locator('[id="status.notifications"]').click();
      return item.isVisible();
    }, `a notification that says ${text}`);
    return item;
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

  /** A CodeLens entry by its text. */
  codeLens(text: string | RegExp): Locator {
    return this.page.locator(".editor-instance:visible .codelens-decoration a", { hasText: text }).first();
  }

  /**
   * Clicks a CodeLens entry that opens a picker. VS Code draws the entries again when the file's others come, and a
   * click on one that is just replaced is lost.
   */
  async openPickerOf(lens: string | RegExp): Promise<void> {
    await waitFor(async () => {
      if ((await this.quickInput.count()) === 0)
        await this.codeLens(lens)
          .click({ timeout: 2000 })
          .catch(() => {});
      const row = this.quickInput.locator(".monaco-list-row").first();
      return row.waitFor({ timeout: 5000 }).then(
        () => true,
        () => false,
      );
    }, `the picker of ${lens}`);
  }

  /** The underlined places of errors in the visible text editor. */
  get squiggles(): Locator {
    return this.page.locator(".editor-instance:visible .squiggly-error");
  }

  /**
   * Moves the cursor of the visible text editor to the beginning of a line. An editor whose tab has just come may not
   * be there yet, and the picker then goes nowhere: it is asked again until the status bar says the line.
   */
  async goToLine(line: number): Promise<void> {
    await this.editorLines.first().waitFor();
    const there = this.statusBarItem(new RegExp(`Ln ${line},`));
    await waitFor(async () => {
      // also where the cursor is there: the picker brings the keyboard back to the editor
      await this.typeIntoPicker("Control+g", `:${line}`);
      await this.quickInput
        .getByText(new RegExp(`\\bline ${line}\\b`))
        .first()
        .waitFor({ timeout: 5000 })
        .catch(() => undefined);
      await this.quickInput
        .locator("input.input")
        .press("Enter", { timeout: 2000 })
        .catch(() => undefined);
      await there.waitFor({ timeout: 5000 }).catch(() => this.page.keyboard.press("Escape"));
      return there.isVisible();
    }, `the cursor on line ${line}`);
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

  /** Opens a collapsed pane of the side bar by its name. */
  async expandPane(name: string): Promise<void> {
    const header = this.page.locator(".sidebar .pane-header", { hasText: name });
    if ((await header.getAttribute("aria-expanded")) !== "true") await header.click();
  }

  /** Opens a file by its path in the folder, without the explorer. */
  async openQuickly(file: string): Promise<void> {
    await this.typeIntoPicker("Control+p", file);
    await this.quickInput.locator(".monaco-list-row.focused", { hasText: file.split("/").at(-1) ?? file }).waitFor();
    await this.acceptQuickInput();
    await this.tab(file.split("/").at(-1) ?? file).waitFor();
  }

  async hideSideBar(): Promise<void> {
    await this.page.keyboard.press("Control+b");
    await this.page.locator(".part.sidebar").waitFor({ state: "hidden" });
  }

  /**
   * Chooses a colour theme by its label and waits until the window has it, and the visible webview too (unless there is
   * none), drawn once more.
   */
  async chooseTheme(label: string, kind: ThemeKind, { webview = true } = {}): Promise<void> {
    await this.runCommand("Preferences: Color Theme");
    await this.quickInputWith(/Select Color Theme/).waitFor();
    // The list draws only the rows in sight.
    await this.quickInput.locator("input.input").fill(label);
    await this.quickPickRow(label).click();
    await this.page.locator(`.monaco-workbench.${kind}`).waitFor();
    if (!webview) return;
    const body = this.webview.locator(WEBVIEW_THEME[kind]);
    await body.waitFor();
    await body.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  }

  /** Closes the active editor. */
  async closeEditor(): Promise<void> {
    const tabs = this.page.locator(".tabs-container .tab");
    const before = await tabs.count();
    await this.runCommand("View: Close Editor");
    await waitFor(async () => (await tabs.count()) < before, "the editor to close");
  }

  async closeAllEditors(): Promise<void> {
    await this.runCommand("View: Close All Editors");
    await this.page.locator(".tabs-container .tab").first().waitFor({ state: "detached" });
  }
}

export type ThemeKind = "vs" | "vs-dark" | "hc-black" | "hc-light";

const WEBVIEW_THEME: Readonly<Record<ThemeKind, string>> = {
  vs: "body.vscode-light",
  "vs-dark": "body.vscode-dark",
  "hc-black": "body.vscode-high-contrast:not(.vscode-high-contrast-light)",
  "hc-light": "body.vscode-high-contrast-light",
};

const isTicked = async (row: Locator): Promise<boolean> =>
  (await row.locator("input:checked, .monaco-checkbox.checked").count()) > 0;

interface Row {
  readonly index: number;
  readonly level: number;
  readonly name: string;
}

/** Runs in the page. */
function readRows(rows: readonly Element[]): Row[] {
  return rows
    .map((row) => ({
      index: Number(row.getAttribute("data-index")),
      level: Number(row.getAttribute("aria-level")),
      name: row.querySelector(".label-name")?.textContent?.trim() ?? "",
    }))
    .sort((a, b) => a.index - b.index);
}

function indexOfPath(rows: readonly Row[], names: readonly string[]): number | undefined {
  let from = 0;
  for (const [depth, name] of names.entries()) {
    const below = rows.slice(from);
    const end = below.findIndex((row) => row.level <= depth);
    const inside = end < 0 ? below : below.slice(0, end);
    const at = inside.findIndex((row) => row.level === depth + 1 && row.name === name);
    if (at < 0) return undefined;
    from += at + 1;
  }
  return rows[from - 1]?.index;
}

/** Matches a text as a whole, whatever signs it holds. */
export const exactly = (text: string): RegExp => new RegExp(`^\\s*${text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}\\s*$`);
