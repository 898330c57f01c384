import {
  describeLearningCurves,
  type LearningCurveData,
  learningCurveSvg,
} from "../../src/core/plots/learningCurve.js";
import { CSS_THEME } from "../../src/core/plots/theme.js";
import { formatValue, formatWithError } from "../../src/core/plots/ticks.js";
import { modelLabel, propertyLabel } from "../../src/core/text/labels.js";
import { t } from "../ui/text.js";
import { learningCurveCsv } from "./figureCsv.js";
import { FigurePanel } from "./figurePanel.js";
import type { ReadOut } from "./hoverReader.js";
import { printTheme, type SaveFigure } from "./saveFigure.js";

/** MAE against training size. */
export class CurveFigure {
  readonly panel: FigurePanel;
  private data: LearningCurveData = { targets: [] };

  constructor(save: SaveFigure, redraw: () => void) {
    const exports = {
      name: "learning-curves",
      svg: (width: number, transparent: boolean) =>
        learningCurveSvg(this.data, { width, theme: printTheme(transparent), translate: t }),
      csv: () => learningCurveCsv(this.data),
      save,
    };
    const reader = { describe: (key: string) => this.describe(key) };
    this.panel = new FigurePanel({ name: "curves", heading: t("Learning curves"), exports, resized: redraw, reader });
  }

  /** `compared`: the name of the run that is drawn faint behind this one. */
  show(data: LearningCurveData, compared?: string): void {
    this.data = data;
    const width = this.panel.width;
    if (width < 120) return;
    const svg = learningCurveSvg(data, { width, theme: CSS_THEME, translate: t, interactive: true });
    this.panel.show(svg, describeLearningCurves(data, t), captionOf(data, compared));
  }

  /** All models at the size under the pointer, the one that is meant first. */
  private describe(key: string): ReadOut | undefined {
    const [name, model, size] = JSON.parse(key) as [string, string, number];
    const target = this.data.targets.find((one) => one.name === name);
    if (target === undefined) return undefined;
    const at = target.series.flatMap((series) => {
      const point = series.points.find(({ trainSize }) => trainSize === size);
      return point === undefined ? [] : [{ model: series.model, point }];
    });
    const own = at.find((one) => one.model === model);
    if (own === undefined) return undefined;
    const line = ({ model: one, point }: (typeof at)[number]) =>
      `${modelLabel(one, t.language)}: ${writeMae(point)} ${target.unit}`;
    const others = at.filter((one) => one !== own).sort((a, b) => a.point.mae - b.point.mae);
    const repeats = own.point.repeats === 1 ? t("one split") : t("{0} splits", own.point.repeats);
    return {
      title: line(own),
      lines: [`${propertyLabel(name, t.language)}, n = ${size}, ${repeats}`, ...others.map(line)],
    };
  }
}

function writeMae({ mae, standardError }: { readonly mae: number; readonly standardError?: number }): string {
  if (standardError === undefined) return formatValue(mae);
  const { value, error } = formatWithError(mae, standardError);
  return `${value} ± ${error}`;
}

/** What ± means, once for figure and table. */
function captionOf(data: LearningCurveData, compared: string | undefined): string {
  const hasSpread = data.targets.some(({ series }) =>
    series.some(({ points }) => points.some((point) => point.standardError !== undefined)),
  );
  const parts = [
    t("Mean absolute error on test materials."),
    ...(hasSpread
      ? [
          t("± and bands: one standard error of the mean over random splits."),
          t("It is corrected for the materials that splits share (Nadeau and Bengio 2003)."),
        ]
      : []),
    ...(compared === undefined ? [] : [t("Faint: {0}.", compared)]),
  ];
  return parts.join(t.language === "ja" ? "" : " ");
}
