export type Rgb = readonly [number, number, number];

/** The theme's colours that canvases need, 0..1 each; CSS takes its own from the variables. */
export interface ThemeColors {
  readonly ground: Rgb;
  readonly ink: Rgb;
  readonly mutedInk: Rgb;
  readonly accent: Rgb;
  /** What raises a value and what lowers it. */
  readonly positive: Rgb;
  readonly negative: Rgb;
  readonly isDark: boolean;
  readonly isHighContrast: boolean;
  readonly font: string;
}

/** Reads the colours as the page has them now. */
export function readThemeColors(): ThemeColors {
  const style = getComputedStyle(document.body);
  const read = (name: string, fallback: Rgb) => parseColor(style.getPropertyValue(name)) ?? fallback;
  const ground = read("--vscode-editor-background", [0.12, 0.12, 0.12]);
  const isDark = luminance(ground) < 0.4;
  const ink = read("--vscode-editor-foreground", isDark ? [0.9, 0.9, 0.9] : [0.1, 0.1, 0.1]);
  return {
    ground,
    ink,
    mutedInk: read("--vscode-descriptionForeground", ink),
    accent: read("--vscode-focusBorder", [0, 0.47, 0.83]),
    positive: read("--r3dvs-positive", isDark ? [1, 0.6, 0.24] : [0.72, 0.31, 0.02]),
    negative: read("--r3dvs-negative", isDark ? [0.38, 0.67, 1] : [0.12, 0.37, 0.77]),
    isDark,
    isHighContrast: document.body.className.includes("high-contrast"),
    font: style.getPropertyValue("--vscode-font-family") || "sans-serif",
  };
}

/** Calls back after every change of theme: VS Code swaps the body's class and the variables on the root. */
export function onThemeChange(changed: () => void): void {
  const observer = new MutationObserver(changed);
  observer.observe(document.body, { attributes: true, attributeFilter: ["class", "data-vscode-theme-id"] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["style", "class"] });
}

/** `#rgb`, `#rrggbb(aa)`, `rgb(a)(…)`; the alpha is left out. */
export function parseColor(text: string): Rgb | undefined {
  const hex = /^#([0-9a-f]{3,8})$/i.exec(text.trim())?.[1];
  if (hex !== undefined) {
    const wide = hex.length < 6 ? [...hex].map((digit) => digit + digit).join("") : hex;
    return [0, 2, 4].map((at) => Number.parseInt(wide.slice(at, at + 2), 16) / 255) as unknown as Rgb;
  }
  const numbers = /^rgba?\(([^)]*)\)$/
    .exec(text.trim())?.[1]
    ?.split(/[\s,/]+/)
    .map(Number);
  const [red, green, blue] = numbers ?? [];
  return red === undefined || green === undefined || blue === undefined
    ? undefined
    : [red / 255, green / 255, blue / 255];
}

/** A CSS colour. */
export function cssColor([red, green, blue]: Rgb, alpha = 1): string {
  return `rgba(${Math.round(red * 255)}, ${Math.round(green * 255)}, ${Math.round(blue * 255)}, ${alpha})`;
}

export function mix(a: Rgb, b: Rgb, share: number): Rgb {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share];
}

const luminance = ([red, green, blue]: Rgb): number => 0.2126 * red + 0.7152 * green + 0.0722 * blue;
