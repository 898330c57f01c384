import type { VoxelViewData } from "../../src/protocol/voxelView.js";
import { CanvasRenderer } from "../scene/canvasRenderer.js";
import { GlRenderer } from "../scene/glRenderer.js";
import { makeGuides } from "../scene/guides.js";
import { drawColorBar, drawSceneLabels } from "../scene/labels.js";
import { FRONT, makeView, type View } from "../scene/orbit.js";
import { outlineCube, pickCube } from "../scene/pick.js";
import { listenToPointer, orbitOfKey, orbitOfWheel } from "../scene/pointer.js";
import type { Line, SceneRenderer } from "../scene/sceneFrame.js";
import { cellOf, drawSlice, layOutSlice, type Slice, sliceVoxelAt } from "../scene/slice.js";
import { listen, make } from "../ui/dom.js";
import { t } from "../ui/text.js";
import { cssColor, readThemeColors, type ThemeColors } from "../ui/themeColors.js";
import { placeTooltip } from "../ui/tooltip.js";
import { fillTooltip } from "./tooltip.js";
import type { Mode, ViewSettings } from "./viewSettings.js";
import { describeModel, makeModel, type Paint, type Remembered, shownUnit } from "./voxelModel.js";

/** The picture itself: a scene (WebGL, or a plain canvas where that is missing), labels over it, pointer and keyboard. Draws only when something changed. */
export class Viewport {
  readonly element: HTMLElement;
  private readonly overlay = make("canvas", { class: "overlay", tabindex: 0, role: "img" });
  private readonly tooltip = make("div", { class: "tooltip", hidden: true, role: "status" });
  private renderer: SceneRenderer;
  private colors: ThemeColors = readThemeColors();
  private picture: VoxelViewData | undefined;
  private paint: Paint | undefined;
  private model: Remembered | undefined;
  private guides: { readonly key: string; readonly lines: readonly Line[] } = { key: "", lines: [] };
  private pointer: readonly [number, number] | undefined;
  private hovered: number | undefined;
  private scheduled = false;

  /** `change`: the pointer or the keyboard changed settings. */
  constructor(
    private settings: ViewSettings,
    private readonly change: (part: Partial<ViewSettings>) => void,
  ) {
    this.renderer = this.makeRenderer();
    this.element = make("div", { class: "viewport" }, this.renderer.canvas, this.overlay, this.tooltip);
    this.listenToPointer();
    listen(this.overlay, { keydown: (event) => this.pressKey(event) });
    new ResizeObserver(() => this.requestDraw()).observe(this.element);
  }

  get rendererKind(): SceneRenderer["kind"] {
    return this.renderer.kind;
  }

  /** `paint`: what colours the voxels in place of |s_g|. */
  show(picture: VoxelViewData, paint: Paint | undefined): void {
    this.picture = picture;
    this.paint = paint;
    this.requestDraw();
  }

  apply(settings: ViewSettings): void {
    this.settings = settings;
    this.requestDraw();
  }

  refreshTheme(): void {
    this.colors = readThemeColors();
    this.guides = { key: "", lines: [] };
    this.requestDraw();
  }

  /** The picture with its labels as a PNG file. */
  async exportPng(): Promise<Uint8Array> {
    this.pointer = undefined;
    this.draw();
    const canvas = make("canvas", { width: this.overlay.width, height: this.overlay.height });
    const pen = canvas.getContext("2d");
    if (this.settings.mode === "3d") pen?.drawImage(this.renderer.canvas, 0, 0, canvas.width, canvas.height);
    pen?.drawImage(this.overlay, 0, 0);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
    if (blob === null) throw new Error("The canvas gave no image");
    return new Uint8Array(await blob.arrayBuffer());
  }

  private makeRenderer(): SceneRenderer {
    const forced = document.body.hasAttribute("data-force-2d");
    if (!forced) {
      try {
        return new GlRenderer(() => this.fallBack());
      } catch {
        // No WebGL on this machine: the plain canvas shows the same.
      }
    }
    return new CanvasRenderer();
  }

  private fallBack(): void {
    this.renderer.dispose();
    this.renderer = new CanvasRenderer();
    this.element.prepend(this.renderer.canvas);
    this.requestDraw();
  }

  private requestDraw(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    requestAnimationFrame(() => {
      this.scheduled = false;
      this.draw();
    });
  }

  private draw(): void {
    const { clientWidth: width, clientHeight: height } = this.element;
    if (this.picture === undefined || width < 16 || height < 16) return;
    this.model = makeModel(this.picture, this.paint, this.settings, this.colors, this.model);
    const pixelRatio = Math.min(window.devicePixelRatio || 1, 2.5);
    this.overlay.width = Math.round(width * pixelRatio);
    this.overlay.height = Math.round(height * pixelRatio);
    const pen = this.overlay.getContext("2d");
    if (pen === null) return;
    pen.scale(pixelRatio, pixelRatio);
    pen.font = `11px ${this.colors.font}`;
    const drawn = this.settings.mode === "3d" ? this.drawScene(pen, width, height, pixelRatio) : this.drawPlane(pen, width, height);
    this.drawBar(pen, width, height);
    this.overlay.setAttribute("aria-label", describeModel(this.model, this.settings));
    document.body.dataset.voxels = String(drawn);
    document.body.dataset.renderer = this.renderer.kind;
    document.body.dataset.painted = this.model.paint?.target ?? "";
  }

  private drawScene(pen: CanvasRenderingContext2D, width: number, height: number, pixelRatio: number): number {
    const { model, colors, settings } = this;
    if (model === undefined) return 0;
    const view = this.viewOf(width, height);
    this.renderer.canvas.hidden = false;
    this.renderer.draw({ width, height, pixelRatio, view, ground: colors.ground, cubes: model.cubes, lines: this.guideLines() });
    drawSceneLabels(pen, view, model.picture.cutoff, settings.shells, colors);
    this.hoverScene(pen, view);
    return model.cubes.count;
  }

  private drawPlane(pen: CanvasRenderingContext2D, width: number, height: number): number {
    const { model, colors, settings } = this;
    if (model === undefined) return 0;
    this.renderer.canvas.hidden = true;
    pen.fillStyle = cssColor(colors.ground);
    pen.fillRect(0, 0, width, height);
    const slice = this.sliceOf();
    const layout = layOutSlice(model.field.size, width, height);
    const { field, transfer, threshold } = model;
    const count = drawSlice(
      pen,
      layout,
      slice,
      { field, transfer, threshold, cutoff: model.picture.cutoff, shells: settings.shells },
      colors,
    );
    const flat = this.pointer === undefined ? undefined : sliceVoxelAt(layout, slice, ...this.pointer);
    if (flat !== undefined) {
      const { x, y, side } = cellOf(layout, slice, flat);
      pen.strokeStyle = cssColor(colors.ink);
      pen.lineWidth = 2;
      pen.strokeRect(x, y, side, side);
    }
    this.tell(flat);
    return count;
  }

  private drawBar(pen: CanvasRenderingContext2D, width: number, height: number): void {
    if (this.model === undefined) return;
    const { transfer, threshold, picture, paint } = this.model;
    const barWidth = Math.min(240, width - 40);
    const quantity = paint === undefined ? t("|s_g| summed in each voxel") : t("effect on {0} in each voxel", paint.target);
    const title = `${quantity} (${shownUnit(picture, paint)})`;
    drawColorBar(pen, { x: 18, y: height - 44, width: barWidth }, { transfer, threshold, title }, this.colors);
  }

  private hoverScene(pen: CanvasRenderingContext2D, view: View): void {
    const { model, pointer } = this;
    if (model === undefined) return;
    const picked = pointer === undefined ? undefined : pickCube(model.cubes, view, ...pointer);
    if (picked === undefined) {
      this.tell(undefined);
      return;
    }
    const { center, side } = model.cubes;
    const at = [center[3 * picked] ?? 0, center[3 * picked + 1] ?? 0, center[3 * picked + 2] ?? 0] as const;
    pen.beginPath();
    for (const [x, y] of outlineCube(view, at, (side[picked] ?? 0) * 1.12)) pen.lineTo(x, y);
    pen.closePath();
    pen.strokeStyle = cssColor(this.colors.ink);
    pen.lineWidth = 2;
    pen.stroke();
    const half = model.field.size / 2;
    const [nx, ny, nz] = at.map((g) => Math.round(g / model.field.step) + half);
    this.tell(((nz ?? 0) * model.field.size + (ny ?? 0)) * model.field.size + (nx ?? 0));
  }

  private tell(flat: number | undefined): void {
    this.tooltip.hidden = flat === undefined;
    if (flat === undefined || this.model === undefined || this.pointer === undefined) {
      this.hovered = undefined;
      return;
    }
    if (flat !== this.hovered) fillTooltip(this.tooltip, this.model, this.settings, flat);
    this.hovered = flat;
    placeTooltip(this.tooltip, this.element, this.pointer);
  }

  private guideLines(): readonly Line[] {
    const { settings, model, colors } = this;
    if (model === undefined) return [];
    const key = `${settings.shells} ${settings.box} ${model.picture.cutoff} ${model.field.size}`;
    if (key !== this.guides.key) {
      const half = (model.field.size / 2) * model.field.step;
      this.guides = { key, lines: makeGuides(model.picture.cutoff, half, settings, colors) };
    }
    return this.guides.lines;
  }

  /** A little above the middle, so that the colour bar has its room. */
  private viewOf(width: number, height: number): View {
    const room = Math.max(80, height - 56);
    return { ...makeView(this.settings.orbit, width, room, (this.picture?.cutoff ?? 1) * 1.26), centerY: room / 2 + 6 };
  }

  private sliceOf(): Slice {
    const { mode, plane } = this.settings;
    const half = (this.model?.field.size ?? 2) / 2;
    return { axis: mode === "3d" ? "z" : mode, plane: Math.max(-half, Math.min(half - 1, plane)) };
  }

  private listenToPointer(): void {
    listenToPointer(this.overlay, {
      orbit: () => this.settings.orbit,
      turns: () => this.settings.mode === "3d",
      turned: (orbit) => this.change({ orbit }),
      hovered: (at) => {
        this.pointer = at;
        this.requestDraw();
      },
      clicked: () => {},
      wheel: (delta) => {
        if (this.settings.mode === "3d") this.change({ orbit: orbitOfWheel(this.settings.orbit, delta) });
        else this.change({ plane: this.sliceOf().plane - Math.sign(delta) });
      },
    });
    listen(this.overlay, { dblclick: () => this.change({ orbit: FRONT }) });
  }

  private pressKey(event: KeyboardEvent): void {
    const part = event.ctrlKey || event.metaKey || event.altKey ? undefined : this.settingsOfKey(event);
    if (part === undefined) return;
    event.preventDefault();
    this.change(part);
  }

  private settingsOfKey(event: KeyboardEvent): Partial<ViewSettings> | undefined {
    const { orbit, mode } = this.settings;
    const key = event.key.toLowerCase();
    const modes: Readonly<Record<string, Mode>> = { "3": "3d", x: "x", y: "y", z: "z" };
    const chosen = modes[key];
    if (chosen !== undefined) return { mode: chosen };
    if (key === "r") return { orbit: FRONT, plane: 0 };
    if (mode !== "3d") {
      const step = PLANE_KEYS[event.key];
      return step === undefined ? undefined : { plane: this.sliceOf().plane + step };
    }
    const turned = orbitOfKey(orbit, event);
    return turned && { orbit: turned };
  }
}

const PLANE_KEYS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };
