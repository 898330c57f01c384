import { summarizePredictions } from "../../src/core/text/predictionSummary.js";
import type { Integrals } from "../../src/protocol/crystalView.js";
import type { Explanation, PredictionRow, VoxelViewData, WaveExplanation } from "../../src/protocol/voxelView.js";
import { make } from "../ui/dom.js";
import { t } from "../ui/text.js";
import { makeExactNumbers } from "./exactNumbers.js";
import { makeExplanation } from "./explanation.js";
import { knownSource, makeKnownValues } from "./knownValues.js";
import { makeBadges, makePredictions } from "./predictions.js";

export interface NumbersActions {
  predict(): void;
  /** Asks for an explanation; an empty name takes the request back. */
  explain(model: string): void;
  /** The voxels are to be coloured by other effects, or by none. */
  painted(): void;
  /** What is open has changed: it is kept while the page is hidden. */
  changed(state: NumbersState): void;
}

/** What the reader has opened; kept with the page. */
export interface NumbersState {
  /** Models whose explanations are open. */
  readonly explained: readonly string[];
  /** The model whose effects colour the voxels; empty: none. */
  readonly painted: string;
  readonly showsOutside: boolean;
  /** Headings that were closed. */
  readonly closed: readonly string[];
}

export const NO_NUMBERS: NumbersState = { explained: [], painted: "", showsOutside: false, closed: [] };

export function restoreNumbers(kept: unknown): NumbersState {
  const fields: Readonly<Record<string, unknown>> = typeof kept === "object" && kept !== null ? { ...kept } : {};
  const texts = (value: unknown) => (Array.isArray(value) ? value.filter((one) => typeof one === "string") : []);
  const painted = typeof fields.painted === "string" ? fields.painted : "";
  return {
    explained: texts(fields.explained),
    painted,
    showsOutside: fields.showsOutside === true,
    closed: texts(fields.closed),
  };
}

/**
 * The numbers beside the picture, in the order in which they can be relied on: from the file itself, calculated,
 * predicted.
 */
export class NumbersPanel {
  readonly element = make("section", { class: "numbers", tabindex: 0 });
  private integrals: Integrals | "none" | undefined = "none";
  private rows: readonly PredictionRow[] = [];
  private hasPredictions = false;
  private explaining: { readonly model: string; readonly fraction: number } | undefined;
  private readonly explanations = new Map<string, Explanation>();
  private picture: VoxelViewData | undefined;

  constructor(
    private state: NumbersState,
    private readonly actions: NumbersActions,
  ) {
    this.element.setAttribute("aria-label", t("Numbers"));
  }

  /** A file's picture: predictions may follow. */
  open(picture: VoxelViewData): void {
    this.picture = picture;
    this.hasPredictions = picture.isEncoded !== true;
    this.render();
  }

  /** `undefined`: they are being computed; `none`: the file has none. */
  setIntegrals(integrals: Integrals | "none" | undefined): void {
    this.integrals = integrals;
    this.render();
  }

  setRows(rows: readonly PredictionRow[]): void {
    this.rows = rows;
    // Effects are of the values they were asked with.
    for (const model of [...this.explanations.keys()]) if (!this.canExplain(model)) this.forget(model);
    this.render();
  }

  setExplaining(explaining: NumbersPanel["explaining"]): void {
    this.explaining = explaining;
    this.render();
  }

  /** Of a model whose explanation was asked for; `undefined`: there is none. */
  setExplanation(model: string, explanation: Explanation | undefined): void {
    this.explaining = undefined;
    if (explanation !== undefined) {
      const isNew = !this.state.explained.includes(model);
      this.explanations.set(model, explanation);
      if (isNew) this.keep({ explained: [...this.state.explained, model], painted: model });
      this.actions.painted();
      this.render();
      if (isNew) this.element.querySelector(".explanation-row")?.scrollIntoView({ block: "nearest" });
    } else this.render();
  }

  /** The explanation whose effects colour the voxels. */
  get paintedBy(): WaveExplanation | undefined {
    const { painted, explained } = this.state;
    const found = explained.includes(painted) ? this.explanations.get(painted) : undefined;
    return found?.kind === "waves" ? found : undefined;
  }

  private canExplain(model: string): boolean {
    return this.rows.length === 0 || this.rows.some((row) => row.explainable === model && !row.stale);
  }

  private forget(model: string): void {
    this.explanations.delete(model);
    this.keep({ explained: this.state.explained.filter((one) => one !== model) });
    this.actions.painted();
  }

  private keep(part: Partial<NumbersState>): void {
    this.state = { ...this.state, ...part };
    this.actions.changed(this.state);
  }

  private toggle(model: string): void {
    const opens = !this.state.explained.includes(model);
    if (this.explaining?.model === model) this.actions.explain("");
    else if (this.state.explained.includes(model) && this.explanations.has(model)) this.close(model);
    else if (this.explanations.has(model)) {
      this.keep({ explained: [...this.state.explained, model], painted: model });
      this.actions.painted();
    } else this.actions.explain(model);
    this.render();
    if (opens) this.element.querySelector(".explanation-row")?.scrollIntoView({ block: "nearest" });
  }

  private close(model: string): void {
    this.keep({ explained: this.state.explained.filter((one) => one !== model) });
    this.actions.painted();
    this.render();
  }

  private paint(model: string, on: boolean): void {
    this.keep({ painted: on ? model : "" });
    this.actions.painted();
    this.render();
  }

  private render(): void {
    const scrolled = this.element.scrollTop;
    const focused = this.element.contains(document.activeElement)
      ? document.activeElement?.getAttribute("aria-label")
      : undefined;
    const summary = summarizePredictions(this.rows);
    const known = makeKnownValues(summary.known);
    const sections = [
      this.integrals === "none"
        ? undefined
        : this.makeSection(t("From this file, exactly"), makeExactNumbers(this.integrals)),
      known && this.makeSection(t("Known"), known, make("span", { class: "quiet" }, knownSource(summary.known))),
      this.hasPredictions ? this.makeSection(t("Predictions"), this.makePredictions(), makeBadges(summary)) : undefined,
    ].filter((section) => section !== undefined);
    this.element.replaceChildren(...sections);
    this.element.hidden = sections.length === 0;
    this.element.scrollTop = scrolled;
    if (focused) this.element.querySelector<HTMLElement>(`[aria-label="${CSS.escape(focused)}"]`)?.focus();
  }

  private makePredictions(): HTMLElement {
    const { rows, explaining } = this;
    const open = this.state.explained.flatMap((model) => {
      const explanation = this.explanations.get(model);
      return explanation ? [[model, this.makeExplanation(model, explanation)] as const] : [];
    });
    return makePredictions(
      { rows, explaining, explanations: new Map(open), showsOutside: this.state.showsOutside },
      {
        predict: () => this.actions.predict(),
        explain: (model) => this.actions.explain(model),
        toggle: (model) => this.toggle(model),
        showOutside: () => {
          this.keep({ showsOutside: true });
          this.render();
        },
      },
    );
  }

  private makeExplanation(model: string, explanation: Explanation): HTMLElement {
    const cutoff = this.picture?.cutoff ?? 0;
    const name = this.rows.find((row) => row.explainable === model)?.model ?? "";
    return makeExplanation(
      explanation,
      { cutoff, model: name, painted: this.state.painted === model },
      { paint: (on) => this.paint(model, on), close: () => this.close(model) },
    );
  }

  /** `note`: stands beside the heading. */
  private makeSection(heading: string, content: HTMLElement, note?: HTMLElement): HTMLElement {
    const open = !this.state.closed.includes(heading);
    const section = make(
      "details",
      { class: "panel number-panel", open },
      make("summary", {}, make("h2", {}, heading), note),
      content,
    );
    section.addEventListener("toggle", () => {
      const others = this.state.closed.filter((one) => one !== heading);
      if (section.open === this.state.closed.includes(heading))
        this.keep({ closed: section.open ? others : [...others, heading] });
    });
    return section;
  }
}
