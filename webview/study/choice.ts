import { make } from "../ui/dom.js";

type Build = (
  label: string,
  options: readonly (readonly [string, string])[],
  selected: string,
  choose: (value: string) => void,
) => HTMLElement;

/** A dropdown that is rebuilt only when its options change, and hidden while there is nothing to choose. */
export class Choice {
  readonly element: HTMLElement;
  private key = "";

  constructor(
    private readonly label: string,
    private readonly build: Build,
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
