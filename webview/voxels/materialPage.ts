import { writeGlb, writeObj } from "../../src/core/crystal/meshFiles.js";
import { isText } from "../../src/core/formats/fileNames.js";
import type { Vector3 } from "../../src/core/math/matrix3.js";
import type { CrystalViewCalls, DensityData, FromCrystalView, ToCrystalView } from "../../src/protocol/crystalView.js";
import { RpcPeer } from "../../src/protocol/rpc.js";
import type { FromVoxelView, ToVoxelView, VoxelViewData } from "../../src/protocol/voxelView.js";
import { CrystalPane, type Section } from "../crystal/crystalPane.js";
import { Latest } from "../crystal/latest.js";
import { exportPicture } from "../scene/exportPicture.js";
import type { Orbit } from "../scene/orbit.js";
import { make, makeSegments } from "../ui/dom.js";
import { openExport } from "../ui/exportDialog.js";
import type { HostPort } from "../ui/hostPort.js";
import { makeFailure, makeLoading, makeProblem, type ShowText } from "../ui/stages.js";
import { t } from "../ui/text.js";
import { DescriptorPane } from "./descriptorPane.js";
import { paintOf } from "./explanation.js";
import { makeFacts } from "./facts.js";
import { makeHeader } from "./header.js";
import { NumbersPanel } from "./numbersPanel.js";
import { type PageLayout, type PageState, restorePage, shownLayout, WIDE_PX } from "./pageState.js";
import { makeStrongest } from "./strongest.js";
import { type Paint, suggestStrongest } from "./voxelModel.js";
import { makeWavePanel } from "./wavePanel.js";

/** dL of the descriptor where it is not known yet, Å. */
const DEFAULT_SPACING = 0.4;
/** After this long without a turn the camera is kept. */
const TURNED_MS = 150;

type Host = HostPort<FromVoxelView | FromCrystalView, ToVoxelView | ToCrystalView, PageState>;

/**
 * The page of a structure or density: the crystal and its descriptor, one or both, and what is known of them beside.
 */
export class MaterialPage {
  private state: PageState;
  private readonly crystal: CrystalPane;
  private readonly descriptor: DescriptorPane;
  private title = { formula: "", title: "", kind: "" };
  private voxels: VoxelViewData | undefined;
  private readonly numbers: NumbersPanel;
  private readonly calls: Pick<RpcPeer<Record<string, never>, CrystalViewCalls>, "call">;
  private readonly integrals: Latest;
  /** What the sums beside the picture are of. */
  private summed: { readonly density: DensityData; readonly cutoff: number } | undefined;
  private warnings: readonly string[] = [];
  private turned: ReturnType<typeof setTimeout> | undefined;
  private wave: Vector3 | undefined;
  private isWide = true;
  /** Headings that the reader has opened or closed. */
  private readonly opened = new Map<string, boolean>();
  private readonly tools = make("div", { class: "tools", tabindex: 0 });
  private readonly side = make("aside", { class: "side" });

  constructor(
    private readonly app: HTMLElement,
    private readonly host: Host,
  ) {
    this.state = restorePage(host.readState());
    const peer = new RpcPeer<Record<string, never>, CrystalViewCalls>(host.port, {});
    this.crystal = new CrystalPane(this.state.crystal, this.state.orbit, {
      turned: (orbit) => this.turn(orbit),
      changed: (crystal) => this.keep({ crystal }),
      restructured: () => this.renderSide(),
      chooseOther: () => host.post({ type: "chooseOther" }),
      reopenOthers: (files) => host.post({ type: "reopenOthers", files }),
      calls: peer,
    });
    this.numbers = new NumbersPanel(this.state.numbers, {
      predict: () => host.post({ type: "predict" }),
      explain: (model) => host.post({ type: "explain", model }),
      painted: () => this.repaint(),
      changed: (numbers) => this.keep({ numbers }),
    });
    this.integrals = new Latest(() => this.numbers.setIntegrals("none"));
    this.calls = peer;
    this.side.append(this.numbers.element, this.tools);
    this.tools.setAttribute("aria-label", t("Settings of the picture"));
    this.descriptor = new DescriptorPane(this.state, {
      changed: ({ orbit, ...part }) => {
        if (Object.keys(part).length > 0) this.keep(part);
        if (orbit) this.turn(orbit, orbit.zoom);
      },
      picked: (hkl) => this.choose(hkl),
      along: (hkl) => this.crystal.lookOnto(hkl),
    });
    this.side.setAttribute("aria-label", t("Properties"));
    this.showLoading(undefined);
    new ResizeObserver(() => this.fit()).observe(app);
  }

  receive(message: ToVoxelView | ToCrystalView): void {
    switch (message.type) {
      case "loading":
      case "reading":
        this.showLoading(message.fraction);
        break;
      case "failed":
        this.showFailure(message.problems);
        break;
      case "warned":
        this.warnings = message.problems;
        this.render();
        break;
      case "crystalOpened":
        this.openCrystal(message.crystal);
        break;
      case "densityOpened":
        this.crystal.openDensity(message.density);
        this.sumOver(message.density, this.voxels?.cutoff ?? Math.PI / DEFAULT_SPACING);
        this.markReady();
        break;
      case "otherChosen":
        this.crystal.openOther(message.other, message.former);
        break;
      case "otherFailed":
        this.crystal.failOther(message.title, message.problems);
        break;
      case "pictureLoaded":
        this.openVoxels(message.picture);
        break;
      case "predictionsChanged":
        this.numbers.setRows(message.predictions);
        break;
      case "explaining":
        this.numbers.setExplaining({ model: message.model, fraction: message.fraction });
        break;
      case "explained":
        this.numbers.setExplanation(message.model, message.explanation);
    }
  }

  refreshTheme(): void {
    this.crystal.refreshTheme();
    this.descriptor.refreshTheme();
  }

  /** A density is still to come. */
  private awaitsDensity = false;

  private openCrystal(crystal: Extract<ToCrystalView, { type: "crystalOpened" }>["crystal"]): void {
    this.title = { formula: crystal.formula, title: crystal.title, kind: crystal.kind };
    this.crystal.open(crystal);
    this.awaitsDensity = document.body.dataset.state === "loading" && crystal.hasDensity;
    this.render();
    if (!this.awaitsDensity) this.markReady();
  }

  private openVoxels(picture: VoxelViewData): void {
    if (this.voxels === undefined && this.host.readState().strongest === undefined)
      this.keep({ strongest: suggestStrongest(picture) });
    this.voxels = picture;
    this.warnings = picture.warnings;
    this.title = { formula: picture.formula, title: picture.title, kind: picture.kind };
    this.numbers.open(picture);
    if (this.summed) this.sumOver(this.summed.density, picture.cutoff);
    this.descriptor.show(picture, this.paint());
    this.render();
    this.markReady();
  }

  private markReady(): void {
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        document.body.dataset.state = "ready";
      }),
    );
  }

  // While a changed file is read again, the last picture stays.
  private showLoading(fraction: number | undefined): void {
    document.body.dataset.state = "loading";
    if (this.voxels !== undefined) return;
    if (this.crystal.isOpen) {
      const bar = this.app.querySelector<HTMLProgressElement>(".reading progress");
      if (bar && fraction !== undefined) bar.value = fraction;
    } else this.app.replaceChildren(makeLoading(fraction, t("Reading the file…")));
  }

  private showFailure(problems: readonly string[]): void {
    this.summed = undefined;
    this.numbers.setIntegrals("none");
    document.body.dataset.state = "failed";
    if (this.crystal.isOpen) {
      this.voxels = undefined;
      this.warnings = problems;
      this.render();
    } else {
      this.app.replaceChildren(makeFailure(t("This file cannot be shown"), problems, this.showText));
    }
  }

  /** The two pictures turn together; their zooms are their own. */
  private turn(orbit: Orbit, zoom = this.state.orbit.zoom): void {
    this.state = { ...this.state, orbit: { ...orbit, zoom } };
    this.descriptor.turn(this.state);
    this.crystal.turn(this.state.orbit);
    // each writing is a message to the editor: one when the turning ends
    clearTimeout(this.turned);
    this.turned = setTimeout(() => this.host.writeState(this.state), TURNED_MS);
  }

  private keep(part: Partial<PageState>): void {
    this.state = { ...this.state, ...part };
    this.host.writeState(this.state);
    this.descriptor.apply(this.state);
  }

  /** A plane wave that was chosen in one picture is shown in both. */
  private choose(hkl: Vector3 | undefined): void {
    this.wave = hkl;
    this.crystal.showWave(hkl);
    this.descriptor.choose(hkl);
    document.body.dataset.wave = hkl?.join(" ") ?? "";
    this.renderSide();
  }

  private layout(): PageLayout {
    return shownLayout(this.state.layout, this.isWide, {
      crystal: this.crystal.isOpen,
      descriptor: this.voxels !== undefined,
    });
  }

  private fit(): void {
    const isWide = this.app.clientWidth >= WIDE_PX;
    if (isWide === this.isWide) return;
    this.isWide = isWide;
    if (this.crystal.isOpen || this.voxels !== undefined) this.render();
  }

  private render(): void {
    const layout = this.layout();
    const isReading = this.voxels === undefined && this.awaitsDensity && document.body.dataset.state === "loading";
    const stage = make(
      "div",
      { class: "stage-area" },
      this.makeWarnings(),
      isReading
        ? make("div", { class: "reading" }, make("progress", { max: 1, "aria-label": t("Reading the file…") }))
        : undefined,
      make(
        "div",
        { class: `panes layout-${layout}` },
        layout === "descriptor" ? undefined : this.crystal.element,
        layout === "crystal" ? undefined : this.descriptor.element,
      ),
    );
    document.body.dataset.layout = layout;
    this.app.replaceChildren(this.header(layout), make("div", { class: "columns" }, stage, this.side));
    this.renderSide();
  }

  private header(layout: PageLayout): HTMLElement {
    const { host } = this;
    const layouts: readonly (readonly [PageLayout, string])[] = [
      ["crystal", t("Crystal")],
      ["descriptor", t("Descriptor")],
      ...(this.isWide ? [["both", t("Both")] as const] : []),
    ];
    const tabs = makeSegments(t("Shown"), layouts, layout, (value) => {
      this.keep({ layout: value as PageLayout });
      this.render();
    });
    return makeHeader(
      { ...this.title, ...(this.voxels && { voxels: this.voxels }) },
      this.voxels && this.crystal.isOpen ? tabs.element : undefined,
      {
        chooseComponent: (component) => host.post({ type: "chooseComponent", component }),
        chooseFrame: (frame) => host.post({ type: "chooseFrame", frame }),
        showText: () => host.post({ type: "showText" }),
        export: (format) => this.exportAs(format),
      },
    );
  }

  private renderSide(): void {
    const layout = this.layout();
    const scrolled = this.tools.scrollTop;
    const focused = this.tools.contains(document.activeElement)
      ? document.activeElement?.getAttribute("aria-label")
      : undefined;
    const { voxels } = this;
    const wave = voxels && layout !== "crystal" ? this.waveSection(voxels) : undefined;
    const [first, ...others] = layout === "descriptor" ? [] : this.crystal.sections();
    const sections: (Section | undefined)[] = [
      this.wave && wave,
      first,
      ...others,
      this.wave ? undefined : wave,
      ...(voxels && layout !== "crystal" ? this.descriptorSections(voxels) : []),
      voxels && [t("Crystal"), makeFacts(voxels), layout !== "both"],
    ];
    this.tools.replaceChildren(
      ...sections.filter((section) => section !== undefined).map((section) => this.makeSection(section)),
    );
    this.tools.scrollTop = scrolled;
    // Whoever types the indices of a wave goes on typing, though the panel is new.
    if (focused) this.tools.querySelector<HTMLElement>(`[aria-label="${CSS.escape(focused)}"]`)?.focus();
  }

  private waveSection(voxels: VoxelViewData): Section {
    const panel = makeWavePanel(
      voxels,
      this.wave,
      (hkl) => this.choose(hkl),
      (hkl) => this.crystal.lookOnto(hkl),
    );
    return [t("Plane wave"), panel, true];
  }

  private descriptorSections(voxels: VoxelViewData): readonly Section[] {
    const paint = this.paint();
    return [
      [t("Picture"), this.descriptor.makeControls(voxels, paint), true],
      [
        paint === undefined ? t("Strongest plane waves") : t("Effects"),
        makeStrongest(voxels, paint, (hkl) => this.choose(hkl)),
        false,
      ],
    ];
  }

  private makeSection([heading, content, isOpen]: Section): HTMLElement {
    const open = this.opened.get(heading) ?? isOpen;
    const section = make("details", { class: "panel", open }, make("summary", {}, make("h2", {}, heading)), content);
    section.addEventListener("toggle", () => this.opened.set(heading, section.open));
    return section;
  }

  private exportAs(format: "npz" | "csv" | "png"): void {
    if (format === "png") this.exportPicture();
    else this.host.post({ type: "export", format });
  }

  private exportPicture(): void {
    const panes = { crystal: this.crystal, descriptor: this.descriptor };
    const layout = this.layout();
    const both = [["crystal", t("Crystal")] as const, ["descriptor", t("Descriptor")] as const];
    const surfaces = layout === "descriptor" ? [] : this.crystal.surfaces();
    openExport(this.title.title, {
      formats: surfaces.length > 0 ? ["png", "glb", "obj"] : ["png"],
      ...(layout === "both" && { pictures: both }),
      write: async (format, size, picture) => {
        if (format === "glb") return writeGlb(surfaces, "R3DVS");
        if (format === "obj") return new TextEncoder().encode(writeObj(surfaces));
        const pane = panes[(layout === "both" ? picture : layout) === "descriptor" ? "descriptor" : "crystal"];
        return exportPicture(pane, size);
      },
      save: (format, bytes) => {
        if (format === "png" || format === "glb" || format === "obj") this.host.post({ type: "export", format, bytes });
      },
    });
  }

  /** Of the whole grid: a sample of it comes first. */
  private sumOver(density: DensityData, cutoff: number): void {
    if (density.how === "sample" || (this.summed?.density === density && this.summed.cutoff === cutoff)) return;
    this.summed = { density, cutoff };
    this.numbers.setIntegrals(undefined);
    this.integrals.ask(async () => this.numbers.setIntegrals(await this.calls.call("integrals", { cutoff })));
  }

  private paint(): Paint | undefined {
    const explanation = this.numbers.paintedBy;
    return explanation && this.voxels ? paintOf(explanation, this.voxels) : undefined;
  }

  private repaint(): void {
    if (this.voxels === undefined) return;
    this.descriptor.show(this.voxels, this.paint());
    this.renderSide();
  }

  private readonly showText: ShowText = (line, column) =>
    this.host.post({ type: "showText", ...(line !== undefined && column !== undefined && { line, column }) });

  private makeWarnings(): HTMLElement | undefined {
    const notes = [...this.warnings];
    const kind = this.crystal.isOpen ? this.crystal.rendererKind : this.descriptor.rendererKind;
    if (kind === "canvas2d") notes.push(t("WebGL is not available here, so a plain canvas draws the same picture."));
    if (notes.length === 0) return undefined;
    const failed = document.body.dataset.state === "failed";
    const look = { class: failed ? "warnings is-failure" : "warnings", role: failed ? "alert" : "note" };
    const canShow = this.title.title === "" || isText(this.title.title);
    return make("ul", look, ...notes.map((note) => makeProblem(note, canShow ? this.showText : undefined)));
  }
}
