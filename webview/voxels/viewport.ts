import type { Vector3 } from "../../src/core/math/matrix3.js";
import { propertyLabel } from "../../src/core/text/labels.js";
import type { VoxelViewData } from "../../src/protocol/voxelView.js";
import { blankPen } from "../scene/blankPen.js";
import { makeGuides } from "../scene/guides.js";
import { drawColorBar, drawSceneLabels } from "../scene/labels.js";
import { FRONT, makeView, project, type View } from "../scene/orbit.js";
import { outlineCube, pickCube } from "../scene/pick.js";
import { listenToPointer, orbitOfKey, orbitOfWheel } from "../scene/pointer.js";
import { isHolding, reflectionsIn } from "../scene/reflections.js";
import { type Line, NO_CUBES, type SceneFrame, type SceneRenderer } from "../scene/sceneFrame.js";
import { cellOf, drawSlice, layOutSlice, type Slice, sliceVoxelAt } from "../scene/slice.js";
import { type PictureLook, screenLook, toPng } from "../scene/toPng.js";
import { TurningScene } from "../scene/turningScene.js";
import { stepsOf } from "../scene/voxelField.js";
import { listen, make } from "../ui/dom.js";
import { t } from "../ui/text.js";
import { cssColor, readThemeColors, type ThemeColors } from "../ui/themeColors.js";
import { placeTooltip } from "../ui/tooltip.js";
import { quantityText } from "../ui/units.js";
import { fillTooltip } from "./tooltip.js";
import { type Mode, rotationOf, type ViewSettings } from "./viewSettings.js";
import { describeModel, makeModel, type Paint, type Remembered, shownUnit } from "./voxelModel.js";

/** px below the picture for its legend: no voxel is ever under it. */
const LEGEND = 60;

/**
 * The picture itself: a scene (WebGL, or a plain canvas where that is missing), labels over it, pointer and keyboard.
 * Draws only when something changed.
 */
export class Viewport {
  readonly element: HTMLElement;
  private readonly overlay = make("canvas", { class: "overlay", tabindex: 0, role: "img" });
  private readonly tooltip = make("div", { class: "tooltip", hidden: true, role: "status" });
  private readonly stage = new TurningScene(() => this.draw());
  private colors: ThemeColors = readThemeColors();
  private picture: VoxelViewData | undefined;
  private paint: Paint | undefined;
  private model: Remembered | undefined;
  private guides: { readonly key: string; readonly lines: readonly Line[] } = { key: "", lines: [] };
  private pointer: readonly [number, number] | undefined;
  private hovered: number | undefined;
  /** Where the keyboard's cursor is, among the voxels by falling value. */
  private cursor: number | undefined;
  private chosen: Vector3 | undefined;

  /** `change`: the pointer or the keyboard changed settings. */
  constructor(
    private settings: ViewSettings,
    private readonly change: (part: Partial<ViewSettings>) => void,
    private readonly pick: (hkl: Vector3 | undefined) => void,
  ) {
    this.element = make("div", { class: "viewport" }, this.stage.canvas, this.overlay, this.tooltip);
    this.listenToPointer();
    listen(this.overlay, { keydown: (event) => this.pressKey(event) });
    new ResizeObserver(() => this.requestDraw()).observe(this.element);
  }

  get rendererKind(): SceneRenderer["kind"] {
    return this.stage.kind;
  }

  /** `paint`: what colours the voxels in place of |s_g|. */
  show(picture: VoxelViewData, paint: Paint | undefined): void {
    this.picture = picture;
    this.paint = paint;
    this.requestDraw();
  }

  apply(settings: ViewSettings): void {
    const isTurned = settings.orbit !== this.settings.orbit;
    this.settings = settings;
    if (isTurned) this.stage.moved();
    this.requestDraw();
  }

  refreshTheme(): void {
    this.colors = readThemeColors();
    this.guides = { key: "", lines: [] };
    this.requestDraw();
  }

  /** A plane wave was chosen: the voxels that hold it are marked. */
  choose(hkl: Vector3 | undefined): void {
    this.chosen = hkl;
    this.requestDraw();
  }

  /** The picture with its labels as a PNG file. */
  async exportPng(look: PictureLook): Promise<Uint8Array> {
    this.pointer = this.cursor = undefined;
    this.draw(look);
    try {
      return await toPng(isFlat(this.settings) ? [this.overlay] : [this.stage.canvas, this.overlay]);
    } finally {
      this.draw();
    }
  }

  private requestDraw(): void {
    this.stage.request();
  }

  /** `exported`: the look of a picture for a file, which is drawn with all care. */
  private draw(exported?: PictureLook): void {
    const look = exported ?? screenLook();
    const { clientWidth: width, clientHeight: height } = this.element;
    if (this.picture === undefined || width < 16 || height < 16) return;
    this.model = makeModel(this.picture, this.paint, this.settings, this.colors, this.model);
    const pen = blankPen(this.overlay, width, height, look.ratio);
    if (pen === null) return;
    pen.font = `11px ${this.colors.font}`;
    const room = height - LEGEND;
    const drawn = isFlat(this.settings)
      ? this.drawPlane(pen, width, height, look)
      : this.drawScene(pen, width, room, look, exported !== undefined);
    this.drawBar(pen, width, height);
    this.overlay.setAttribute("aria-label", describeModel(this.model, this.settings));
    document.body.dataset.voxels = String(drawn);
    document.body.dataset.renderer = this.stage.kind;
    document.body.dataset.painted = this.model.paint?.target ?? "";
  }

  private drawScene(
    pen: CanvasRenderingContext2D,
    width: number,
    height: number,
    { ratio, transparent }: PictureLook,
    carefully: boolean,
  ): number {
    const { model, colors, settings } = this;
    if (model === undefined) return 0;
    const view = this.viewOf(width, height);
    const { points, projection } = model;
    this.stage.canvas.style.height = `calc(100% - ${LEGEND}px)`;
    const frame: SceneFrame = {
      width,
      height,
      pixelRatio: ratio,
      transparent,
      view,
      ground: colors.ground,
      cubes: projection ?? (points ? NO_CUBES : model.cubes),
      ...(points && !projection && { balls: points }),
      lines: this.guideLines(),
      radius: model.picture.cutoff * 1.3,
      slab: this.slab(),
    };
    this.stage.draw(frame, { carefully });
    drawSceneLabels(pen, view, model.picture.cutoff, settings.shells, colors);
    this.markChosen(pen, view);
    this.hoverScene(pen, view);
    return model.cubes.count;
  }

  /** What of the depth is shown, in Å⁻¹ from g = 0 towards the viewer. */
  private slab(): readonly [number, number] {
    const { front, slab } = this.settings;
    const reach = (this.picture?.cutoff ?? 1) * 1.01;
    const near = reach - 2 * reach * front;
    return [Math.max(-reach, near - 2 * reach * slab) - 1e-6, near + 1e-6];
  }

  /** Rings around the voxels that hold the chosen wave and its opposite, where they are shown. */
  private markChosen(pen: CanvasRenderingContext2D, view: View): void {
    const { model, chosen } = this;
    if (model === undefined || chosen === undefined) return;
    const held = model.field.index.filter((flat) =>
      isHolding(model.picture, rotationOf(this.settings), model.field, flat, chosen),
    );
    for (const flat of held) {
      const center = stepsOf(model.field.size, flat).map((n) => n * model.field.step) as unknown as Vector3;
      this.outline(pen, view, center, model.field.step * 1.15, this.colors.accent);
    }
    document.body.dataset.marked = String(held.length);
  }

  private outline(
    pen: CanvasRenderingContext2D,
    view: View,
    center: Vector3,
    side: number,
    color: ThemeColors["ink"],
  ): void {
    pen.beginPath();
    for (const [x, y] of outlineCube(view, center, side)) pen.lineTo(x, y);
    pen.closePath();
    pen.strokeStyle = cssColor(color);
    pen.lineWidth = 2;
    pen.stroke();
  }

  private drawPlane(
    pen: CanvasRenderingContext2D,
    width: number,
    height: number,
    { transparent }: PictureLook,
  ): number {
    const { model, colors, settings } = this;
    if (model === undefined) return 0;
    this.stage.hide();
    pen.fillStyle = cssColor(colors.ground);
    if (!transparent) pen.fillRect(0, 0, width, height);
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
    this.tell(flat, this.pointer);
    return count;
  }

  private drawBar(pen: CanvasRenderingContext2D, width: number, height: number): void {
    if (this.model === undefined) return;
    const { transfer, threshold, picture, paint } = this.model;
    const barWidth = Math.min(240, width - 40);
    const quantity =
      paint === undefined
        ? t("|s_g| summed in each voxel")
        : t("effect on {0} in each voxel", propertyLabel(paint.target, t.language));
    const title = quantityText(quantity, shownUnit(picture, paint));
    drawColorBar(pen, { x: 18, y: height - 44, width: barWidth }, { transfer, threshold, title }, this.colors);
  }

  private hoverScene(pen: CanvasRenderingContext2D, view: View): void {
    const { model, pointer } = this;
    if (model === undefined) return;
    const cubes = model.projection ?? model.cubes;
    const picked = pointer === undefined ? this.cursorCube() : pickCube(cubes, view, ...pointer, this.slab());
    if (picked === undefined) {
      this.tell(undefined, pointer);
      return;
    }
    const of = pointer === undefined ? model.cubes : cubes;
    const at = [of.center[3 * picked] ?? 0, of.center[3 * picked + 1] ?? 0, of.center[3 * picked + 2] ?? 0] as const;
    this.outline(pen, view, at, (of.side[picked] ?? 0) * 1.12, this.colors.ink);
    const half = model.field.size / 2;
    const [nx, ny, nz] = at.map((g) => Math.round(g / model.field.step) + half);
    const [x, y] = project(view, at);
    this.tell(((nz ?? 0) * model.field.size + (ny ?? 0)) * model.field.size + (nx ?? 0), pointer ?? [x, y]);
  }

  /** The cube of the keyboard's cursor. */
  private cursorCube(): number | undefined {
    const { model, cursor } = this;
    if (model === undefined || cursor === undefined || model.cubes.count === 0) return undefined;
    const { side } = model.cubes;
    const order = Uint32Array.from({ length: model.cubes.count }, (_, i) => i).sort(
      (a, b) => (side[b] ?? 0) - (side[a] ?? 0) || a - b,
    );
    return order[((cursor % order.length) + order.length) % order.length];
  }

  private tell(flat: number | undefined, at: readonly [number, number] | undefined): void {
    this.tooltip.hidden = flat === undefined;
    if (flat === undefined || this.model === undefined || at === undefined) {
      this.hovered = undefined;
      return;
    }
    if (flat !== this.hovered) fillTooltip(this.tooltip, this.model, this.settings, flat);
    this.hovered = flat;
    placeTooltip(this.tooltip, this.element, at);
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

  private viewOf(width: number, height: number): View {
    return makeView(this.settings.orbit, width, height, (this.picture?.cutoff ?? 1) * 1.26);
  }

  private sliceOf(): Slice {
    const { mode, plane } = this.settings;
    const half = (this.model?.field.size ?? 2) / 2;
    return { axis: mode === "3d" || mode === "mip" ? "z" : mode, plane: Math.max(-half, Math.min(half - 1, plane)) };
  }

  private listenToPointer(): void {
    listenToPointer(this.overlay, {
      orbit: () => this.settings.orbit,
      turns: () => !isFlat(this.settings),
      turned: (orbit) => this.change({ orbit }),
      hovered: (at) => {
        this.pointer = at;
        if (at !== undefined) this.cursor = undefined;
        this.requestDraw();
      },
      clicked: () => this.pickHovered(),
      wheel: (delta) => {
        if (!isFlat(this.settings)) this.change({ orbit: orbitOfWheel(this.settings.orbit, delta) });
        else this.change({ plane: this.sliceOf().plane - Math.sign(delta) });
      },
    });
    listen(this.overlay, { dblclick: () => this.change({ orbit: FRONT }) });
  }

  /** The strongest plane wave of the voxel under the pointer, or of the keyboard's cursor. */
  private pickHovered(): void {
    const { model, hovered } = this;
    this.overlay.focus();
    const isOver = model !== undefined && hovered !== undefined;
    const [strongest] = isOver ? reflectionsIn(model.picture, rotationOf(this.settings), model.field, hovered) : [];
    this.pick(strongest?.hkl);
  }

  /** Steps through the voxels from the strongest on. */
  private answerKey(key: string): boolean {
    if (key === "n" || key === "p") {
      this.cursor = this.cursor === undefined ? 0 : this.cursor + (key === "n" ? 1 : -1);
      this.pointer = undefined;
      this.requestDraw();
    } else if (key === "enter" || key === " ") {
      // the voxel at the cursor is known once it is drawn, and keys may come faster
      if (this.stage.isScheduled) this.draw();
      if (this.hovered === undefined) return false;
      this.pickHovered();
    } else if (key === "escape" && (this.chosen !== undefined || this.cursor !== undefined)) {
      this.cursor = undefined;
      this.pick(undefined);
    } else return false;
    return true;
  }

  private pressKey(event: KeyboardEvent): void {
    const part = event.ctrlKey || event.metaKey || event.altKey ? undefined : this.settingsOfKey(event);
    if (part !== undefined) this.change(part);
    else if (event.ctrlKey || event.metaKey || event.altKey || !this.answerKey(event.key.toLowerCase())) return;
    event.preventDefault();
  }

  private settingsOfKey(event: KeyboardEvent): Partial<ViewSettings> | undefined {
    const { orbit, mode } = this.settings;
    const key = event.key.toLowerCase();
    const modes: Readonly<Record<string, Mode>> = { "3": "3d", x: "x", y: "y", z: "z", m: "mip" };
    const chosen = modes[key];
    if (chosen !== undefined) return { mode: chosen };
    if (key === "r") return { orbit: FRONT, plane: 0 };
    if (isFlat({ mode })) {
      const step = PLANE_KEYS[event.key];
      return step === undefined ? undefined : { plane: this.sliceOf().plane + step };
    }
    const turned = orbitOfKey(orbit, event);
    return turned && { orbit: turned };
  }
}

const isFlat = ({ mode }: Pick<ViewSettings, "mode">): boolean => mode !== "3d" && mode !== "mip";

const PLANE_KEYS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };
