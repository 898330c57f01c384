/** Beside the pointer, inside the picture. */
export function placeTooltip(tooltip: HTMLElement, frame: HTMLElement, [x, y]: readonly [number, number]): void {
  const { offsetWidth: width, offsetHeight: height } = tooltip;
  const left = x + 16 + width > frame.clientWidth ? Math.max(4, x - width - 12) : x + 16;
  const top = y + 16 + height > frame.clientHeight ? Math.max(4, y - height - 12) : y + 16;
  tooltip.style.left = `${left}px`;
  tooltip.style.top = `${top}px`;
}
