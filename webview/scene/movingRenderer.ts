import { GlRenderer } from "./glRenderer.js";
import type { SceneFrame, SceneRenderer } from "./sceneFrame.js";

/** ms that the drawing may be behind the page, and below which there is room for a sharper picture. */
const LONGEST_MS = 40;
const SHORT_MS = 20;
const COARSEST = 0.5;
/** Sharpness of the first frame. */
const START = 0.7;
/** Frames after which the page waits for what is drawn. Each waiting costs as much as a frame. */
const MOST_AHEAD = 3;

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
  private ratio = START;
  private ahead = 0;

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

  /** Now and then waits until everything is there: frames that wait in a queue would lag behind the hand. */
  draw(frame: SceneFrame): void {
    this.renderer.draw({ ...frame, pixelRatio: this.ratio * Math.min(1, frame.pixelRatio) });
    this.ahead += 1;
    if (this.ahead < MOST_AHEAD) return;
    this.ahead = 0;
    const began = performance.now();
    this.renderer.finish();
    this.ratio = nextRatio(this.ratio, performance.now() - began);
  }

  setVisible(isVisible: boolean): void {
    this.canvas.style.visibility = isVisible ? "visible" : "hidden";
  }

  dispose(): void {
    this.renderer.dispose();
  }
}
