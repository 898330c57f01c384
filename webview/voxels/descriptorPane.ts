import type { Vector3 } from "../../src/core/math/matrix3.js";
import type { VoxelViewData } from "../../src/protocol/voxelView.js";
import { axisOrbit } from "../crystal/axisViews.js";
import { makeViewButtons } from "../crystal/crystalControls.js";
import { FRONT } from "../scene/orbit.js";
import type { PictureLook } from "../scene/toPng.js";
import { make, makeSegments } from "../ui/dom.js";
import { t } from "../ui/text.js";
import { type Controls, makeControls } from "./controls.js";
import { SpectrumStrip } from "./spectrumStrip.js";
import { Viewport } from "./viewport.js";
import type { Mode, ViewSettings } from "./viewSettings.js";
import type { Paint } from "./voxelModel.js";

export interface DescriptorActions {
  changed(part: Partial<ViewSettings>): void;
  /** A plane wave was chosen, or none. */
  picked(hkl: Vector3 | undefined): void;
  along(hkl: Vector3): void;
}

/** The descriptor's half of the page: voxels in reciprocal space, and below them the same plane waves over |g|. */
export class DescriptorPane {
  readonly element = make("section", { class: "pane descriptor-pane" });
  private readonly viewport: Viewport;
  private readonly strip: SpectrumStrip;
  private controls: Controls | undefined;
  private mode: ReturnType<typeof makeSegments>;
  private picture: VoxelViewData | undefined;

  constructor(
    private settings: ViewSettings,
    private readonly actions: DescriptorActions,
  ) {
    this.element.setAttribute("aria-label", t("Voxels"));
    this.viewport = new Viewport(
      settings,
      (part) => actions.changed(part),
      (hkl) => actions.picked(hkl),
    );
    this.strip = new SpectrumStrip((hkl) => actions.picked(hkl));
    const modes: readonly (readonly [Mode, string])[] = [
      ["3d", "3D"],
      ...(["x", "y", "z"] as const).map((axis) => [axis, `${axis} ⟂`] as const),
      ["mip", "MIP"],
    ];
    this.mode = makeSegments(t("View"), modes, settings.mode, (value) => actions.changed({ mode: value as Mode }));
    const buttons = makeViewButtons({
      along: (axis) => this.look(axis),
      reset: () => actions.changed({ orbit: FRONT, plane: 0, slab: 1, front: 0 }),
    });
    this.element.append(
      make("div", { class: "pane-bar" }, this.mode.element, buttons),
      this.viewport.element,
      this.strip.element,
    );
  }

  get rendererKind(): string {
    return this.viewport.rendererKind;
  }

  show(picture: VoxelViewData, paint: Paint | undefined): void {
    this.picture = picture;
    this.viewport.show(picture, paint);
    this.strip.show(picture, this.settings);
  }

  apply(settings: ViewSettings): void {
    this.settings = settings;
    this.viewport.apply(settings);
    this.strip.apply(settings);
    this.controls?.show(settings);
    this.mode.set(settings.mode);
  }

  /** Only the camera is another one: nothing beside the picture changes. */
  turn(settings: ViewSettings): void {
    this.settings = settings;
    this.viewport.apply(settings);
  }

  choose(hkl: Vector3 | undefined): void {
    this.viewport.choose(hkl);
    this.strip.choose(hkl);
  }

  makeControls(picture: VoxelViewData, paint: Paint | undefined): HTMLElement {
    this.controls = makeControls(picture, paint, this.settings, (part) => this.actions.changed(part));
    return this.controls.element;
  }

  refreshTheme(): void {
    this.viewport.refreshTheme();
    this.strip.refreshTheme();
  }

  exportPng(look: PictureLook): Promise<Uint8Array> {
    return this.viewport.exportPng(look);
  }

  /** CSS px of what is exported. */
  get pictureWidth(): number {
    return this.viewport.element.clientWidth;
  }

  private look(axis: string): void {
    const orbit = this.picture && axisOrbit(this.picture.lattice, axis);
    if (orbit) this.actions.changed({ orbit: { ...orbit, zoom: this.settings.orbit.zoom } });
  }
}
