import { compareModels } from "../../src/core/plots/modelStyle.js";
import { describeParity, type ParityData, paritySvg } from "../../src/core/plots/parity.js";
import { CSS_THEME, LIGHT_THEME } from "../../src/core/plots/theme.js";
import { modelLabel, propertyLabel } from "../../src/core/text/labels.js";
import type { ParityPoint, RunSummary } from "../../src/protocol/runEvents.js";
import { makeDropdown } from "../ui/dom.js";
import { t } from "../ui/text.js";
import { parityCsv } from "./figureCsv.js";
import { Choice, FigurePanel } from "./figurePanel.js";

type Send = (format: "svg" | "csv", name: string, text: string) => void;

const ALL = "*";

/** Predicted against actual values on the test sets of one target and training size. */
export class ParityFigure {
  readonly panel: FigurePanel;
  private readonly chosen = { target: "", trainSize: "", model: ALL, repeat: "" };
  private readonly target: Choice;
  private readonly trainSize: Choice;
  private readonly model: Choice;
  private readonly repeat: Choice;
  private points: readonly ParityPoint[] = [];
  private unit = "";

  constructor(
    send: Send,
    private readonly redraw: () => void,
  ) {
    const exports = {
      svg: () => paritySvg(this.dataOf(), { width: 900, theme: LIGHT_THEME, translate: t }),
      csv: () => parityCsv(this.points, this.unit),
      send: (format: "svg" | "csv", text: string) => send(format, "parity", text),
    };
    this.panel = new FigurePanel("parity", t("Predicted against calculated"), exports, redraw);
    this.target = this.makeChoice(t("Target"), "target");
    this.trainSize = this.makeChoice(t("Training-set size"), "trainSize");
    this.model = this.makeChoice(t("Model"), "model");
    this.repeat = this.makeChoice(t("Repeat"), "repeat");
    this.panel.choices.append(this.target.element, this.trainSize.element, this.model.element, this.repeat.element);
  }

  show(all: readonly ParityPoint[], run: RunSummary): void {
    const target = this.pick(this.target, "target", distinct(all.map((point) => point.target)), (names) => names[0] ?? "");
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
    this.points = ofSize.filter((point) => (model === ALL || point.model === model) && (repeat === ALL || String(point.repeat) === repeat));
    this.unit = run.targets.find(({ name }) => name === target)?.unit ?? "";
    const width = this.panel.width;
    if (width < 120) return;
    const data = this.dataOf();
    this.panel.show(paritySvg(data, { width, theme: CSS_THEME, translate: t }), describeParity(data, t));
  }

  private dataOf(): ParityData {
    const models = distinct(this.points.map((point) => point.model));
    const series = models.map((model) => ({ model, points: this.points.filter((point) => point.model === model) }));
    return { target: this.chosen.target, unit: this.unit, series };
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

const distinct = (values: readonly string[]): string[] => [...new Set(values)];
