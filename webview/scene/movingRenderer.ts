import { GlRenderer } from "./glRenderer.js";
import type { SceneFrame, SceneRenderer } from "./sceneFrame.js";

/**
 * ms that a frame may take so that 20 come in a second beside everything else, and below which there is room for a
 * sharper one.
 */
const LONGEST_MS = 40;
const SHORT_MS = 20;
const COARSEST = 0.5;

/** The pixels per CSS px of the next frame, by what the last one took. */
export function nextRatio(ratio: number, milliseconds: number): number {
  if (milliseconds > LONGEST_MS) return Math.max(COARSEST, ratio * Math.max(0.5, LONGEST_MS / milliseconds));
  return milliseconds < SHORT_MS ? Math.min(1, ratio * 1.1) : ratio;
}

/**
 * Frames of a scene that turns where a processor does the work of a graphics card: without smoothed edges and with as
 * few pixels as keep up. It lies over the careful picture, which is drawn again when the scene rests.
 */
export class MovingRenderer {
  readonly canvas: HTMLCanvasElement;
  private ratio = 1;

  private constructor(private readonly renderer: GlRenderer) {
    this.canvas = renderer.canvas;
    this.canvas.classList.add("moving");
    // Not `hidden`: three.js gives its canvases a display of their own.
    this.canvas.style.visibility = "hidden";
  }

  /** Undefined where the renderer needs no help, and where there is no second context. */
  static beside(renderer: SceneRenderer): MovingRenderer | undefined {
    if (!renderer.isSoftware) return undefined;
    try {
      return new MovingRenderer(new GlRenderer(() => {}, { careful: false }));
    } catch {
      return undefined;
    }
  }

  draw(frame: SceneFrame): void {
    const began = performance.now();
    this.renderer.draw({ ...frame, pixelRatio: this.ratio * Math.min(1, frame.pixelRatio) });
    this.renderer.finish();
    this.ratio = nextRatio(this.ratio, performance.now() - began);
    this.canvas.style.visibility = "visible";
  }

  rest(): void {
    this.canvas.style.visibility = "hidden";
  }

  dispose(): void {
    this.renderer.dispose();
  }
}
