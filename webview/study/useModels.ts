import type { LearningCurveData } from "../../src/core/plots/learningCurve.js";
import { formatValue } from "../../src/core/plots/ticks.js";
import { modelLabel, propertyLabel } from "../../src/core/text/labels.js";
import type { UsedModel } from "../../src/protocol/studyView.js";
import { make, makeButton } from "../ui/dom.js";
import { t } from "../ui/text.js";

interface BestModel extends UsedModel {
  readonly mae: number;
  readonly unit: string;
  readonly beatsMean: boolean;
}

/** The model with the smallest error at the largest training size, for each target. */
export function bestModels({ targets }: LearningCurveData): readonly BestModel[] {
  return targets.flatMap(({ name, unit, series, baselineMae = Number.POSITIVE_INFINITY }) => {
    const largest = Math.max(...series.flatMap(({ points }) => points.map(({ trainSize }) => trainSize)));
    const ends = series.flatMap(({ model, points }) => {
      const end = points.find(({ trainSize }) => trainSize === largest);
      return end !== undefined && Number.isFinite(end.mae) ? [{ model, mae: end.mae }] : [];
    });
    const best = ends.reduce<(typeof ends)[number] | undefined>(
      (a, b) => (a !== undefined && a.mae <= b.mae ? a : b),
      undefined,
    );
    return best === undefined ? [] : [{ target: name, unit, ...best, beatsMean: best.mae < baselineMae }];
  });
}

/** After a run: whether its best models shall predict from now on. */
export class UseModels {
  readonly element = make("section", { class: "use-models", hidden: true });
  private used: readonly UsedModel[] | undefined;
  private isDeclined = false;
  private shown = "";

  constructor(private readonly use: (models: readonly UsedModel[]) => void) {}

  /** What the host says is in use now. */
  confirm(models: readonly UsedModel[]): void {
    this.used = models;
  }

  show(data: LearningCurveData, isFinished: boolean): void {
    const best = bestModels(data).filter(({ beatsMean }) => beatsMean);
    this.element.hidden = !isFinished || best.length === 0 || this.isDeclined;
    const key = JSON.stringify([best, this.used]);
    if (this.element.hidden || key === this.shown) return;
    this.shown = key;
    if (this.used !== undefined) {
      const names = this.used.map(
        ({ target, model }) => `${propertyLabel(target, t.language)}: ${modelLabel(model, t.language)}`,
      );
      const text =
        names.length === 0
          ? t("The models of this run are no longer there.")
          : t("In use for predictions: {0}.", names.join(", "));
      this.element.replaceChildren(make("p", { role: "status" }, text));
      return;
    }
    const names = best.map(
      ({ target, model, mae, unit }) =>
        `${propertyLabel(target, t.language)}: ${modelLabel(model, t.language)} (MAE ${formatValue(mae)} ${unit})`,
    );
    const question = make("p", {}, make("strong", {}, t("Use these models for predictions?")), ` ${names.join(" · ")}`);
    const yes = makeButton(
      t("Use for predictions"),
      () => this.use(best.map(({ target, model }) => ({ target, model }))),
      {
        appearance: "primary",
        "data-action": "use-models",
      },
    );
    const no = makeButton(t("Not now"), () => {
      this.isDeclined = true;
      this.element.hidden = true;
    });
    this.element.replaceChildren(question, make("div", { class: "actions" }, yes, no));
  }
}
