import { languageOf } from "../../src/core/text/labels.js";

const strings = readStrings();
const language = languageOf(typeof document === "undefined" ? "en" : document.documentElement.lang);

/** The text in the reader's language; `{0}`, `{1}` stand for the arguments. The English text is the key. */
export function t(english: string, ...args: readonly (string | number)[]): string {
  return (strings[english] ?? english).replace(/\{(\d+)\}/g, (_, index: string) => String(args[Number(index)] ?? ""));
}

/** The language of `t`, and of labels in plots that are given it. */
t.language = language;

/** JSON that the host left in the page; an empty object where there is none. */
function readPageJson(id: string): Record<string, unknown> {
  const element = document.getElementById(id);
  return element?.textContent ? (JSON.parse(element.textContent) as Record<string, unknown>) : {};
}

function readStrings(): Readonly<Record<string, string>> {
  return typeof document === "undefined" ? {} : (readPageJson("strings") as Record<string, string>);
}
