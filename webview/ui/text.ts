const strings = readStrings();

/** The text in the reader's language; `{0}`, `{1}` stand for the arguments. The English text is the key. */
export function t(english: string, ...args: readonly (string | number)[]): string {
  return (strings[english] ?? english).replace(/\{(\d+)\}/g, (_, index: string) => String(args[Number(index)] ?? ""));
}

/** JSON that the host left in the page; an empty object where there is none. */
function readPageJson(id: string): Record<string, unknown> {
  const element = document.getElementById(id);
  return element?.textContent ? (JSON.parse(element.textContent) as Record<string, unknown>) : {};
}

function readStrings(): Readonly<Record<string, string>> {
  return typeof document === "undefined" ? {} : (readPageJson("strings") as Record<string, string>);
}
