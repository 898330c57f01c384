import { reciprocalLattice } from "../../src/core/crystal/lattice.js";
import { norm, rowTimes, type Vector3 } from "../../src/core/math/matrix3.js";
import { formatValue, linearAxis, logAxis } from "../../src/core/plots/ticks.js";
import type { VoxelViewData } from "../../src/protocol/voxelView.js";
import { drawHaloText } from "../scene/haloText.js";
import { formatHkl } from "../scene/reflections.js";
import { colorOf, makeColors } from "../scene/transfer.js";
import { listen, make } from "../ui/dom.js";
import { t } from "../ui/text.js";
import { cssColor, readThemeColors, type ThemeColors } from "../ui/themeColors.js";
import { quantityText } from "../ui/units.js";
import type { ViewSettings } from "./viewSettings.js";
import { amplitudeRange } from "./voxelModel.js";

interface Wave {
  readonly hkl: Vector3;
  readonly length: number;
  readonly amplitude: number;
}

const MARGIN = { left: 52, right: 14, top: 18, bottom: 32 };
const REACH = 7;

/**
 * |s_g| of every plane wave over |g|, as diffraction patterns are read; a click chooses one, arrow keys walk through
 * them.
 */
export class SpectrumStrip {
  readonly element: HTMLElement;
  private readonly canvas = make("canvas", { class: "overlay strip-canvas", tabindex: 0, role: "img" });
  private picture: VoxelViewData | undefined;
  private waves: readonly Wave[] = [];
  private chosen: Vector3 | undefined;
  private hovered: Wave | undefined;
  private colorMap: ViewSettings["colorMap"] = "viridis";
  private colors: ThemeColors = readThemeColors();

  constructor(private readonly pick: (hkl: Vector3) => void) {
    this.element = make("div", { class: "spectrum-strip" }, this.canvas);
    listen(this.canvas, {
      pointermove: (event) => this.hover(this.waveAt(event.offsetX, event.offsetY)),
      pointerleave: () => this.hover(undefined),
      click: () => this.hovered && this.pick(this.hovered.hkl),
      keydown: (event) => this.pressKey(event),
    });
    new ResizeObserver(() => this.draw()).observe(this.element);
  }

  show(picture: VoxelViewData, settings: ViewSettings): void {
    if (picture !== this.picture) {
      const reciprocal = reciprocalLattice(picture.lattice);
      this.waves = Array.from(picture.amplitude, (amplitude, i): Wave => {
        const hkl: Vector3 = [picture.hkl[3 * i] ?? 0, picture.hkl[3 * i + 1] ?? 0, picture.hkl[3 * i + 2] ?? 0];
        return { hkl, length: norm(rowTimes(hkl, reciprocal)), amplitude };
      })
        .filter(({ amplitude, length }) => amplitude > 0 && length > 0)
        .sort((a, b) => a.length - b.length || b.amplitude - a.amplitude);
    }
    this.picture = picture;
    this.colorMap = settings.colorMap;
    this.draw();
  }

  apply({ colorMap }: ViewSettings): void {
    if (colorMap === this.colorMap) return;
    this.colorMap = colorMap;
    this.draw();
  }

  choose(hkl: Vector3 | undefined): void {
    this.chosen = hkl;
    this.draw();
  }

  refreshTheme(): void {
    this.colors = readThemeColors();
    this.draw();
  }

  private hover(wave: Wave | undefined): void {
    if (wave === this.hovered) return;
    this.hovered = wave;
    this.draw();
  }

  private pressKey(event: KeyboardEvent): void {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowDown: -1, ArrowUp: 1 }[event.key];
    if (step === undefined || this.waves.length === 0) return;
    event.preventDefault();
    const at = this.waves.findIndex(({ hkl }) => this.chosen !== undefined && isSameWave(hkl, this.chosen));
    const next = this.waves[(at + step + this.waves.length) % this.waves.length];
    if (next) this.pick(next.hkl);
  }

  private axes() {
    const { clientWidth: width, clientHeight: height } = this.element;
    const range = this.picture ? amplitudeRange(this.picture) : { low: 1e-3, high: 1 };
    const largest = this.waves.reduce((most, { amplitude }) => Math.max(most, amplitude), range.low * 10);
    const low = Math.max(range.low, largest * 1e-4);
    const y = logAxis([low, largest * 1.15], [height - MARGIN.bottom, MARGIN.top]);
    const x = linearAxis([0, this.picture?.cutoff ?? 1], [MARGIN.left, width - MARGIN.right], 56);
    return { x, y, low, width, height };
  }

  private waveAt(px: number, py: number): Wave | undefined {
    const { x, y, low } = this.axes();
    let best: Wave | undefined;
    let nearest = REACH;
    for (const wave of this.waves) {
      const dx = Math.abs(x.scale(wave.length) - px);
      // A line is hit along its whole height; of several the one whose tip is nearest.
      const tip = y.scale(Math.max(wave.amplitude, low));
      const distance = dx + (py < tip ? (tip - py) * 0.5 : (py - tip) * 0.02);
      if (dx < REACH && distance < nearest) {
        nearest = distance;
        best = wave;
      }
    }
    return best;
  }

  private draw(): void {
    const { picture, colors } = this;
    const { x, y, low, width, height } = this.axes();
    if (picture === undefined || width < 80 || height < 60) return;
    const ratio = Math.min(window.devicePixelRatio || 1, 2.5);
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    const pen = this.canvas.getContext("2d");
    if (pen === null) return;
    pen.scale(ratio, ratio);
    pen.fillStyle = cssColor(colors.ground);
    pen.fillRect(0, 0, width, height);
    pen.font = `11px ${colors.font}`;
    const ground = height - MARGIN.bottom;
    const transfer = { ...amplitudeRange(picture), colors: makeColors(this.colorMap, colors.isDark) };
    for (const wave of this.waves) {
      if (wave.amplitude < low) continue;
      pen.fillStyle = cssColor(colorOf(transfer, wave.amplitude), 0.9);
      const top = y.scale(wave.amplitude);
      pen.fillRect(x.scale(wave.length) - 0.75, top, 1.5, ground - top);
    }
    this.drawAxes(pen, x, y, [width, ground]);
    for (const wave of this.marked())
      this.drawMark(pen, wave, x.scale(wave.length), y.scale(Math.max(low, wave.amplitude)), [width, ground]);
    this.canvas.setAttribute("aria-label", this.describe());
  }

  private marked(): readonly Wave[] {
    const chosen = this.chosen && this.waves.find(({ hkl }) => this.chosen && isSameWave(hkl, this.chosen));
    return [chosen, this.hovered].filter((wave) => wave !== undefined);
  }

  private drawMark(
    pen: CanvasRenderingContext2D,
    wave: Wave,
    x: number,
    y: number,
    [width, ground]: readonly [number, number],
  ): void {
    pen.fillStyle = cssColor(this.colors.accent);
    pen.fillRect(x - 1.25, y, 2.5, ground - y);
    pen.beginPath();
    pen.arc(x, y, 3.5, 0, 2 * Math.PI);
    pen.fill();
    const text = `(${formatHkl(wave.hkl)})  |g| ${wave.length.toFixed(3)} Å⁻¹`;
    const half = pen.measureText(text).width / 2;
    pen.textAlign = "center";
    drawHaloText(
      pen,
      text,
      Math.max(half + 4, Math.min(width - half - 4, x)),
      Math.max(12, y - 7),
      this.colors.ink,
      this.colors,
    );
  }

  private drawAxes(
    pen: CanvasRenderingContext2D,
    x: ReturnType<typeof linearAxis>,
    y: ReturnType<typeof logAxis>,
    [width, ground]: readonly [number, number],
  ): void {
    const { colors, picture } = this;
    pen.fillStyle = cssColor(colors.mutedInk);
    pen.fillRect(MARGIN.left, ground, width - MARGIN.left - MARGIN.right, 1);
    pen.textAlign = "center";
    for (const { at, label } of x.ticks) {
      pen.fillRect(Math.round(at), ground, 1, 4);
      drawHaloText(pen, label, at, ground + 15, colors.mutedInk, colors);
      pen.fillStyle = cssColor(colors.mutedInk);
    }
    pen.textAlign = "right";
    for (const { at, label } of y.ticks) {
      drawHaloText(pen, label, MARGIN.left - 5, at + 4, colors.mutedInk, colors);
      pen.fillStyle = cssColor(colors.mutedInk);
      pen.fillRect(MARGIN.left - 3, Math.round(at), 3, 1);
    }
    drawHaloText(pen, "|g| (Å⁻¹)", width - MARGIN.right, ground + 28, colors.ink, colors);
    pen.textAlign = "left";
    drawHaloText(pen, quantityText("|s_g|", picture?.unit ?? ""), 6, 12, colors.ink, colors);
  }

  private describe(): string {
    const [first] = this.marked();
    const chosen =
      first &&
      ` ${t("Plane wave")} (${first.hkl.join(" ")}): |g| ${first.length.toFixed(3)} Å⁻¹, ${formatValue(first.amplitude)}.`;
    return `${t("{0} plane waves over |g|, by |s_g|.", this.waves.length)}${chosen ?? ""}`;
  }
}

/** The same wave or its opposite, whose amplitude is the same. */
export const isSameWave = (a: Vector3, b: Vector3): boolean =>
  a.every((n, i) => n === b[i as 0]) || a.every((n, i) => n === -(b[i as 0] ?? 0));
