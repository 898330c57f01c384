/**
 * A pen for a canvas of width x height CSS px, with nothing drawn and nothing set. A canvas keeps its memory while its
 * size stays: giving it the same size again would take new memory for each frame.
 */
export function blankPen(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
  ratio: number,
): CanvasRenderingContext2D | null {
  const pen = canvas.getContext("2d");
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width === wide && canvas.height === high) pen?.reset();
  else {
    canvas.width = wide;
    canvas.height = high;
  }
  pen?.scale(ratio, ratio);
  return pen;
}
