import { planeNormal } from "../../src/core/crystal/directions.js";
import { dot, inverse, rowTimes, type Vector3 } from "../../src/core/math/matrix3.js";
import { blankPen } from "../scene/blankPen.js";
import type { Orbit, View } from "../scene/orbit.js";
import { listenToPointer, orbitOfKey, orbitOfWheel } from "../scene/pointer.js";
import { type Faces, NO_CUBES, type PlaneMap, type SceneFrame, type SceneRenderer } from "../scene/sceneFrame.js";
import { type PictureLook, screenLook, toPng } from "../scene/toPng.js";
import { TurningScene } from "../scene/turningScene.js";
import { listen, make } from "../ui/dom.js";
import { readThemeColors, type ThemeColors } from "../ui/themeColors.js";
import { placeTooltip } from "../ui/tooltip.js";
import { quantityText } from "../ui/units.js";
import { axisOrbit } from "./axisViews.js";
import { drawColourBar } from "./colourBar.js";
import type { CrystalPicture } from "./crystalPicture.js";
import { type CrystalScene, makeCrystalScene } from "./crystalScene.js";
import { type CrystalSettings, DEFAULT_CRYSTAL } from "./crystalSettings.js";
import { describeCrystal } from "./describe.js";
import { type FaceList, joinFaces, NO_FACE_LIST } from "./faceList.js";
import { Framing } from "./framing.js";
import { drawGizmo, GIZMO_REACH } from "./gizmo.js";
import { remember } from "./memo.js";
import { drawAtomLabels, drawPicked } from "./overlay.js";
import { pickAtom, pointOnPlane, readingOrder } from "./pickAtom.js";
import { pickSurface, type SurfaceHit } from "./pickSurface.js";
import { planeMap } from "./planeMap.js";
import { fillAtomTip, fillPlaneTip, fillSurfaceTip } from "./probeTip.js";
import { type SurfaceColouring, surfaceColouring, vertexColours } from "./surfaceColours.js";
import { surfaceFaces } from "./surfaceFaces.js";
import { drawLevelLegend, type LevelMesh, styleOf, surfaceColour } from "./surfaceStyles.js";
import { waveFaces } from "./waveFaces.js";

export interface CrystalActions {
  turned(orbit: Orbit): void;
  changed(part: Partial<CrystalSettings>): void;
  picked(sites: readonly number[]): void;
  /** The field's value at a point is wanted; it comes with a picture. */
  probed(fractional: Vector3): void;
}

/** Triangles under the pointer are looked for among no more than these. */
const MOST_PICKED = 1_000_000;

/**
 * The crystal in three dimensions: atoms, bonds, surfaces, planes; pointer and keyboard. Draws only when something
 * changed.
 */
export class CrystalViewport {
  readonly element: HTMLElement;
  private readonly overlay = make("canvas", { class: "overlay", tabindex: 0, role: "img" });
  private readonly tooltip = make("div", { class: "tooltip", hidden: true, role: "status" });
  private readonly stage = new TurningScene(() => this.draw());
  private colors: ThemeColors = readThemeColors();
  private picture: CrystalPicture | undefined;
  private hovered: number | undefined;
  private pointer: readonly [number, number] | undefined;
  /** The point whose value was asked for last. */
  private asked = "";
  private readonly framing = new Framing();
  private readonly sceneOf = remember(makeCrystalScene);
  private readonly facesOf = remember((lists: readonly FaceList[]): Faces => joinFaces(lists));
  private readonly meshesOf = remember(meshFaces);
  private readonly coarseOf = remember(meshFaces);
  private readonly colouringOf = remember(surfaceColouring);
  private readonly wavesOf = remember(waveFaces);
  private readonly mapOf = remember(planeMap);

  constructor(private readonly actions: CrystalActions) {
    this.element = make("div", { class: "viewport crystal-viewport" }, this.stage.canvas, this.overlay, this.tooltip);
    this.listen();
    new ResizeObserver(() => this.requestDraw()).observe(this.element);
  }

  get rendererKind(): SceneRenderer["kind"] {
    return this.stage.kind;
  }

  /** No graphics card draws. */
  get isSlow(): boolean {
    return this.stage.isSlow;
  }

  show(picture: CrystalPicture): void {
    if (this.picture?.crystal !== picture.crystal) this.hovered = undefined;
    const isTurned = this.picture !== undefined && this.picture.orbit !== picture.orbit;
    this.picture = picture;
    if (isTurned) this.stage.moved();
    this.requestDraw();
  }

  /** The crystal fills the pane again, in the direction that comes next. */
  frame(): void {
    this.framing.again();
    this.requestDraw();
  }

  refreshTheme(): void {
    this.colors = readThemeColors();
    this.requestDraw();
  }

  /** The sites as they are drawn. */
  get scene(): CrystalScene | undefined {
    return this.picture && this.sceneFor(this.picture);
  }

  async exportPng(look: PictureLook): Promise<Uint8Array> {
    this.pointer = this.hovered = undefined;
    this.draw(look);
    try {
      return await toPng([this.stage.canvas, this.overlay]);
    } finally {
      this.draw();
    }
  }

  private requestDraw(): void {
    this.stage.request();
  }

  private sceneFor({ crystal, settings }: CrystalPicture): CrystalScene {
    const { cells, atoms, radii, bonds, polyhedra, cell } = settings;
    const key = [crystal, ...cells, atoms, radii, bonds, polyhedra, cell, this.colors];
    return this.sceneOf(key, crystal, settings, this.colors);
  }

  private viewOf(picture: CrystalPicture, scene: CrystalScene): View {
    return this.framing.view(picture, scene, this.element.clientWidth, this.element.clientHeight);
  }

  /** `look`: of a picture for a file, which is drawn with all care. */
  private draw(exported?: PictureLook): void {
    const look = exported ?? screenLook();
    const { clientWidth: width, clientHeight: height } = this.element;
    const { picture, colors } = this;
    if (picture === undefined || width < 16 || height < 16) return;
    const pixelRatio = look.ratio;
    const scene = this.sceneFor(picture);
    const view = this.viewOf(picture, scene);
    const isMoving = exported === undefined && this.stage.isMoving;
    const faces = this.facesFor(picture, scene, isMoving);
    const frame: SceneFrame = {
      width,
      height,
      pixelRatio,
      transparent: look.transparent,
      view,
      ground: colors.ground,
      cubes: NO_CUBES,
      lines: scene.lines,
      balls: scene.balls,
      sticks: scene.sticks,
      faces,
      ...this.mapPart(picture),
      radius: scene.extent,
      haze: picture.settings.depthCue ? 0.6 : 0,
      slab: slabOf(picture.settings, scene.extent),
    };
    this.stage.draw(frame, { carefully: exported !== undefined });
    this.drawOverlay(picture, scene, view, [width, height, pixelRatio]);
    const data = document.body.dataset;
    data.atoms = String(scene.sites.length);
    data.triangles = String(faces.indices.length / 3);
    data.crystalRenderer = this.stage.kind;
    data.picked = String(picture.picked.length);
  }

  private drawOverlay(picture: CrystalPicture, scene: CrystalScene, view: View, [width, height, ratio]: Vector3): void {
    const { overlay, colors } = this;
    const pen = blankPen(overlay, width, height, ratio);
    if (pen === null) return;
    pen.font = `11px ${colors.font}`;
    if (picture.settings.labels) drawAtomLabels(pen, scene, view, colors);
    if (this.pointer !== undefined) this.hovered = pickAtom(scene, view, ...this.pointer);
    drawPicked(pen, scene, view, { picked: picture.picked, hovered: this.hovered }, colors);
    pen.font = `italic 12px ${colors.font}`;
    drawGizmo(pen, view, picture.crystal.lattice, [GIZMO_REACH, height - GIZMO_REACH], colors);
    const colouring = this.colouringFor(picture);
    if (colouring) {
      pen.font = `11px ${colors.font}`;
      const to = width - 24;
      drawColourBar(
        pen,
        colouring,
        quantityText(colouring.title, colouring.unit),
        [barStart(to), to, height - 36],
        colors,
      );
    }
    if (colouring === undefined && picture.settings.furtherLevels.length > 0 && picture.meshes.length > 0) {
      pen.font = `11px ${colors.font}`;
      drawLevelLegend(pen, picture.meshes, picture.settings, { ...picture, right: width - 14 }, colors);
    }
    document.body.dataset.colouring = colouring ? `${colouring.low} ${colouring.high}` : "";
    overlay.setAttribute("aria-label", describeCrystal(picture, scene, colouring));
    this.tell(picture, scene, view);
  }

  /** What is under the pointer, or under the keyboard's cursor. */
  private tell(picture: CrystalPicture, scene: CrystalScene, view: View): void {
    const { pointer } = this;
    const hit = pointer && this.surfaceAt(picture, scene, view, pointer);
    const isHidden =
      hit !== undefined &&
      this.hovered !== undefined &&
      pointer !== undefined &&
      covers(hit, picture, scene, this.hovered, view.toward);
    const site = this.hovered === undefined || isHidden ? undefined : scene.sites[this.hovered];
    const plane = pointer && planePoint(picture, view, pointer);
    const onPlane = plane && hit && depthOf(plane, view) < hit.depth ? undefined : plane;
    this.tooltip.hidden = site === undefined && onPlane === undefined && hit === undefined;
    if (site !== undefined) fillAtomTip(this.tooltip, picture.crystal, site);
    else if (hit !== undefined && onPlane === undefined) this.tellOfSurface(picture, hit);
    else if (onPlane !== undefined && picture.slice)
      fillPlaneTip(this.tooltip, picture.crystal, picture.slice, onPlane);
    if (this.tooltip.hidden) return;
    placeTooltip(this.tooltip, this.element, this.pointer ?? [12, 12]);
  }

  /** Not while the scene turns: the next frame comes first. */
  private surfaceAt(
    { meshes, coarse, crystal, settings }: CrystalPicture,
    scene: CrystalScene,
    view: View,
    at: readonly [number, number],
  ) {
    if (!settings.surface || this.stage.isMoving) return undefined;
    const { cells } = settings;
    const triangles = meshes.reduce((sum, { indices }) => sum + indices.length / 3, 0) * cells[0] * cells[1] * cells[2];
    const shown = triangles > MOST_PICKED && coarse.length > 0 ? coarse : meshes;
    return pickSurface(
      { meshes: shown, lattice: crystal.lattice, cells, slab: slabOf(settings, scene.extent) },
      view,
      ...at,
    );
  }

  /** On the surface the value is its level; on a closed face it is asked for. */
  private tellOfSurface(picture: CrystalPicture, hit: SurfaceHit): void {
    const key = hit.fractional.join(" ");
    if (hit.isWall && key !== this.asked) {
      this.asked = key;
      this.actions.probed(hit.fractional);
    }
    const { probe } = picture;
    const answer = probe?.fractional.every((value, i) => Math.abs(value - (hit.fractional[i] ?? 0)) < 1e-6)
      ? probe.value
      : undefined;
    fillSurfaceTip(this.tooltip, picture, hit, hit.isWall ? answer : hit.mesh.level);
  }

  private facesFor(picture: CrystalPicture, scene: CrystalScene, isMoving: boolean): Faces {
    const { crystal, settings, meshes, coarse, wave } = picture;
    const { cells, opacity, colour, furtherLevels, closed } = settings;
    const colouring = this.colouringFor(picture);
    const inputs = [crystal, opacity, colour, furtherLevels, closed, this.colors, colouring, ...cells];
    const surface =
      isMoving && coarse.length > 0
        ? this.coarseOf([coarse, ...inputs], coarse, picture, this.colors, colouring)
        : this.meshesOf([meshes, ...inputs], meshes, picture, this.colors, colouring);
    const waves = this.wavesOf([wave, ...inputs], picture, scene.extent, this.colors);
    return this.facesOf([scene.polyhedra, surface, waves], [scene.polyhedra, surface, waves]);
  }

  /** Of the fine mesh, so that colours stay while the scene turns. */
  private colouringFor(picture: CrystalPicture): SurfaceColouring | undefined {
    const { meshes, colouring, settings } = picture;
    if (colouring === undefined || !settings.surface) return undefined;
    const { facts, title } = colouring;
    return this.colouringOf(
      [meshes, facts, title, settings.colorMap, this.colors],
      meshes,
      colouring,
      settings,
      this.colors,
    );
  }

  private mapPart(picture: CrystalPicture): { map?: PlaneMap } {
    const { slice, settings, crystal, signed } = picture;
    if (slice === undefined || !settings.plane) return {};
    const { cells, colorMap, contours } = settings;
    const key = [slice, crystal, colorMap, contours, signed, this.colors, ...cells];
    return { map: this.mapOf(key, slice, crystal.lattice, settings, signed, this.colors) };
  }

  private listen(): void {
    const orbit = () => this.orbit();
    listenToPointer(this.overlay, {
      orbit,
      turns: () => true,
      turned: (next) => this.turned(next),
      hovered: (at) => {
        this.pointer = at;
        if (at === undefined) this.hovered = undefined;
        this.requestDraw();
      },
      clicked: (at) => this.click(at),
      wheel: (delta) => this.turned(orbitOfWheel(orbit(), delta)),
    });
    listen(this.overlay, {
      dblclick: () => {
        this.frame();
        this.actions.changed({ zoom: DEFAULT_CRYSTAL.zoom });
      },
      keydown: (event) => this.pressKey(event),
      blur: () => {
        this.hovered = undefined;
        this.requestDraw();
      },
    });
  }

  private orbit(): Orbit {
    const { orbit, settings } = this.picture ?? {};
    return { ...(orbit as Orbit), zoom: settings?.zoom ?? 1 };
  }

  private turned(next: Orbit): void {
    this.stage.moved();
    if (next.zoom !== this.picture?.settings.zoom) this.actions.changed({ zoom: next.zoom });
    this.actions.turned(next);
  }

  private click(at: readonly [number, number]): void {
    const { picture } = this;
    if (picture === undefined) return;
    const scene = this.sceneFor(picture);
    const site = pickAtom(scene, this.viewOf(picture, scene), ...at);
    this.overlay.focus();
    if (site === undefined) this.actions.picked([]);
    else this.pick(site);
  }

  /** A picked atom is let go of; a fifth begins again. */
  private pick(site: number): void {
    const picked = this.picture?.picked ?? [];
    if (picked.includes(site)) this.actions.picked(picked.filter((one) => one !== site));
    else this.actions.picked(picked.length >= 4 ? [site] : [...picked, site]);
  }

  private pressKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || this.picture === undefined) return;
    if (!this.answerKey(event, this.picture)) return;
    event.preventDefault();
  }

  private answerKey(event: KeyboardEvent, picture: CrystalPicture): boolean {
    const key = event.key.toLowerCase();
    const turned = orbitOfKey(this.orbit(), event);
    const along = ["a", "b", "c"].includes(key)
      ? axisOrbit(picture.crystal.lattice, `${key}${event.shiftKey ? "*" : ""}`)
      : undefined;
    if (along !== undefined) this.frame();
    if (turned ?? along)
      this.turned({ ...(turned ?? along ?? picture.orbit), zoom: turned?.zoom ?? picture.settings.zoom });
    else if (key === "v") this.probeMiddle();
    else if (key === "n" || key === "p") this.walk(key === "n" ? 1 : -1);
    else if ((key === "enter" || key === " ") && this.hovered !== undefined) this.pick(this.hovered);
    else if (
      key === "escape" &&
      (picture.picked.length > 0 || this.hovered !== undefined || this.pointer !== undefined)
    )
      this.letGo();
    else return false;
    return true;
  }

  /** The keyboard's way to a surface or slice: what is in the middle of the picture is read out. */
  private probeMiddle(): void {
    this.pointer = [this.element.clientWidth / 2, this.element.clientHeight / 2];
    this.requestDraw();
  }

  private letGo(): void {
    this.hovered = this.pointer = undefined;
    this.actions.picked([]);
    this.requestDraw();
  }

  /** The keyboard's cursor goes to the next atom as a reader's eye would. */
  private walk(step: number): void {
    const { picture } = this;
    if (picture === undefined) return;
    const scene = this.sceneFor(picture);
    const order = readingOrder(scene, this.viewOf(picture, scene));
    const at = this.hovered === undefined ? (step > 0 ? -1 : 0) : order.indexOf(this.hovered);
    this.pointer = undefined;
    this.hovered = order[(at + step + order.length) % order.length];
    this.requestDraw();
  }
}

function slabOf({ cutFront, cutBack }: CrystalSettings, extent: number): readonly [number, number] {
  return [-extent * (1 - 2 * cutBack) - 1e-6, extent * (1 - 2 * cutFront) + 1e-6];
}

function meshFaces(
  meshes: readonly LevelMesh[],
  { crystal, settings }: CrystalPicture,
  colors: ThemeColors,
  colouring: SurfaceColouring | undefined,
): FaceList {
  const sizes = meshes.map(({ level }) => Math.abs(level)).sort((a, b) => a - b);
  const lists = meshes.map((mesh) => {
    const { opacity, colour } = styleOf(mesh, settings);
    const color =
      colouring && mesh.colour ? vertexColours(mesh.colour, colouring) : surfaceColour(mesh.level, colour, colors);
    return surfaceFaces(mesh, crystal.lattice, settings.cells, color, opacity, sizes.indexOf(Math.abs(mesh.level)));
  });
  return lists.length === 0 ? NO_FACE_LIST : joinFaces(lists);
}

/** px: the colour bar stands at the right, clear of the axes at the left. */
const barStart = (to: number): number => Math.max(to - 240, Math.min(to - 80, 2 * GIZMO_REACH + 12));

/** The point of the slice under the pointer, if the slice is drawn there. */
function planePoint(
  { settings, slice, crystal }: CrystalPicture,
  view: View,
  at: readonly [number, number],
): Vector3 | undefined {
  if (slice === undefined || !settings.plane || settings.mode !== "3d") return undefined;
  const point = pointOnPlane(view, ...at, slice.origin, planeNormal(crystal.lattice, settings.hkl));
  const fractional = point && rowTimes(point, inverse(crystal.lattice));
  return fractional?.every((value, i) => value > -1e-6 && value < (settings.cells[i] ?? 1) + 1e-6) ? point : undefined;
}

/** Whether a surface hides an atom under the pointer: a translucent one does not. */
function covers(
  hit: SurfaceHit,
  { settings }: CrystalPicture,
  { sites, radius, center }: CrystalScene,
  site: number,
  toward: Vector3,
): boolean {
  const at = sites[site]?.position ?? center;
  const front = dot([at[0] - center[0], at[1] - center[1], at[2] - center[2]], toward) + (radius[site] ?? 0);
  return styleOf(hit.mesh, settings).opacity >= 1 && hit.depth > front;
}

const depthOf = (point: Vector3, { center = [0, 0, 0], toward }: View): number =>
  dot([point[0] - center[0], point[1] - center[1], point[2] - center[2]], toward);
