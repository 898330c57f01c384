import { compareModels } from "../../src/core/plots/modelStyle.js";
import { describeParity, type ParityData, type ParityPlotPoint, paritySvg } from "../../src/core/plots/parity.js";
import { CSS_THEME } from "../../src/core/plots/theme.js";
import { formatValue, formatWithError } from "../../src/core/plots/ticks.js";
import { modelLabel, propertyLabel } from "../../src/core/text/labels.js";
import type { ParityPoint, RunSummary } from "../../src/protocol/runEvents.js";
import { make, makeDropdown } from "../ui/dom.js";
import { t } from "../ui/text.js";
import { Choice } from "./choice.js";
import { parityCsv } from "./figureCsv.js";
import { FigurePanel } from "./figurePanel.js";
import type { ReadOut } from "./hoverReader.js";
import { printTheme, type SaveFigure } from "./saveFigure.js";
import { makeWorstErrors } from "./worstErrors.js";

const ALL = "*";

/** Predicted against actual values on the test sets of one target and training size. */
export class ParityFigure {
  readonly panel: FigurePanel;
  private readonly chosen = { target: "", trainSize: "", model: ALL, repeat: "" };
  private readonly target: Choice;
  private readonly trainSize: Choice;
  private readonly model: Choice;
  private readonly repeat: Choice;
  /** The materials with the largest errors among those that are shown. */
  readonly worst = make("section", { class: "panel figure-worst", hidden: true });
  private points: readonly ParityPoint[] = [];
  private formulas: ReadonlyMap<string, string> = new Map();
  private listed = "";
  private unit = "";

  constructor(
    save: SaveFigure,
    private readonly redraw: () => void,
    private readonly open: (id: string) => void,
  ) {
    const exports = {
      name: "parity",
      svg: (width: number, transparent: boolean) =>
        paritySvg(this.dataOf(), { width, theme: printTheme(transparent), translate: t }),
      csv: () => parityCsv(this.points, this.unit, this.formulas),
      save,
    };
    const reader = { describe: (key: string) => this.describe(key), open: (key: string) => this.openMark(key) };
    this.panel = new FigurePanel({
      name: "parity",
      heading: t("Predicted against calculated"),
      exports,
      resized: redraw,
      reader,
    });
    this.target = this.makeChoice(t("Target"), "target");
    this.trainSize = this.makeChoice(t("Training-set size"), "trainSize");
    this.model = this.makeChoice(t("Model"), "model");
    this.repeat = this.makeChoice(t("Repeat"), "repeat");
    this.panel.choices.append(this.target.element, this.trainSize.element, this.model.element, this.repeat.element);
  }

  show(all: readonly ParityPoint[], run: RunSummary, formulas: ReadonlyMap<string, string>): void {
    this.formulas = formulas;
    const target = this.pick(
      this.target,
      "target",
      distinct(all.map((point) => point.target)),
      (names) => names[0] ?? "",
    );
    const ofTarget = all.filter((point) => point.target === target);
    const sizes = distinct(ofTarget.map((point) => String(point.trainSize))).sort((a, b) => Number(a) - Number(b));
    const size = this.pick(this.trainSize, "trainSize", sizes, (names) => names[names.length - 1] ?? "");
    const ofSize = ofTarget.filter((point) => String(point.trainSize) === size);
    const models = distinct(ofSize.map((point) => point.model)).sort(compareModels);
    const model = this.pick(this.model, "model", [ALL, ...models], () => ALL);
    const repeats = distinct(ofSize.map((point) => String(point.repeat))).sort((a, b) => Number(a) - Number(b));
    // One test set is readable; all repeats on top of each other are a choice.
    const repeat = this.pick(
      this.repeat,
      "repeat",
      repeats.length > 1 ? [ALL, ...repeats] : repeats,
      (names) => names[1] ?? names[0] ?? ALL,
    );
    this.points = ofSize.filter(
      (point) => (model === ALL || point.model === model) && (repeat === ALL || String(point.repeat) === repeat),
    );
    this.unit = run.targets.find(({ name }) => name === target)?.unit ?? "";
    const width = this.panel.width;
    if (width < 120) return;
    const data = this.dataOf();
    const svg = paritySvg(data, { width, theme: CSS_THEME, translate: t, interactive: true });
    const hasBars = this.points.some(({ sigma }) => (sigma ?? 0) > 0);
    const caption = [
      t("Test materials. A click opens the crystal."),
      ...(hasBars ? [t("Bars: one standard deviation, as the model states it.")] : []),
    ];
    this.panel.show(svg, describeParity(data, t), this.points.length === 0 ? "" : caption.join(" "));
    this.showWorst();
  }

  private showWorst(): void {
    const key = JSON.stringify([this.points, [...this.formulas]]);
    if (key === this.listed) return;
    this.listed = key;
    this.worst.hidden = this.points.length === 0;
    this.worst.replaceChildren(
      make("h2", {}, t("Largest errors")),
      makeWorstErrors(this.points, this.unit, this.formulas, this.open),
    );
  }

  private describe(key: string): ReadOut | undefined {
    const point = this.pointAt(key);
    if (point === undefined) return undefined;
    const [model] = JSON.parse(key) as [string, number];
    const predicted =
      (point.sigma ?? 0) > 0
        ? Object.values(formatWithError(point.predicted, point.sigma ?? 0)).join(" ± ")
        : formatValue(point.predicted);
    return {
      title: point.formula === undefined ? point.id : `${point.formula} (${point.id})`,
      lines: [
        `${t("Calculated (DFT)")}: ${formatValue(point.actual)} ${this.unit}`,
        `${t("Predicted")}: ${predicted} ${this.unit}`,
        `${t("Error")}: ${signed(point.predicted - point.actual)} ${this.unit}, ${modelLabel(model, t.language)}`,
      ],
    };
  }

  private openMark(key: string): void {
    const point = this.pointAt(key);
    if (point !== undefined) this.open(point.id);
  }

  private pointAt(key: string): ParityPlotPoint | undefined {
    const [model, index] = JSON.parse(key) as [string, number];
    return this.dataOf().series.find((one) => one.model === model)?.points[index];
  }

  private dataOf(): ParityData {
    const models = distinct(this.points.map((point) => point.model));
    const series = models.map((model) => ({
      model,
      points: this.points.filter((point) => point.model === model).map((point) => this.named(point)),
    }));
    return { target: this.chosen.target, unit: this.unit, series };
  }

  private named(point: ParityPoint): ParityPlotPoint {
    const { id, actual, predicted, sigma } = point;
    const formula = this.formulas.get(id);
    return { id, actual, predicted, ...(formula !== undefined && { formula }), ...(sigma !== undefined && { sigma }) };
  }

  private makeChoice(label: string, field: keyof ParityFigure["chosen"]): Choice {
    return new Choice(label, makeDropdown, (value) => {
      this.chosen[field] = value;
      this.redraw();
    });
  }

  /** Keeps the reader's choice while it exists, else takes `fallback`. */
  private pick(
    choice: Choice,
    field: keyof ParityFigure["chosen"],
    options: readonly string[],
    fallback: (options: readonly string[]) => string,
  ) {
    if (!options.includes(this.chosen[field])) this.chosen[field] = fallback(options);
    choice.show(
      options.map((value) => [value, this.nameOf(field, value)]),
      this.chosen[field],
    );
    return this.chosen[field];
  }

  private nameOf(field: string, value: string): string {
    if (value === ALL) return t("all");
    if (field === "model") return modelLabel(value, t.language);
    if (field === "target") return propertyLabel(value, t.language);
    return field === "repeat" ? String(Number(value) + 1) : value;
  }
}

const signed = (value: number): string => `${value > 0 ? "+" : ""}${formatValue(value)}`;
const distinct = (values: readonly string[]): string[] => [...new Set(values)];
