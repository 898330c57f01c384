import { listen, make, makeButton } from "./dom.js";
import { t } from "./text.js";

/** Shown while the host reads; `fraction` 0..1 where it is known. */
export function makeLoading(fraction: number | undefined, words: string): HTMLElement {
  const percent = fraction === undefined ? "" : ` ${Math.round(fraction * 100)} %`;
  const bar = make("progress", { "aria-label": words, ...(fraction === undefined ? {} : { max: 1, value: fraction }) });
  return make(
    "div",
    { class: "stage", role: "status" },
    make("vscode-progress-ring"),
    make("p", {}, `${words}${percent}`),
    bar,
  );
}

/** Shown when there is nothing to draw: what is wrong and where to look. */
export function makeFailure(heading: string, problems: readonly string[], showText?: ShowText): HTMLElement {
  const items = problems.map((problem) => makeProblem(problem, showText));
  return make(
    "div",
    { class: "stage failure", role: "alert" },
    make("h1", {}, heading),
    make("ul", {}, ...items),
    showText === undefined ? undefined : makeButton(t("Show as text"), () => showText(), { appearance: "primary" }),
  );
}

/** Opens the file as text, at a line and column from 1. */
export type ShowText = (line?: number, column?: number) => void;

/** A problem in a list; the line and column that it begins with lead there. */
export function makeProblem(problem: string, showText: ShowText | undefined): HTMLElement {
  const [, line, column, words] = /^(\d+):(\d+): (.*)$/s.exec(problem) ?? [];
  if (showText === undefined || line === undefined || column === undefined || words === undefined)
    return make("li", {}, problem);
  const link = make("a", { href: "#", title: t("Show line {0} as text", line) }, `${line}:${column}`);
  listen(link, {
    click: (event) => {
      event.preventDefault();
      showText(Number(line), Number(column));
    },
  });
  return make("li", {}, link, `: ${words}`);
}
