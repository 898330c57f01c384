import { linePlotSvg } from "../../src/core/plots/linePlot.js";
import { CSS_THEME } from "../../src/core/plots/theme.js";
import type { FieldFacts, ProfileData } from "../../src/protocol/crystalView.js";
import { make } from "../ui/dom.js";
import { t } from "../ui/text.js";
import { unitText } from "../ui/units.js";
import type { CrystalSettings } from "./crystalSettings.js";

interface ShownProfile {
  readonly settings: CrystalSettings;
  readonly profile: ProfileData | undefined;
  readonly field: FieldFacts | undefined;
  /** What people call the field. */
  readonly title: string;
}

/** Averages over planes along an axis, with the vacuum level and the Fermi energy where there are some. */
export class ProfileView {
  readonly element = make("div", { class: "viewport profile-view", tabindex: 0 });
  private shown: ShownProfile | undefined;

  constructor() {
    new ResizeObserver(() => this.draw()).observe(this.element);
  }

  show(shown: ShownProfile): void {
    this.shown = shown;
    this.draw();
  }

  private draw(): void {
    const { clientWidth: width, clientHeight: height } = this.element;
    const { profile, field, settings, title: name } = this.shown ?? {};
    if (profile === undefined || field === undefined || settings === undefined || width < 120 || height < 120) return;
    const unit = unitText(profile.unit);
    const title = `${name}, ${t("average over planes along {0}", settings.axis)}`;
    const markers = [
      ...(profile.vacuum ? [{ value: profile.vacuum.level, name: t("vacuum") }] : []),
      ...(profile.fermi ? [{ value: profile.fermi.energy, name: "E_F" }] : []),
    ];
    const lines = [
      { y: profile.planar, name: t("planar"), isMain: profile.macroscopic === undefined },
      ...(profile.macroscopic ? [{ y: profile.macroscopic, name: t("macroscopic"), isMain: true }] : []),
    ];
    const notes = [
      title,
      ...(profile.workFunction === undefined ? [] : [t("Work function {0} eV", profile.workFunction.toFixed(3))]),
    ];
    const figure = make("div", { class: "profile-figure" });
    figure.innerHTML = linePlotSvg(
      { x: profile.z, lines, markers, xLabel: t("distance along {0} (Å)", `${settings.axis}*`), yLabel: unit },
      { width, height: Math.max(160, height - 44), theme: CSS_THEME, title, translate: t },
    );
    this.element.replaceChildren(make("p", { class: "profile-title" }, notes.join(" · ")), figure);
    document.body.dataset.profile = `${settings.axis} ${profile.planar.length}`;
  }
}
