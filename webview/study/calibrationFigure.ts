import {
  type CalibrationData,
  calibrationSvg,
  describeCalibration,
  LEVELS,
} from "../../src/core/plots/calibrationPlot.js";
import { CSS_THEME } from "../../src/core/plots/theme.js";
import { modelLabel, propertyLabel } from "../../src/core/text/labels.js";
import type { RunCoverage, RunSummary } from "../../src/protocol/runEvents.js";
import { t } from "../ui/text.js";
import { calibrationCsv } from "./figureCsv.js";
import { FigurePanel } from "./figurePanel.js";
import type { ReadOut } from "./hoverReader.js";
import { printTheme, type SaveFigure } from "./saveFigure.js";

/** Whether the uncertainties mean what they say; hidden while no model states one. */
export class CalibrationFigure {
  readonly panel: FigurePanel;
  private coverage: readonly RunCoverage[] = [];
  private data: CalibrationData = { targets: [] };

  constructor(save: SaveFigure, redraw: () => void) {
    const exports = {
      name: "calibration",
      svg: (width: number, transparent: boolean) =>
        calibrationSvg(this.data, { width, theme: printTheme(transparent), translate: t }),
      csv: () => calibrationCsv(this.coverage),
      save,
    };
    const reader = { describe: (key: string) => this.describe(key) };
    this.panel = new FigurePanel({
      name: "calibration",
      heading: t("Calibration of the uncertainties"),
      exports,
      resized: redraw,
      reader,
    });
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
    const svg = calibrationSvg(this.data, { width, theme: CSS_THEME, translate: t, interactive: true });
    this.panel.show(svg, describeCalibration(this.data, t), caption);
  }

  /** What of a model's errors one or two standard deviations cover, and should. */
  private describe(key: string): ReadOut | undefined {
    const [target, model, deviations] = JSON.parse(key) as [string, string, 1 | 2];
    const series = this.data.targets.find(({ name }) => name === target)?.series.find((one) => one.model === model);
    if (series === undefined) return undefined;
    const { share, standardError } = deviations === 1 ? series.one : series.two;
    const inside = `${(100 * share).toFixed(1)} ± ${(100 * standardError).toFixed(1)} %`;
    return {
      title: `${modelLabel(model, t.language)}, ${propertyLabel(target, t.language)}`,
      lines: [
        deviations === 1
          ? t("Within one standard deviation: {0} of {1} errors", inside, series.count)
          : t("Within two standard deviations: {0} of {1} errors", inside, series.count),
        t("If the uncertainty means what it says: {0} %", (100 * LEVELS[deviations]).toFixed(1)),
      ],
    };
  }
}
