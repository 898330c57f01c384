import type { Language } from "../../core/text/labels.js";
import {
  errorText,
  LINE_LENGTH,
  markedValueText,
  plainText,
  propertyLine,
  SEPARATOR,
  shorten,
  summarizePredictions,
  trustOf,
} from "../../core/text/predictionSummary.js";
import type { PredictionRow } from "../../protocol/voxelView.js";

/** The part of `vscode.l10n` that texts need; tests have one of their own. */
export interface Translations {
  t(english: string, ...args: (string | number)[]): string;
}

export interface Words {
  readonly l10n: Translations;
  readonly language: Language;
  readonly property: (column: string) => string;
}

/** A part of the line above a text, which has at most LINE_LENGTH characters without icons. */
export interface PredictionLine {
  readonly icon?: "warning" | "info" | "history";
  readonly text: string;
}

/** What stands above a structure or density: what was calculated, and beside it what is predicted or why nothing is. */
export function predictionLines(
  rows: readonly PredictionRow[],
  isChanged: boolean,
  { l10n, language }: Words,
): readonly PredictionLine[] {
  const { known, inside, outside, warnings, refusals, inTraining, stale } = summarizePredictions(rows);
  const more = (count: number) => l10n.t("{0} more", count);
  const lineOf = (before: string, values: Parameters<typeof propertyLine>[0], room: number) =>
    `${before}${propertyLine(values, { language, more, room: room - before.length })}`;
  const calculated =
    known.length === 0
      ? []
      : [{ text: lineOf(l10n.t("DFT: "), known, inside.length > 0 ? KNOWN_LENGTH : LINE_LENGTH) }];
  const room = LINE_LENGTH - calculated.reduce((sum, { text }) => sum + text.length + SEPARATOR.length, 0);
  if (inside.length > 0) {
    const isStale = stale || isChanged;
    const before = isStale ? l10n.t("outdated: ") : calculated.length > 0 ? l10n.t("predicted: ") : "";
    const remark =
      outside.length > 0 ? l10n.t("{0} out of domain", outside.length) : inTraining ? l10n.t("training material") : "";
    const end = remark === "" ? "" : `${SEPARATOR}${remark}`;
    const line = lineOf(before, inside, room - end.length);
    const text = line.endsWith("…") ? lineOf(before, inside, room) : `${line}${end}`;
    return [...calculated, { ...(isStale && { icon: "history" as const }), text }];
  }
  if (outside.length > 0) {
    return [
      ...calculated,
      { icon: "warning", text: shorten(l10n.t("out of domain: {0}", warnings[0] ?? ""), Math.max(room, LEAST)) },
    ];
  }
  const [refusal] = refusals;
  return refusal
    ? [
        ...calculated,
        { icon: "info", text: shorten(l10n.t("No prediction: {0}", refusal.reason), Math.max(room, LEAST)) },
      ]
    : calculated;
}

/** Of calculated values beside predicted ones. */
const KNOWN_LENGTH = 30;
/** Characters that a reason needs. */
const LEAST = 30;

/**
 * The whole table of a material as Markdown: calculated and predicted values, test errors, and what is to be said of
 * them once.
 */
export function predictionMarkdown(rows: readonly PredictionRow[], words: Words): string {
  const { l10n } = words;
  const body = propertyRows(rows, words).map(({ name, ...row }) => [name, row.known, row.predicted, row.testError]);
  const heading = [l10n.t("Property"), "DFT", l10n.t("Predicted (± 1 σ)"), l10n.t("Test error")];
  const lines = [heading.map(escapeText), heading.map(() => "---"), ...body.map((cells) => cells.map(escapeText))];
  const table = body.length === 0 ? [] : lines.map((cells) => `| ${cells.join(" | ")} |`);
  return [table.join("\n"), ...notesOf(rows, words).map(escapeText)].filter(Boolean).join("\n\n");
}

/** The same in plain lines. */
export function predictionTooltip(rows: readonly PredictionRow[], words: Words): string {
  const { l10n } = words;
  const lines = propertyRows(rows, words).map(({ name, known, predicted, testError }) => {
    const parts = [
      ...(known === "" ? [] : [`DFT ${known}`]),
      ...(predicted === "" ? [] : [known === "" ? predicted : l10n.t("predicted {0}", predicted)]),
      ...(testError === "" ? [] : [l10n.t("test error {0}", testError)]),
    ];
    return `${name}: ${parts.join("; ")}`;
  });
  return [...lines, ...notesOf(rows, words)].join("\n");
}

interface PropertyTexts {
  readonly name: string;
  readonly known: string;
  readonly predicted: string;
  readonly testError: string;
}

function propertyRows(rows: readonly PredictionRow[], { l10n, property }: Words): readonly PropertyTexts[] {
  const { known, inside, outside } = summarizePredictions(rows);
  const withUnit = (text: string, unit: string) => `${text} ${unit}`.trimEnd();
  const calculated = new Map(known.map(({ target, value, unit }) => [target, withUnit(plainText(value), unit)]));
  const textsOf = (target: string, predicted: string, testError: string) => ({
    name: property(target),
    known: calculated.get(target) ?? "",
    predicted,
    testError,
  });
  const spoken = [...inside, ...outside].map(({ target, unit, testError, ...row }) => {
    if (row.outOfDomain) return textsOf(target, l10n.t("out of domain"), "");
    const remark =
      trustOf({ ...row, ...(testError !== undefined && { testError }) }) === "wide"
        ? l10n.t(" (less certain than usual)")
        : "";
    return textsOf(
      target,
      `${withUnit(markedValueText(row), unit)}${remark}`,
      testError === undefined ? "" : withUnit(errorText(testError), unit),
    );
  });
  const alone = known.filter(({ target }) => !spoken.some(({ name }) => name === property(target)));
  return [...spoken, ...alone.map(({ target }) => textsOf(target, "", ""))];
}

function notesOf(rows: readonly PredictionRow[], { l10n, property }: Words): readonly string[] {
  const { known, inTraining, warnings, refusals, nearest } = summarizePredictions(rows);
  const sources = [...new Set(known.map(({ source }) => source))];
  return [
    ...(sources.length > 0 ? [l10n.t("DFT values: {0}", sources.join(", "))] : []),
    ...(inTraining ? [l10n.t("Training material: the models were trained on this very crystal.")] : []),
    ...rows.flatMap(({ target, approximation }) =>
      approximation
        ? [
            l10n.t(
              "{0}: an approximated model, which takes in {1} training materials through {2} of them",
              property(target),
              approximation.trainedOn,
              approximation.landmarks,
            ),
          ]
        : [],
    ),
    ...rows.flatMap(({ target, domainMeasuredOn }) =>
      domainMeasuredOn === undefined
        ? []
        : [
            l10n.t(
              "{0}: the limit of the domain is taken from {1} training materials",
              property(target),
              domainMeasuredOn,
            ),
          ],
    ),
    ...warnings.map((warning) => l10n.t("Out of domain: {0}", warning)),
    ...refusals.map(({ reason, targets }) =>
      l10n.t("No prediction of {0}: {1}", targets.map(property).join(", "), reason),
    ),
    ...(nearest.length > 0 ? [l10n.t("Nearest training materials: {0}", nearestText(nearest))] : []),
  ];
}

/** What stands in files is not markup. */
const escapeText = (text: string): string => text.replace(/[\\`*_{}[\]()#+!<>|~-]/g, "\\$&");

/** A model's name from its path, without the target that stands before it: `runs/a/models/band_gap-cm` is `cm`. */
export function modelLabel(file: string, target: string): string {
  const name = file.split(/[\\/]/).filter(Boolean).at(-1) ?? file;
  return name.startsWith(`${target}-`) ? name.slice(target.length + 1) : name;
}

/** `Cu2O (mp-361) 97 %, mp-1265 91 %` */
export function nearestText(nearest: PredictionRow["nearest"]): string {
  return nearest
    .map(
      ({ id, formula, similarity }) =>
        `${formula === undefined ? id : `${formula} (${id})`} ${Math.round(similarity * 100)} %`,
    )
    .join(", ");
}
