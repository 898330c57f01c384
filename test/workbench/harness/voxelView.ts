import type { FrameLocator, Locator } from "playwright-core";
import { waitFor } from "./waiting.ts";
import type { Workbench } from "./workbench.ts";

/** The page of the voxel editor, as far as people see it; `data-*` on its body say when a picture stands. */
export class VoxelView {
  private readonly frame: FrameLocator;

  constructor(workbench: Workbench) {
    this.frame = workbench.webview;
  }

  /** Waits until the picture is drawn. */
  async waitUntilDrawn(): Promise<void> {
    await this.frame.locator('body[data-view="voxels"][data-state="ready"][data-voxels]').waitFor();
  }

  /** `webgl` or `canvas2d`. */
  renderer = (): Promise<string | null> => this.frame.locator("body").getAttribute("data-renderer");

  /** How many voxels the picture holds. */
  voxels = async (): Promise<number> => Number(await this.frame.locator("body").getAttribute("data-voxels"));

  async waitForVoxels(fits: (voxels: number) => boolean): Promise<void> {
    await waitFor(async () => fits(await this.voxels()), "the number of voxels drawn");
  }

  get picture(): Locator {
    return this.frame.locator(".descriptor-pane .viewport");
  }

  /** The layer that takes pointer and keyboard and carries the text alternative. */
  get overlay(): Locator {
    return this.frame.locator(".descriptor-pane .viewport .overlay");
  }

  get heading(): Locator {
    return this.frame.locator(".page-header h1");
  }

  /** Shows one half of the page, or both, by its name in the header. */
  async show(half: string): Promise<void> {
    await this.frame.locator(".page-header .segments label", { hasText: half }).click();
  }

  /** The headings of the panels beside the picture. */
  get sections(): Locator {
    return this.frame.locator(".side h2");
  }

  get warnings(): Locator {
    return this.frame.locator(".warnings li");
  }

  /** Why there is no density: beside the structure where that could be read, else alone. */
  get failures(): Locator {
    return this.frame.getByRole("alert").locator("li");
  }

  /** The bar of a file that is being read. */
  get progress(): Locator {
    return this.frame.locator("progress");
  }

  get showTextButton(): Locator {
    return this.frame.locator("vscode-button", { hasText: "Show as text" });
  }

  /** `png`, `npz` or `csv`. */
  /** A button of the dialog that asks for the picture's size. */
  exportDialog(action: "save" | "copy"): Locator {
    return this.frame.locator(`dialog[open] vscode-button[data-action="${action}"]`);
  }

  async chooseExportFormat(name: string): Promise<void> {
    await this.frame.locator("dialog[open]").getByText(name, { exact: true }).click();
  }

  exportButton(format: string): Locator {
    return this.frame.locator(".export vscode-button", { hasText: format.toUpperCase() });
  }

  /** Chooses a frame by its text in the list. */
  async chooseFrame(label: string): Promise<void> {
    const list = this.frame.locator('vscode-dropdown[aria-label="Frame"]');
    await list.click();
    await list.locator("vscode-option", { hasText: label }).click();
  }

  /** The rows of the table of predictions. */
  get predictions(): Locator {
    return this.frame.locator(".prediction-table tr.prediction");
  }

  /** The panels of numbers, by their headings in the order of the page. */
  get numbers(): Locator {
    return this.frame.locator(".numbers .panel");
  }

  /** What is said once of all predictions: training material, outdated. */
  get badges(): Locator {
    return this.frame.locator(".numbers .badge");
  }

  /** Why the material is unlike those the models know. */
  get domainBanner(): Locator {
    return this.frame.locator(".domain-banner");
  }

  /** Whether all of an element of the page lies inside the window. */
  isInSight(selector: string): Promise<boolean> {
    return this.frame
      .locator(selector)
      .first()
      .evaluate((element) => {
        const { top, bottom } = element.getBoundingClientRect();
        const clip = element.closest(".tools, .numbers")?.getBoundingClientRect();
        return top >= (clip?.top ?? 0) && bottom <= Math.min(window.innerHeight, clip?.bottom ?? window.innerHeight);
      });
  }

  get predictButton(): Locator {
    return this.frame.locator(".predictions > vscode-button");
  }

  /** What a prediction rests on. */
  get explanation(): Locator {
    return this.frame.locator(".explanation");
  }

  /** The target whose effects colour the voxels; empty where |s_g| does. */
  paintedBy = (): Promise<string | null> => this.frame.locator("body").getAttribute("data-painted");

  slider(label: string): Locator {
    return this.frame.locator(`input[type="range"][aria-label="${label}"]`);
  }

  /** A fact of the crystal by its name. */
  async fact(name: string): Promise<string | null> {
    return this.frame
      .locator(".facts dt", { hasText: name })
      .first()
      .locator("xpath=following-sibling::dd[1]")
      .textContent();
  }
}
