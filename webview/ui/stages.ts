import { make, makeButton } from "./dom.js";
import { t } from "./text.js";

/** Shown while the host reads; `fraction` 0..1 where it is known. */
export function makeLoading(fraction: number | undefined, words: string): HTMLElement {
  const percent = fraction === undefined ? "" : ` ${Math.round(fraction * 100)} %`;
  const bar = make("progress", { "aria-label": words, ...(fraction === undefined ? {} : { max: 1, value: fraction }) });
  return make("div", { class: "stage", role: "status" }, make("vscode-progress-ring"), make("p", {}, `${words}${percent}`), bar);
}

/** Shown when there is nothing to draw: what is wrong and where to look. */
export function makeFailure(heading: string, problems: readonly string[], showText?: () => void): HTMLElement {
  const items = problems.map((problem) => make("li", {}, problem));
  return make(
    "div",
    { class: "stage failure", role: "alert" },
    make("h1", {}, heading),
    make("ul", {}, ...items),
    showText === undefined ? undefined : makeButton(t("Show as text"), showText, { appearance: "primary" }),
  );
}
