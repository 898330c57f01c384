import { describeLoss, type LossData, lossSvg } from "../../src/core/plots/lossCurve.js";
import { CSS_THEME } from "../../src/core/plots/theme.js";
import { formatValue } from "../../src/core/plots/ticks.js";
import { modelLabel, propertyLabel } from "../../src/core/text/labels.js";
import type { RunSummary } from "../../src/protocol/runEvents.js";
import { makeCheckbox, makeDropdown } from "../ui/dom.js";
import { t } from "../ui/text.js";
import { Choice } from "./choice.js";
import { lossCsv } from "./figureCsv.js";
import { FigurePanel } from "./figurePanel.js";
import type { ReadOut } from "./hoverReader.js";
import { type NetworkKey, networkKey, type RunModel } from "./runModel.js";
import { printTheme, type SaveFigure } from "./saveFigure.js";

type Field = keyof NetworkKey;

const FIELDS: readonly Field[] = ["target", "model", "trainSize", "repeat"];

/** Loss and validation error of one network while it learns: the latest, or the one the reader chose. */
export class LossFigure {
  readonly panel: FigurePanel;
  private follows = true;
  private chosen: NetworkKey | undefined;
  private member: number | undefined;
  private data: LossData | undefined;
  private readonly choices: ReadonlyMap<Field | "member", Choice>;

  constructor(
    save: SaveFigure,
    private readonly redraw: () => void,
  ) {
    const exports = {
      name: "training",
      svg: (width: number, transparent: boolean) =>
        this.data && lossSvg(this.data, { width, theme: printTheme(transparent), translate: t, title: this.titleOf() }),
      csv: () => this.data && lossCsv(this.data),
      save,
    };
    const reader = { describe: (key: string) => this.describe(key) };
    this.panel = new FigurePanel({ name: "loss", heading: t("Training"), exports, resized: redraw, reader });
    const labels = {
      target: t("Target"),
      model: t("Model"),
      trainSize: t("Training-set size"),
      repeat: t("Repeat"),
      member: t("Member"),
    };
    const fields = [...FIELDS, "member"] as const;
    this.choices = new Map(
      fields.map((field) => [field, new Choice(labels[field], makeDropdown, (value) => this.choose(field, value))]),
    );
    const follow = makeCheckbox(t("Follow the latest"), true, (checked) => {
      this.follows = checked;
      this.redraw();
    });
    this.panel.choices.append(follow, ...[...this.choices.values()].map((choice) => choice.element));
  }

  show(model: RunModel, run: RunSummary): void {
    const keys = model.networkKeys;
    const latest = keys.find((key) => networkKey(key) === model.latest?.network);
    if (this.follows || this.chosen === undefined) {
      this.chosen = latest;
      this.member = model.latest?.member;
    }
    const key = this.chosen === undefined ? "" : networkKey(this.chosen);
    this.showChoices(keys, model.membersOf(key));
    const unit = run.targets.find((target) => target.name === this.chosen?.target)?.unit ?? "";
    this.data = model.lossOf(key, unit, this.member, (index) => t("member {0}", index + 1));
    const shown = this.data ?? { target: "", unit, model: "r3dvs", members: [] };
    const width = this.panel.width;
    if (width < 120) return;
    this.panel.show(
      lossSvg(shown, { width, theme: CSS_THEME, translate: t, title: this.titleOf(), interactive: true }),
      describeLoss(shown, t),
      this.captionOf(),
    );
  }

  private describe(key: string): ReadOut | undefined {
    const [epoch] = JSON.parse(key) as [number];
    const { data } = this;
    const member = data?.members[data.highlighted ?? data.members.length - 1];
    const point = member?.points.find((one) => one.epoch === epoch);
    if (data === undefined || point === undefined) return undefined;
    const validation = Number.isFinite(point.validationMae)
      ? [`${t("Validation error")}: ${formatValue(point.validationMae)} ${data.unit}`]
      : [];
    return {
      title: t("Epoch {0}", epoch),
      lines: [`${t("Training loss")}: ${formatValue(point.loss)}`, ...validation],
    };
  }

  private titleOf(): string {
    const { chosen } = this;
    if (chosen === undefined) return t("Training");
    const model = modelLabel(chosen.model, t.language);
    return t(
      "{0} for {1}, {2} materials, repeat {3}",
      model,
      propertyLabel(chosen.target, t.language),
      chosen.trainSize,
      chosen.repeat + 1,
    );
  }

  private captionOf(): string {
    if (this.chosen === undefined) return "";
    return this.member === undefined ? this.titleOf() : `${this.titleOf()}, ${t("member {0}", this.member + 1)}`;
  }

  private showChoices(keys: readonly NetworkKey[], members: readonly number[]): void {
    let matching = keys;
    for (const field of FIELDS) {
      const values = this.follows ? [] : [...new Set(matching.map((key) => key[field]))];
      this.choices.get(field)?.show(
        values.map((value) => [String(value), nameOf(field, value)]),
        String(this.chosen?.[field] ?? ""),
      );
      matching = matching.filter((key) => key[field] === this.chosen?.[field]);
    }
    const names = this.follows ? [] : members.map((index) => [String(index), String(index + 1)] as const);
    this.choices.get("member")?.show(names, String(this.member ?? ""));
  }

  private choose(field: Field | "member", value: string): void {
    if (field === "member") this.member = Number(value);
    else if (this.chosen !== undefined)
      this.chosen = { ...this.chosen, [field]: field === "target" || field === "model" ? value : Number(value) };
    this.redraw();
  }
}

function nameOf(field: Field, value: string | number): string {
  if (field === "target") return propertyLabel(String(value), t.language);
  if (field === "model") return modelLabel(String(value), t.language);
  return field === "repeat" ? String(Number(value) + 1) : String(value);
}
