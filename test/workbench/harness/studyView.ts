import type { FrameLocator, Locator } from "playwright-core";
import { waitFor } from "./waiting.ts";
import type { Workbench } from "./workbench.ts";

type FigureName = "curves" | "loss" | "parity" | "calibration";

/** The page of a run, as far as people see it. */
export class StudyView {
  private readonly frame: FrameLocator;

  constructor(workbench: Workbench) {
    this.frame = workbench.webview;
  }

  /** Waits until the run is shown in one of these states. */
  async waitForState(states: readonly string[], patienceMs?: number): Promise<void> {
    await this.body.and(this.frame.locator('[data-view="study"][data-state="ready"]')).waitFor();
    await waitFor(
      async () => states.includes((await this.state()) ?? ""),
      `the run to be ${states.join(" or ")}`,
      patienceMs,
    );
  }

  state = (): Promise<string | null> => this.body.getAttribute("data-run");

  /** How many points stand in the learning curves. */
  results = async (): Promise<number> => Number(await this.body.getAttribute("data-results"));

  /** The last epoch of the network that is shown; 0 before the first. */
  async epoch(): Promise<number> {
    const words = await this.figure("loss").locator("details p").textContent();
    return Number(/epoch (\d+), loss/.exec(words ?? "")?.[1] ?? 0);
  }

  async waitForEpoch(fits: (epoch: number) => boolean): Promise<void> {
    await waitFor(async () => fits(await this.epoch()), "the next epoch in the training figure");
  }

  figure(name: FigureName): Locator {
    return this.frame.locator(`[data-figure="${name}"]`);
  }

  /** Every figure that is shown. */
  get figures(): Locator {
    return this.frame.locator("section:not([hidden]) > .figure-canvas > svg");
  }

  /** Of the drawn figure, px. */
  figureWidth = (name: FigureName): Promise<number> =>
    this.figure(name)
      .locator("svg")
      .evaluate((svg) => svg.getBoundingClientRect().width);

  /**
   * Points at a figure's first mark until it is read out: a page that still changes its width draws it anew, marks and
   * all.
   */
  async hoverMark(name: FigureName): Promise<void> {
    const figure = this.figure(name);
    await waitFor(async () => {
      // what was replaced under the pointer is found again by the next round
      await figure
        .locator("[data-mark] > *")
        .first()
        .hover({ force: true, timeout: 5_000 })
        .catch(() => undefined);
      return figure.locator(".mark-tip").isVisible();
    }, `a mark of ${name} to be read out`);
  }

  action(name: "stop" | "resume" | "report" | "use-models"): Locator {
    return this.frame.locator(`vscode-button[data-action="${name}"]`);
  }

  get worstErrors(): Locator {
    return this.frame.locator(".figure-worst");
  }

  get comparison(): Locator {
    return this.frame.locator(".comparison");
  }

  async compareWith(run: string): Promise<void> {
    await this.frame.locator(".run-header vscode-dropdown").click();
    await this.frame.locator(".run-header vscode-option").filter({ hasText: run }).click();
  }

  /** The same without the pointer. */
  async compareByKeys(run: string): Promise<void> {
    const list = this.frame.locator(".run-header vscode-dropdown");
    await list.focus();
    await list.press("Enter");
    for (let tries = 0; tries < 10; tries += 1) {
      const current = await list.locator('vscode-option[aria-selected="true"]').textContent();
      if (current?.includes(run)) break;
      await list.press("ArrowDown");
    }
    await list.press("Enter");
  }

  async openExport(name: FigureName): Promise<void> {
    await this.figure(name).locator('vscode-button[data-action="export"]').click();
    await this.dialog.waitFor();
  }

  get dialog(): Locator {
    return this.frame.locator("dialog[open]");
  }

  dialogAction(name: "save" | "copy"): Locator {
    return this.dialog.locator(`vscode-button[data-action="${name}"]`);
  }

  get page(): Locator {
    return this.body;
  }

  get errorTable(): Locator {
    return this.frame.locator("table.mae").first();
  }

  private get body(): Locator {
    return this.frame.locator("body");
  }
}
