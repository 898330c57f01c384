/** The languages of the texts that this module makes. */
export type Language = "en" | "ja";

/** One text in both languages. */
export type Bilingual = { readonly [language in Language]: string };

/** `{0}`, `{1}`, ... of the text in one language, replaced. */
export function say(text: Bilingual, language: Language, ...args: (string | number)[]): string {
  return text[language].replace(/\{(\d+)\}/g, (_, index: string) => String(args[Number(index)] ?? ""));
}
