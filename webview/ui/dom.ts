import { splitSymbols } from "../../src/core/text/symbols.js";

type Child = Node | string | undefined;
type Handlers = { readonly [Name in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[Name]) => void };
type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** An element with attributes (`true` = present, `false` or `undefined` = absent) and children. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes?: Attributes,
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag];
export function make(tag: string, attributes?: Attributes, ...children: readonly Child[]): HTMLElement;
export function make(tag: string, attributes: Attributes = {}, ...children: readonly Child[]): HTMLElement {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

/** Adds listeners and returns the element. */
export function listen<E extends HTMLElement>(element: E, handlers: Handlers): E {
  for (const [name, handler] of Object.entries(handlers)) element.addEventListener(name, handler as EventListener);
  return element;
}

/** A toolkit button. */
export function makeButton(label: string, press: () => void, attributes: Attributes = {}): HTMLElement {
  return listen(make("vscode-button", { appearance: "secondary", ...attributes }, label), { click: press });
}

/** A toolkit dropdown. `options`: value and label. */
export function makeDropdown(
  label: string,
  options: readonly (readonly [value: string, label: string])[],
  selected: string,
  choose: (value: string) => void,
): HTMLElement & { value: string } {
  const items = options.map(([value, text]) => make("vscode-option", { value, selected: value === selected }, text));
  const dropdown = make("vscode-dropdown", { "aria-label": label }, ...items) as HTMLElement & { value: string };
  return listen(dropdown, { change: () => choose(dropdown.value) });
}

/** A toolkit checkbox. */
export function makeCheckbox(label: string, checked: boolean, change: (checked: boolean) => void): HTMLElement {
  const box = make("vscode-checkbox", { checked }, label) as HTMLElement & { checked: boolean };
  return listen(box, { change: () => change(box.checked) });
}

export interface SliderOptions {
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly value: number;
  /** What stands beside the slider and is read aloud. */
  readonly format: (value: number) => string;
  readonly change: (value: number) => void;
}

export interface Slider {
  readonly element: HTMLElement;
  set(value: number, max?: number, min?: number): void;
}

/** A labelled slider with its value; the toolkit has none, so it is the browser's own in the theme's colours. */
export function makeSlider(options: SliderOptions): Slider {
  const output = make("output", { class: "slider-value" });
  const { min, max, step, value } = options;
  const input = make("input", { type: "range", min, max, step, value, "aria-label": options.label });
  const show = () => {
    const text = options.format(input.valueAsNumber);
    output.textContent = text;
    input.setAttribute("aria-valuetext", text);
  };
  listen(input, {
    input: () => {
      show();
      options.change(input.valueAsNumber);
    },
  });
  show();
  const set = (next: number, newMax?: number, newMin?: number) => {
    if (newMax !== undefined) input.max = String(newMax);
    if (newMin !== undefined) input.min = String(newMin);
    input.value = String(next);
    show();
  };
  return {
    element: make("div", { class: "slider" }, make("span", { class: "field-label" }, options.label), output, input),
    set,
  };
}

let groups = 0;

/** Radio buttons drawn as one row of segments; arrow keys move between them. */
export function makeSegments(
  label: string,
  options: readonly (readonly [value: string, label: string])[],
  selected: string,
  choose: (value: string) => void,
): { readonly element: HTMLElement; set(value: string): void } {
  // Not the label: two groups may share it in some language, and radio buttons of one name leave only one of all
  // checked.
  const name = `segments-${++groups}`;
  const inputs = options.map(([value]) => make("input", { type: "radio", name, value, checked: value === selected }));
  const items = options.map(([, text], i) => make("label", {}, inputs[i], make("span", {}, text)));
  const element = make("div", { class: "segments", role: "radiogroup", "aria-label": label }, ...items);
  for (const input of inputs) listen(input, { change: () => choose(input.value) });
  const set = (value: string) => {
    for (const input of inputs) input.checked = input.value === value;
  };
  return { element, set };
}

/** A chemical formula with its numbers as subscripts. */
export function makeFormula(formula: string): HTMLElement {
  const parts = formula.split(/(\d+)/).map((part) => (/^\d+$/.test(part) ? make("sub", {}, part) : part));
  return make("span", { class: "formula" }, ...parts);
}

/** A text whose symbols (`s_g`, `E_Hartree`) stand with their subscripts. */
export function makeSymbols(text: string): HTMLElement {
  const parts = splitSymbols(text).map(({ text, isSubscript }) => (isSubscript ? make("sub", {}, text) : text));
  return make("span", { class: "symbols" }, ...parts);
}
