import type { NamedMesh } from "../../src/core/crystal/meshFiles.js";
import type { Vector3 } from "../../src/core/math/matrix3.js";
import { MAX_TERMS } from "../../src/protocol/crystalCalls.js";
import type { CrystalData, DensityData, FieldFacts, OtherDensity } from "../../src/protocol/crystalView.js";
import type { Orbit } from "../scene/orbit.js";
import { FRONT } from "../scene/orbit.js";
import type { PictureLook } from "../scene/toPng.js";
import { make, makeSegments } from "../ui/dom.js";
import { t } from "../ui/text.js";
import { readThemeColors } from "../ui/themeColors.js";
import { unitText } from "../ui/units.js";
import { axisOrbit, planeOrbit } from "./axisViews.js";
import { missingFiles, withMovedFile } from "./combinedFields.js";
import {
  type ControlGroup,
  makeAtomControls,
  makeProfileControls,
  makeSliceControls,
  makeViewButtons,
} from "./crystalControls.js";
import { type CrystalMode, type CrystalSettings, DEFAULT_CRYSTAL } from "./crystalSettings.js";
import { CrystalViewport } from "./crystalViewport.js";
import { type Calls, DensityModel } from "./densityModel.js";
import { differenceText, type FieldActions, makeFieldControls, showFieldProblem } from "./fieldControls.js";
import { makeFrameBar } from "./frameBar.js";
import { ProfileView } from "./profileView.js";
import { makeSelection } from "./selection.js";
import { SliceView } from "./sliceView.js";
import { makeSurfaceControls } from "./surfaceControls.js";
import { styleOf, surfaceColour } from "./surfaceStyles.js";
import { makeSymmetry } from "./symmetryFacts.js";

export interface PaneActions {
  /** The camera was turned here. */
  turned(orbit: Orbit): void;
  /** Settings changed: they are kept. */
  changed(settings: CrystalSettings): void;
  /** Sections beside the picture are to be made again. */
  restructured(): void;
  /** A second file is asked for. */
  chooseOther(): void;
  /** Files that were chosen before the page was reloaded. */
  reopenOthers(files: readonly string[]): void;
  calls: Calls;
}

/** A heading and what stands under it. */
export type Section = readonly [heading: string, content: HTMLElement, isOpen: boolean];

/**
 * The crystal's half of the page: the picture in three dimensions, the flat slice and the profile, with their controls.
 */
export class CrystalPane {
  readonly element = make("section", { class: "pane crystal-pane" });
  private readonly viewport: CrystalViewport;
  private readonly slice: SliceView;
  private readonly profile: ProfileView;
  private readonly density: DensityModel;
  private crystal: CrystalData | undefined;
  private wave: Vector3 | undefined;
  private picked: readonly number[] = [];
  private groups: readonly ControlGroup[] = [];
  private mode: ReturnType<typeof makeSegments> | undefined;
  private frameBar: HTMLElement | undefined;
  private fieldControls: HTMLElement = make("div");
  /** Whether the controls are those of a field of both signs. */
  private wasSigned = false;
  /** What the next chosen file is for. */
  private otherUse: "term" | "colour" | undefined;
  /** Why a chosen file cannot be used. */
  private note: string | undefined;
  private readonly selection = make("div", { class: "selection", "aria-live": "polite" });
  private readonly symmetry = make("div", { class: "symmetry" });

  constructor(
    private settings: CrystalSettings,
    private orbit: Orbit,
    private readonly actions: PaneActions,
  ) {
    this.element.setAttribute("aria-label", t("Crystal"));
    this.viewport = new CrystalViewport({
      turned: (next) => actions.turned(next),
      changed: (part) => this.change(part),
      picked: (sites) => this.pick(sites),
      probed: (fractional) => this.density.askProbe(this.settings, fractional),
    });
    this.slice = new SliceView((part) => this.change(part));
    this.profile = new ProfileView();
    this.density = new DensityModel(
      actions.calls,
      () => this.answered(),
      () => this.viewport.isSlow,
    );
  }

  get isOpen(): boolean {
    return this.crystal !== undefined;
  }

  get rendererKind(): string {
    return this.viewport.rendererKind;
  }

  /** Atoms and cell of a file or of another of its frames. */
  open(crystal: CrystalData): void {
    const isSame = this.crystal !== undefined && sameAtoms(this.crystal, crystal);
    this.crystal = crystal;
    if (!isSame) this.picked = [];
    this.frameBar = makeFrameBar(crystal, this.actions.calls, (moved) => this.moveTo(moved));
    void this.density.askSymmetry(crystal.frames?.shown);
    this.rebuild();
  }

  openDensity(density: DensityData | undefined): void {
    this.density.open(density, this.settings);
    const missing = density?.how === "sample" ? [] : missingFiles(this.density.state, this.settings);
    if (missing.length > 0) this.actions.reopenOthers(missing);
    this.rebuild();
    this.actions.restructured();
  }

  /** The planes of this plane wave are drawn; none without one. */
  showWave(hkl: Vector3 | undefined): void {
    this.wave = hkl;
    this.refresh();
  }

  turn(orbit: Orbit): void {
    this.orbit = orbit;
    this.refresh();
  }

  refreshTheme(): void {
    this.viewport.refreshTheme();
    this.slice.refreshTheme();
    this.refresh();
  }

  exportPng(look: PictureLook): Promise<Uint8Array> {
    return this.settings.mode === "slice" ? this.slice.exportPng(look) : this.viewport.exportPng(look);
  }

  /** The isosurfaces that are shown, of one cell, in their colours. */
  surfaces(): readonly NamedMesh[] {
    const { meshes } = this.density.state;
    if (this.settings.mode !== "3d") return [];
    const theme = readThemeColors();
    return meshes.map((mesh) => {
      const { level, positions, normals, indices } = mesh;
      const [red, green, blue] = surfaceColour(level, styleOf(mesh, this.settings).colour, theme);
      const colour = [linear(red), linear(green), linear(blue)] as const;
      return { name: `level ${Number(level.toPrecision(6))}`, level, colour, positions, normals, indices };
    });
  }

  /** CSS px of what is exported. */
  get pictureWidth(): number {
    return (this.settings.mode === "slice" ? this.slice : this.viewport).element.clientWidth;
  }

  /** What stands beside the picture, for the mode that is shown. */
  sections(): readonly Section[] {
    if (this.crystal === undefined) return [];
    const change = (part: Partial<CrystalSettings>) => this.change(part);
    const atoms = makeAtomControls(this.settings, change);
    const groups: ControlGroup[] = [atoms];
    const sections: Section[] = [];
    const fields: FieldActions = { change, chooseOther: (use) => this.askForOther(use) };
    this.fieldControls = makeFieldControls(this.density, this.settings, fields);
    // The field stands first, whatever is shown of it.
    const add = (heading: string, group: ControlGroup, isOpen: boolean) => {
      groups.push(group);
      const isFirst = sections.length === 0;
      sections.push([heading, isFirst ? make("div", {}, this.fieldControls, group.element) : group.element, isOpen]);
    };
    const { mode } = this.settings;
    if (this.density.state.density !== undefined) {
      if (mode === "3d") add(t("Surface"), makeSurfaceControls(this.density, this.settings, fields), true);
      if (mode !== "profile")
        add(
          t("Slice"),
          makeSliceControls(this.settings, change, (hkl) => this.lookOnto(hkl)),
          mode === "slice",
        );
      const length = this.density.state.profile?.length ?? 20;
      if (mode === "profile") add(t("Profile"), makeProfileControls(length, this.settings, change), true);
    }
    this.groups = groups;
    this.wasSigned = this.density.field(this.settings)?.signed ?? false;
    this.showSelection();
    this.showSymmetry();
    return [
      ...sections,
      [t("Atoms and cell"), atoms.element, false],
      [t("Selection"), this.selection, true],
      [t("Symmetry"), this.symmetry, true],
    ];
  }

  change(part: Partial<CrystalSettings>): void {
    const before = this.settings;
    // A level belongs to its field.
    const { level: _, ...others } = before;
    const rest = { ...others, furtherLevels: [] };
    const isOtherField = part.field !== undefined || part.terms !== undefined;
    this.settings = { ...(isOtherField && part.level === undefined ? rest : before), ...part };
    this.actions.changed(this.settings);
    if (isOtherField) this.note = undefined;
    this.density.apply(this.settings);
    if (part.mode !== undefined) this.rebuild();
    const hasOtherLevels = this.settings.furtherLevels.length !== before.furtherLevels.length;
    if (part.mode !== undefined || isOtherField || hasOtherLevels) this.actions.restructured();
    this.refresh();
  }

  private askForOther(use: "term" | "colour"): void {
    this.otherUse = use;
    this.note = undefined;
    this.actions.chooseOther();
  }

  /** A second file was chosen: for what it was asked, unless cells or grids differ. */
  openOther(other: OtherDensity, former?: string): void {
    const use = former === undefined ? this.otherUse : undefined;
    if (former === undefined) this.otherUse = undefined;
    else this.restoreOther(other, former);
    this.density.addOther(other, this.settings);
    const own = this.density.field(this.settings) ?? this.density.state.density?.fields[0];
    const { file, fields, differs } = other;
    const like =
      fields.find(({ name, unit }) => name === own?.name && unit === own.unit) ??
      fields.find(({ unit }) => unit === own?.unit);
    if (use === "colour" && differs?.what !== "cell" && fields[0])
      this.change({ colourBy: { file, field: fields[0].name } });
    if (use === "term" && differs === undefined && like && this.settings.terms.length < MAX_TERMS) {
      const terms = this.settings.terms.filter((term) => term.file !== file || term.field !== like.name);
      this.change({ terms: [...terms, { file, field: like.name, factor: -1 }] });
    }
    if (use !== undefined)
      this.note =
        (use === "colour" && differs?.what === "grid" ? undefined : differenceText(other)) ??
        unitNote(use, like, other);
    this.actions.restructured();
    this.refresh();
  }

  /** The settings still say what it is for. */
  private restoreOther(other: OtherDensity, former: string): void {
    if (former !== other.file) {
      this.settings = { ...this.settings, ...withMovedFile(this.settings, former, other.file) };
      this.actions.changed(this.settings);
    }
    if (other.differs?.what === "cell") this.note = differenceText(other);
  }

  failOther(title: string, problems: readonly string[]): void {
    this.otherUse = undefined;
    this.note = [`${title}:`, ...problems].join(" ");
    this.refresh();
  }

  private rebuild(): void {
    const { mode } = this.settings;
    const shown = { "3d": this.viewport, slice: this.slice, profile: this.profile }[this.shownMode()];
    const modes: readonly (readonly [CrystalMode, string])[] = [
      ["3d", "3D"],
      ["slice", t("Slice")],
      ["profile", t("Profile")],
    ];
    this.mode = makeSegments(t("View of the crystal"), modes, mode, (value) =>
      this.change({ mode: value as CrystalMode }),
    );
    const buttons = makeViewButtons({ along: (axis) => this.look(axis), reset: () => this.resetView() });
    const bar = make(
      "div",
      { class: "pane-bar" },
      this.density.state.density === undefined ? undefined : this.mode.element,
      this.shownMode() === "3d" ? buttons : undefined,
    );
    this.element.replaceChildren(bar, shown.element, ...(this.frameBar ? [this.frameBar] : []));
    this.refresh();
  }

  private shownMode(): CrystalMode {
    return this.density.state.density === undefined ? "3d" : this.settings.mode;
  }

  private look(axis: string): void {
    const orbit = this.crystal && axisOrbit(this.crystal.lattice, axis);
    if (orbit) this.lookFrom(orbit);
  }

  /** Onto the planes (hkl). */
  lookOnto(hkl: Vector3): void {
    const orbit = this.crystal && planeOrbit(this.crystal.lattice, hkl);
    if (orbit) this.lookFrom(orbit);
  }

  private resetView(): void {
    this.change({ zoom: DEFAULT_CRYSTAL.zoom });
    this.lookFrom(FRONT);
  }

  private lookFrom(orbit: Orbit): void {
    this.viewport.frame();
    this.actions.turned(orbit);
  }

  private pick(sites: readonly number[]): void {
    this.picked = sites;
    if (sites.length !== 2) this.density.forget("line");
    this.density.forget("sphere");
    this.refresh();
    this.showSelection();
  }

  private moveTo(crystal: CrystalData): void {
    this.crystal = crystal;
    this.refresh();
    this.showSelection();
  }

  private answered(): void {
    // Of a sum or difference it is known only now whether it takes both signs.
    if ((this.density.field(this.settings)?.signed ?? false) !== this.wasSigned) this.actions.restructured();
    this.refresh();
    for (const group of this.groups) group.show(this.settings);
    this.showSelection();
    this.showSymmetry();
    document.body.dataset.levelText = document.querySelector<HTMLOutputElement>(".slider-value")?.value ?? "";
  }

  private showSelection(): void {
    const { crystal, picked, settings, density } = this;
    const sites = picked.flatMap((i) => this.viewport.scene?.sites[i] ?? []);
    if (crystal === undefined) return;
    // The space of a Patterson function is that of vectors between atoms: there is nothing around an atom.
    const shown = density.field(settings);
    const field = shown?.name === "patterson" ? undefined : shown;
    makeSelection(this.selection, sites, {
      ...(field && { field }),
      ...(density.state.symmetry && { symmetry: density.state.symmetry }),
      ...(density.state.sphere && { sphere: density.state.sphere }),
      ...(density.state.line && { line: density.state.line }),
      askSphere: (atom, radius) => density.askSphere(this.settings, atom, radius),
      askLine: (from, to) => density.askLine(this.settings, from, to),
      clear: () => this.pick([]),
    });
  }

  private showSymmetry(): void {
    makeSymmetry(this.symmetry, this.density.state.symmetry);
  }

  private refresh(): void {
    const { crystal, settings, density } = this;
    for (const group of this.groups) group.show(settings);
    this.mode?.set(settings.mode);
    if (crystal === undefined) return;
    const { state } = density;
    showFieldProblem(this.fieldControls, this.note ?? state.problem);
    const field = density.field(settings);
    const title = density.title(settings);
    const colouring = density.colouring(settings);
    document.body.dataset.field = field ? title : "";
    document.body.dataset.density = state.density?.how ?? "";
    document.body.dataset.surfaces = String(state.meshes.length);
    const mode = this.shownMode();
    if (mode === "3d") {
      const { meshes, coarse, slice } = state;
      const signed = field?.signed ?? false;
      const wave = this.wave && { wave: this.wave };
      this.viewport.show({
        crystal,
        settings,
        orbit: this.orbit,
        meshes,
        coarse,
        ...(colouring && { colouring }),
        ...(slice && { slice }),
        signed,
        unit: unitText(field?.unit ?? ""),
        isOfVectors: field?.name === "patterson",
        ...(state.probe && { probe: state.probe }),
        ...wave,
        picked: this.picked,
      });
    } else if (mode === "slice") this.slice.show({ crystal, settings, slice: state.slice, field, title });
    else this.profile.show({ settings, profile: state.profile, field, title });
  }
}

function unitNote(
  use: "term" | "colour",
  like: FieldFacts | undefined,
  { title, fields }: OtherDensity,
): string | undefined {
  if (use === "colour" || like !== undefined) return undefined;
  return t(
    "{0} holds {1}, which cannot be added to or subtracted from this field.",
    title,
    unitText(fields[0]?.unit ?? "") || t("numbers without a unit"),
  );
}

const sameAtoms = (a: CrystalData, b: CrystalData): boolean =>
  a.species.length === b.species.length && a.species.every((one, i) => one === b.species[i]);

/** glTF has linear colours; those of themes are sRGB. */
const linear = (value: number): number => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
