import { make } from "../ui/dom.js";

/** What is said about one mark of a figure. */
export interface ReadOut {
  readonly title: string;
  readonly lines: readonly string[];
}

/** Where a mark lies in its figure, px, and the key that the plot gave it. */
interface Mark {
  readonly key: string;
  readonly x: number;
  readonly y: number;
}

export interface ReaderOptions {
  /** The figure's name for screen readers. */
  readonly label: string;
  /** Undefined for marks of a former picture. */
  readonly describe: (key: string) => ReadOut | undefined;
  /** What a click or Enter does. */
  readonly open?: (key: string) => void;
}

const REACH = 30;
const STEPS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** Reads a figure's marks (`data-mark`) out under the pointer and, with arrow keys, from the keyboard. */
export class HoverReader {
  private marks: readonly Mark[] = [];
  private current: Mark | undefined;
  private readonly ring = make("div", { class: "mark-ring", hidden: true });
  private readonly tip = make("div", { class: "mark-tip", role: "status", hidden: true });

  constructor(
    private readonly canvas: HTMLElement,
    private readonly options: ReaderOptions,
  ) {
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "group");
    canvas.setAttribute("aria-label", options.label);
    canvas.addEventListener("pointermove", (event) => this.show(this.nearest(event)));
    canvas.addEventListener("pointerleave", () => this.show(undefined));
    canvas.addEventListener("blur", () => this.show(undefined));
    canvas.addEventListener("click", (event) => this.open(this.nearest(event)));
    canvas.addEventListener("keydown", (event) => this.takeKey(event));
  }

  /** After each drawing: the marks of the new picture; what was read out stays, where it is still there. */
  refresh(): void {
    const svg = this.canvas.querySelector("svg");
    const found = [...(svg?.querySelectorAll<SVGElement>("[data-mark]") ?? [])];
    this.marks = found.map(({ dataset }) => ({ key: dataset.mark ?? "", x: Number(dataset.x), y: Number(dataset.y) }));
    this.canvas.append(this.ring, this.tip);
    this.show(this.marks.find(({ key }) => key === this.current?.key));
  }

  private takeKey(event: KeyboardEvent): void {
    const step = STEPS[event.key];
    if (step !== undefined && this.marks.length > 0) {
      const at = this.current === undefined ? -1 : this.marks.indexOf(this.current);
      const next = at < 0 ? 0 : (at + step + this.marks.length) % this.marks.length;
      this.show(this.marks[next]);
    } else if (event.key === "Enter") this.open(this.current);
    else if (event.key === "Escape") this.show(undefined);
    else return;
    event.preventDefault();
  }

  private open(mark: Mark | undefined): void {
    if (mark !== undefined) this.options.open?.(mark.key);
  }

  private nearest(event: PointerEvent | MouseEvent): Mark | undefined {
    const place = this.canvas.getBoundingClientRect();
    const scale = this.scale();
    const [x, y] = [(event.clientX - place.left + this.canvas.scrollLeft) / scale, (event.clientY - place.top) / scale];
    const distance = (mark: Mark) => Math.hypot(mark.x - x, mark.y - y);
    const best = this.marks.reduce<Mark | undefined>(
      (a, b) => (a !== undefined && distance(a) <= distance(b) ? a : b),
      undefined,
    );
    return best !== undefined && distance(best) <= REACH ? best : undefined;
  }

  private show(mark: Mark | undefined): void {
    const said = mark && this.options.describe(mark.key);
    this.current = said && mark;
    this.ring.hidden = this.tip.hidden = said === undefined;
    this.canvas.classList.toggle("can-open", said !== undefined && this.options.open !== undefined);
    if (said === undefined || mark === undefined) return;
    const scale = this.scale();
    const [x, y] = [mark.x * scale, mark.y * scale];
    this.ring.style.translate = `${x}px ${y}px`;
    this.tip.replaceChildren(make("strong", {}, said.title), ...said.lines.map((line) => make("span", {}, line)));
    const { clientWidth, clientHeight } = this.canvas;
    const left = x + 14 + this.tip.offsetWidth > clientWidth ? Math.max(0, x - 14 - this.tip.offsetWidth) : x + 14;
    const top = Math.max(0, Math.min(clientHeight - this.tip.offsetHeight, y - this.tip.offsetHeight / 2));
    this.tip.style.translate = `${left}px ${top}px`;
  }

  /** A picture wider than its place is shown smaller. */
  private scale(): number {
    const svg = this.canvas.querySelector("svg");
    const width = svg?.viewBox.baseVal.width ?? 0;
    return svg !== null && width > 0 ? svg.getBoundingClientRect().width / width : 1;
  }
}
