import { writeFileSync } from "node:fs";
import type { Locator, Page } from "playwright-core";
import { PNG } from "pngjs";
import { COLOURS, encode } from "./palette.ts";

/** An arrow as desktops draw it, px. */
const ARROW = "M2 1 L2 19 L6.6 15 L9.6 22 L12.4 20.8 L9.4 13.9 L15.4 13.6 Z";

/** Frames of the window, with a pointer where a person's would be, as an animated PNG. */
export class Recording {
  private readonly frames: { readonly pixels: ArrayBuffer; readonly milliseconds: number }[] = [];
  private size: readonly [number, number] = [0, 0];

  private readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** What the window shows now, for so long. */
  async keep(milliseconds: number): Promise<void> {
    const { data, width, height } = PNG.sync.read(await this.page.screenshot({ animations: "disabled" }));
    this.size = [width, height];
    this.frames.push({ pixels: new Uint8Array(data).buffer, milliseconds });
  }

  /** Moves the pointer to the middle of an element, or beside it; `hovers`: and what is there notices it. */
  async pointAt(target: Locator, [right, down]: readonly [number, number] = [0, 0], hovers = true): Promise<void> {
    const box = await target.boundingBox();
    if (box === null) return;
    const [x, y] = [box.x + box.width / 2 + right, box.y + box.height / 2 + down];
    if (hovers) await this.page.mouse.move(x, y);
    await this.page.evaluate(drawPointer, { x, y, path: ARROW });
  }

  async hidePointer(): Promise<void> {
    await this.page.evaluate(() => document.getElementById("recorded-pointer")?.remove());
  }

  /** Writes all frames; they begin again without end. Returns the file's size in bytes. */
  write(file: string): number {
    const [width, height] = this.size;
    const pixels = this.frames.map((frame) => frame.pixels);
    const bytes = encode(
      pixels,
      width,
      height,
      COLOURS,
      this.frames.map((frame) => frame.milliseconds),
    );
    writeFileSync(file, new Uint8Array(bytes));
    return bytes.byteLength;
  }
}

/** Runs in the page: a picture of the window has no pointer. */
function drawPointer({ x, y, path }: { x: number; y: number; path: string }): void {
  const space = "http://www.w3.org/2000/svg";
  document.getElementById("recorded-pointer")?.remove();
  const svg = document.createElementNS(space, "svg");
  svg.id = "recorded-pointer";
  svg.setAttribute("width", "18");
  svg.setAttribute("height", "24");
  svg.style.cssText = `position:fixed;left:${x - 2}px;top:${y - 1}px;z-index:100000;pointer-events:none`;
  const arrow = document.createElementNS(space, "path");
  arrow.setAttribute("d", path);
  arrow.setAttribute("fill", "#ffffff");
  arrow.setAttribute("stroke", "#000000");
  svg.append(arrow);
  document.body.append(svg);
}
