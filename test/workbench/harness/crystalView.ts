import type { FrameLocator, Locator } from "playwright-core";
import { waitFor } from "./waiting.ts";
import type { Workbench } from "./workbench.ts";

/** The crystal's half of the page, as far as people see it; `data-*` on its body say what the picture holds. */
export class CrystalView {
  private readonly frame: FrameLocator;

  constructor(workbench: Workbench) {
    this.frame = workbench.webview;
  }

  /** Waits until atoms stand; `surface`: and a surface. */
  async waitUntilDrawn({ surface }: { readonly surface: boolean }): Promise<void> {
    await this.frame.locator('body[data-state="ready"][data-atoms]').waitFor();
    if (surface) await waitFor(async () => (await this.number("triangles")) > 100, "triangles of a surface");
  }

  /** A number that the page tells of itself: `atoms`, `triangles`, `picked`, `frame`, `marked`. */
  number = async (name: string): Promise<number> => Number(await this.text(name));

  text = (name: string): Promise<string | null> => this.frame.locator("body").getAttribute(`data-${name}`);

  async waitForText(name: string, fits: (text: string) => boolean): Promise<void> {
    await waitFor(async () => fits((await this.text(name)) ?? ""), `data-${name} of the page`);
  }

  get picture(): Locator {
    return this.frame.locator(".crystal-pane .viewport");
  }

  get overlay(): Locator {
    return this.frame.locator(".crystal-pane .viewport .overlay");
  }

  get profile(): Locator {
    return this.frame.locator(".profile-view svg");
  }

  get tooltip(): Locator {
    return this.frame.locator(".crystal-pane .tooltip");
  }

  get selection(): Locator {
    return this.frame.locator(".selection");
  }

  get symmetry(): Locator {
    return this.frame.locator(".symmetry");
  }

  get wave(): Locator {
    return this.frame.locator(".wave .facts");
  }

  get strip(): Locator {
    return this.frame.locator(".spectrum-strip canvas");
  }

  slider(label: string): Locator {
    return this.frame.locator(`input[type="range"][aria-label="${label}"]`);
  }

  number3(label: string, index: string): Locator {
    return this.frame.locator(`input[type="number"][aria-label="${label} ${index}"]`);
  }

  checkbox(label: string): Locator {
    return this.frame.locator("vscode-checkbox", { hasText: label });
  }

  /** Chooses 3D, Slice or Profile. */
  async show(mode: string): Promise<void> {
    await this.frame.locator(".crystal-pane .segments label", { hasText: mode }).click();
  }

  async open(section: string): Promise<void> {
    const panel = this.frame.locator("details.panel", { has: this.frame.locator("h2", { hasText: section }) });
    if ((await panel.getAttribute("open")) === null) await panel.locator("summary").click();
  }

  lookAlong(axis: string): Locator {
    return this.frame.locator(`.crystal-pane vscode-button[aria-label="Look along ${axis}"]`);
  }

  /** Chooses an option of a dropdown, both by their labels. */
  async choose(dropdown: string, option: string): Promise<void> {
    const control = this.frame.locator(`vscode-dropdown[aria-label="${dropdown}"]`);
    await control.click();
    await control.locator("vscode-option", { hasText: option }).click();
  }

  /** The option that a dropdown shows. */
  async chosen(dropdown: string): Promise<string> {
    const control = this.frame.locator(`vscode-dropdown[aria-label="${dropdown}"]`);
    return (await control.locator("vscode-option[aria-selected='true']").textContent()) ?? "";
  }

  button(label: string): Locator {
    return this.frame.locator(`vscode-button[aria-label="${label}"]`);
  }

  /** Why a field cannot be shown as was asked. */
  get problem(): Locator {
    return this.frame.locator(".field-problem");
  }

  get failures(): Locator {
    return this.frame.locator(".failure li");
  }
}
