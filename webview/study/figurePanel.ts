import { make, makeButton } from "../ui/dom.js";
import { openExport } from "../ui/exportDialog.js";
import { type FigureSource, figureExport } from "../ui/exportFigure.js";
import { t } from "../ui/text.js";
import { HoverReader, type ReaderOptions } from "./hoverReader.js";

export interface PanelOptions {
  readonly name: string;
  readonly heading: string;
  readonly exports: FigureSource;
  /** Called when the room for the figure changes. */
  readonly resized: () => void;
  readonly reader?: Omit<ReaderOptions, "label">;
}

/** A figure with its heading, choices, export button, read-out and its text for readers who do not see it. */
export class FigurePanel {
  readonly element: HTMLElement;
  /** Where the figure's choices go. */
  readonly choices = make("div", { class: "choices" });
  private readonly caption = make("p", { class: "caption", hidden: true });
  private readonly canvas = make("div", { class: "figure-canvas" });
  private readonly words = make("p", { class: "quiet" });
  private readonly reader: HoverReader | undefined;
  private drawn = "";

  constructor({ name, heading, exports, resized, reader }: PanelOptions) {
    const label = `${heading}: ${t("Export…")}`;
    const button = makeButton(t("Export…"), () => openExport(heading, figureExport(exports)), {
      "aria-label": label,
      "data-action": "export",
    });
    const head = make("div", { class: "figure-head" }, make("h2", {}, heading), button);
    const details = make("details", {}, make("summary", {}, t("Description")), this.words);
    const parts = [head, this.choices, this.caption, this.canvas, details];
    this.element = make("section", { class: `panel figure figure-${name}`, "data-figure": name }, ...parts);
    this.reader = reader && new HoverReader(this.canvas, { ...reader, label: heading });
    new ResizeObserver(resized).observe(this.canvas);
  }

  get width(): number {
    return Math.floor(this.canvas.clientWidth);
  }

  show(svg: string, words: string, caption = ""): void {
    this.caption.textContent = caption;
    this.caption.hidden = caption === "";
    if (svg === this.drawn) return;
    this.drawn = svg;
    const parsed = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
    this.canvas.replaceChildren(document.adoptNode(parsed));
    this.words.textContent = words;
    this.reader?.refresh();
  }
}
