import { describeLearningCurves, type LearningCurveData, learningCurveSvg } from "../../src/core/plots/learningCurve.js";
import { CSS_THEME, LIGHT_THEME } from "../../src/core/plots/theme.js";
import { t } from "../ui/text.js";
import { learningCurveCsv } from "./figureCsv.js";
import { FigurePanel } from "./figurePanel.js";

type Send = (format: "svg" | "csv", name: string, text: string) => void;

/** MAE against training size. */
export class CurveFigure {
  readonly panel: FigurePanel;
  private data: LearningCurveData = { targets: [] };

  constructor(send: Send, redraw: () => void) {
    const exports = {
      svg: () => learningCurveSvg(this.data, { width: 900, theme: LIGHT_THEME, translate: t }),
      csv: () => learningCurveCsv(this.data),
      send: (format: "svg" | "csv", text: string) => send(format, "learning-curves", text),
    };
    this.panel = new FigurePanel("curves", t("Learning curves"), exports, redraw);
  }

  show(data: LearningCurveData): void {
    this.data = data;
    const width = this.panel.width;
    if (width < 120) return;
    const height = data.targets.length === 1 ? { height: Math.round(Math.min(440, Math.max(260, width * 0.62))) } : {};
    this.panel.show(learningCurveSvg(data, { width, ...height, theme: CSS_THEME, translate: t }), describeLearningCurves(data, t));
  }
}
