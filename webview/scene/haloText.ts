import { type SymbolPart, splitSymbols } from "../../src/core/text/symbols.js";
import { cssColor, type ThemeColors } from "../ui/themeColors.js";

const SUBSCRIPT_SIZE = 0.75;
/** px below the line. */
const SUBSCRIPT_DROP = 3;

/** Text that can be read on any ground, at the pen's `textAlign`; symbols with their subscripts. */
export function drawHaloText(
  pen: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  color: ThemeColors["ink"],
  colors: ThemeColors,
): void {
  pen.lineWidth = 3;
  pen.lineJoin = "round";
  pen.strokeStyle = cssColor(colors.ground, 0.85);
  pen.fillStyle = cssColor(color);
  const parts = splitSymbols(text);
  if (!parts.some(({ isSubscript }) => isSubscript)) {
    pen.strokeText(text, x, y);
    pen.fillText(text, x, y);
    return;
  }
  const { textAlign } = pen;
  pen.textAlign = "left";
  for (const paint of ["strokeText", "fillText"] as const) {
    let at = x - widthOf(pen, parts) * (textAlign === "center" ? 0.5 : textAlign === "right" ? 1 : 0);
    for (const part of parts)
      at += inSize(pen, part, () => {
        pen[paint](part.text, at, y + (part.isSubscript ? SUBSCRIPT_DROP : 0));
        return pen.measureText(part.text).width;
      });
  }
  pen.textAlign = textAlign;
}

/** px that `drawHaloText` takes for a text. */
export const haloTextWidth = (pen: CanvasRenderingContext2D, text: string): number => widthOf(pen, splitSymbols(text));

const widthOf = (pen: CanvasRenderingContext2D, parts: readonly SymbolPart[]): number =>
  parts.reduce((sum, part) => sum + inSize(pen, part, () => pen.measureText(part.text).width), 0);

function inSize<T>(pen: CanvasRenderingContext2D, { isSubscript }: SymbolPart, work: () => T): T {
  if (!isSubscript) return work();
  const { font } = pen;
  pen.font = font.replace(/([\d.]+)px/, (_, size) => `${Number(size) * SUBSCRIPT_SIZE}px`);
  const result = work();
  pen.font = font;
  return result;
}
