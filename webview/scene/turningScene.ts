import { MovingRenderer } from "./movingRenderer.js";
import { makeRenderer } from "./renderers.js";
import type { SceneFrame, SceneRenderer } from "./sceneFrame.js";

/** ms after the last frame of a scene that turns, until it counts as resting. */
const REST_MS = 200;

/**
 * One picture that can be turned: drawn with all care at rest, and where no graphics card draws with less while it
 * turns. Falls back to a plain canvas where the driver takes WebGL away.
 */
export class TurningScene {
  private renderer: SceneRenderer;
  /** Made when the scene first turns; null: none is needed. */
  private quick: MovingRenderer | null | undefined;
  private turns = false;
  private scheduled = false;
  /** How many frames of turning were there so far: for measurements. */
  private frames = 0;
  private rest: ReturnType<typeof setTimeout> | undefined;

  /** `paint`: makes a frame and calls `draw`. */
  constructor(private readonly paint: () => void) {
    this.renderer = makeRenderer(() => this.fallBack());
  }

  /** The careful picture. */
  get canvas(): HTMLCanvasElement {
    return this.renderer.canvas;
  }

  get kind(): SceneRenderer["kind"] {
    return this.renderer.kind;
  }

  /** No graphics card draws. */
  get isSlow(): boolean {
    return this.renderer.isSoftware || this.renderer.kind === "canvas2d";
  }

  get isMoving(): boolean {
    return this.turns;
  }

  /** A frame was asked for and is not drawn yet. */
  get isScheduled(): boolean {
    return this.scheduled;
  }

  /** Asks for a frame. */
  request(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    requestAnimationFrame(() => {
      this.scheduled = false;
      this.paint();
    });
  }

  /** The camera was moved: the next frames are of a scene that turns. */
  moved(): void {
    this.turns = true;
    this.restLater();
    this.request();
  }

  /** `carefully`: for a file, whatever moves. */
  draw(frame: SceneFrame, { carefully = false }: { readonly carefully?: boolean } = {}): void {
    const quick = this.turns && !carefully ? this.quickRenderer() : null;
    if (quick) {
      quick.canvas.style.height = this.canvas.style.height;
      quick.draw(frame);
      this.countFrame();
    } else this.renderer.draw(frame);
    this.showQuick(quick !== null);
  }

  /** Nothing is drawn: the picture is flat now. */
  hide(): void {
    this.canvas.hidden = true;
    this.quick?.setVisible(false);
  }

  /** For measurements; and frames that take longer than the pause do not end the turning. */
  private countFrame(): void {
    this.frames += 1;
    const picture = this.canvas.parentElement;
    if (picture) picture.dataset.frames = String(this.frames);
    this.restLater();
  }

  private restLater(): void {
    clearTimeout(this.rest);
    this.rest = setTimeout(() => {
      this.turns = false;
      this.request();
    }, REST_MS);
  }

  private quickRenderer(): MovingRenderer | null {
    if (this.quick === undefined) {
      this.quick = MovingRenderer.beside(this.renderer) ?? null;
      if (this.quick) this.canvas.after(this.quick.canvas);
    }
    return this.quick;
  }

  /** Only one of the two is put on the screen: each takes time. */
  private showQuick(isQuick: boolean): void {
    this.canvas.hidden = false;
    this.canvas.style.visibility = isQuick ? "hidden" : "";
    this.quick?.setVisible(isQuick);
  }

  private fallBack(): void {
    const parent = this.canvas.parentElement;
    this.renderer.dispose();
    this.quick?.dispose();
    this.quick = null;
    this.renderer = makeRenderer(undefined);
    parent?.prepend(this.canvas);
    this.request();
  }
}
