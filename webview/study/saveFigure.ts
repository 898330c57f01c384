import { LIGHT_THEME, type PlotTheme } from "../../src/core/plots/theme.js";
import type { FigureFormat } from "../ui/exportFigure.js";

export type SaveFigure = (format: FigureFormat, name: string, bytes: Uint8Array) => void;

/** Figures for print: dark ink, on white or on nothing. */
export const printTheme = (transparent: boolean): PlotTheme =>
  transparent ? { ...LIGHT_THEME, background: "none" } : LIGHT_THEME;
