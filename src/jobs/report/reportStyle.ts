import { DARK_THEME, LIGHT_THEME, modelVariable, type PlotTheme } from "../../core/plots/theme.js";

/** The report's style sheet: the plots' colours as variables, light and dark, and a page that prints. */
export function reportStyle(): string {
  return `:root { color-scheme: light dark; ${variables(LIGHT_THEME)} }
@media (prefers-color-scheme: dark) { :root { ${variables(DARK_THEME)} } }
@media print { :root { ${variables(LIGHT_THEME)} } }
body { margin: 0 auto; max-width: 64rem; padding: 1.5rem; background: var(--r3dvs-ground);
  color: var(--r3dvs-ink); font: 16px/1.5 var(--r3dvs-font); }
h1 { font-size: 1.7rem; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 0.5rem; border-bottom: 1px solid var(--r3dvs-grid-ink); }
header p, footer, figcaption, caption { color: var(--r3dvs-muted-ink); }
footer { margin-top: 3rem; font-size: 0.85rem; }
figure { margin: 1rem 0; overflow-x: auto; break-inside: avoid; }
svg { max-width: 100%; height: auto; }
.wide { overflow-x: auto; break-inside: avoid; }
table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding-bottom: 0.3rem; }
th, td { padding: 0.25rem 0.8rem 0.25rem 0; text-align: left;
  border-bottom: 1px solid var(--r3dvs-grid-ink); vertical-align: top; }
tbody th { font-weight: normal; }
code { font-size: 0.75rem; }
summary { cursor: pointer; }`;
}

function variables(theme: PlotTheme): string {
  const own: Record<string, string> = {
    "--r3dvs-ground": theme.ground,
    "--r3dvs-ink": theme.ink,
    "--r3dvs-muted-ink": theme.mutedInk,
    "--r3dvs-grid-ink": theme.gridInk,
    "--r3dvs-font": theme.font,
  };
  for (const [model, colour] of Object.entries(theme.models)) own[modelVariable(model)] = colour;
  return Object.entries(own)
    .map(([name, value]) => `${name}: ${value};`)
    .join(" ");
}
