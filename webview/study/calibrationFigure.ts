import { type CalibrationData, calibrationSvg, describeCalibration } from "../../src/core/plots/calibrationPlot.js";
import { CSS_THEME } from "../../src/core/plots/theme.js";
import type { RunCoverage, RunSummary } from "../../src/protocol/runEvents.js";
import { t } from "../ui/text.js";
import { calibrationCsv } from "./figureCsv.js";
import { FigurePanel } from "./figurePanel.js";
import { printTheme, type SaveFigure } from "./saveFigure.js";

/** Whether the uncertainties mean what they say; hidden while no model states one. */
export class CalibrationFigure {
  readonly panel: FigurePanel;
  private coverage: readonly RunCoverage[] = [];
  private data: CalibrationData = { targets: [] };

  constructor(save: SaveFigure, redraw: () => void) {
    const exports = {
      name: "calibration",
      svg: (width: number, transparent: boolean) => calibrationSvg(this.data, { width, theme: printTheme(transparent), translate: t }),
      csv: () => calibrationCsv(this.coverage),
      save,
    };
    this.panel = new FigurePanel({ name: "calibration", heading: t("Calibration of the uncertainties"), exports, resized: redraw });
    this.panel.element.hidden = true;
  }

  show(coverage: readonly RunCoverage[], run: RunSummary): void {
    this.coverage = coverage;
    this.panel.element.hidden = coverage.length === 0;
    const width = this.panel.width;
    if (coverage.length === 0 || width < 120) return;
    const targets = run.targets
      .map(({ name }) => ({ name, series: coverage.filter(({ target }) => target === name) }))
      .filter(({ series }) => series.length > 0);
    this.data = { targets };
    const caption = t(
      "Test errors inside the interval of each level. Below the diagonal an uncertainty is too small. Markers: one and two σ.",
    );
    this.panel.show(calibrationSvg(this.data, { width, theme: CSS_THEME, translate: t }), describeCalibration(this.data, t), caption);
  }
}
