export type Attributes = Readonly<Record<string, string | number | undefined>>;

/**
 * An SVG element as text. Numbers are rounded to 1/100 px, so that the same data give the same file on every machine;
 * `undefined` leaves an attribute out.
 */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === "number" ? roundPixels(value) : escapeText(String(value))}"`)
    .join("");
  const content = children.filter((child) => child !== "");
  if (content.length === 0) return `<${name}${written}/>`;
  const lineBreak = content.some((child) => child.startsWith("<")) ? "\n" : "";
  return `<${name}${written}>${lineBreak}${content.join(lineBreak)}${lineBreak}</${name}>`;
}

/** Text safe inside an element or an attribute. */
export function escapeText(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A path through points in px; a point that is not finite breaks the line. */
export function linePath(points: readonly (readonly [number, number])[]): string {
  let drawing = false;
  const steps: string[] = [];
  for (const [x, y] of points) {
    const finite = Number.isFinite(x) && Number.isFinite(y);
    if (finite) steps.push(`${drawing ? "L" : "M"}${roundPixels(x)},${roundPixels(y)}`);
    drawing = finite;
  }
  return steps.join("");
}

export function roundPixels(value: number): string {
  return String(Math.round(value * 100) / 100 + 0);
}

/** About how wide a line of text comes out, in px: enough to keep labels apart without a font at hand. */
export function estimateTextWidth(text: string, fontSize: number): number {
  let em = 0;
  for (const character of text) em += characterWidth(character);
  return em * fontSize;
}

function characterWidth(character: string): number {
  if (/[ .,:;'|ilj!()[\]]/.test(character)) return 0.34;
  if (/[mwMW→±×]/.test(character)) return 0.88;
  if (/[A-Z]/.test(character)) return 0.7;
  return character.charCodeAt(0) > 0x2e80 ? 1 : 0.58;
}
