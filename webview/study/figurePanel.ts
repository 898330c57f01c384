import { make, makeButton } from "../ui/dom.js";
import { t } from "../ui/text.js";

export interface FigureExports {
  svg(): string | undefined;
  csv(): string | undefined;
  send(format: "svg" | "csv", text: string): void;
}

/** A figure with its heading, choices, export buttons and its text for readers who do not see it. */
export class FigurePanel {
  readonly element: HTMLElement;
  /** Where the figure's choices go. */
  readonly choices = make("div", { class: "choices" });
  private readonly caption = make("p", { class: "caption", hidden: true });
  private readonly canvas = make("div", { class: "figure-canvas" });
  private readonly words = make("p", { class: "quiet" });
  private drawn = "";

  constructor(name: string, heading: string, exports: FigureExports, resized: () => void) {
    const send = (format: "svg" | "csv") => {
      const text = exports[format]();
      if (text !== undefined) exports.send(format, text);
    };
    const buttons = (["svg", "csv"] as const).map((format) => {
      const label = format.toUpperCase();
      return makeButton(label, () => send(format), { "aria-label": `${heading}: ${t("Export: {0}", label)}`, "data-export": format });
    });
    const head = make("div", { class: "figure-head" }, make("h2", {}, heading), make("div", { class: "export" }, ...buttons));
    const details = make("details", {}, make("summary", {}, t("Description")), this.words);
    this.element = make(
      "section",
      { class: `panel figure figure-${name}`, "data-figure": name },
      head,
      this.choices,
      this.caption,
      this.canvas,
      details,
    );
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
  }
}

/** A dropdown that is rebuilt only when its options change, and hidden while there is nothing to choose. */
export class Choice {
  readonly element: HTMLElement;
  private key = "";

  constructor(
    private readonly label: string,
    private readonly build: (
      label: string,
      options: readonly (readonly [string, string])[],
      selected: string,
      choose: (value: string) => void,
    ) => HTMLElement,
    private readonly choose: (value: string) => void,
  ) {
    this.element = make("label", { class: "choice", hidden: true });
  }

  show(options: readonly (readonly [string, string])[], selected: string): void {
    this.element.hidden = options.length < 2;
    const key = JSON.stringify([options, selected]);
    if (key === this.key) return;
    this.key = key;
    const dropdown = this.build(this.label, options, selected, this.choose);
    this.element.replaceChildren(make("span", { class: "field-label" }, this.label), dropdown);
  }
}
