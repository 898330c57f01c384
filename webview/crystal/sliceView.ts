import { contours } from "d3-contour";
import { planeNormal, unitVector } from "../../src/core/crystal/directions.js";
import { sitesInBox } from "../../src/core/crystal/sites.js";
import { cross, dot, inverse, norm, rowTimes, type Vector3 } from "../../src/core/math/matrix3.js";
import type { CrystalData, FieldFacts, SliceData } from "../../src/protocol/crystalView.js";
import { colorOfValue } from "../scene/canvasSolids.js";
import { drawHaloText } from "../scene/haloText.js";
import { placeOn } from "../scene/planePlace.js";
import { type PictureLook, screenLook, toPng } from "../scene/toPng.js";
import { listen, make } from "../ui/dom.js";
import { t } from "../ui/text.js";
import { cssColor, readThemeColors, type ThemeColors } from "../ui/themeColors.js";
import { placeTooltip } from "../ui/tooltip.js";
import { quantityText } from "../ui/units.js";
import { drawColourBar, BAR_HEIGHT as LEGEND } from "./colourBar.js";
import { atomColor } from "./crystalScene.js";
import type { CrystalSettings } from "./crystalSettings.js";
import { type PlaneColors, planeColors } from "./planeMap.js";
import { fillPlaneTip } from "./probeTip.js";

interface ShownSlice {
  readonly crystal: CrystalData;
  readonly settings: CrystalSettings;
  readonly slice: SliceData | undefined;
  readonly field: FieldFacts | undefined;
  /** What people call the field. */
  readonly title: string;
}

/** Å: atoms this near to the plane are marked. */
const NEAR = 0.35;

/** The plane laid flat: one period as a map, u to the right. */
interface Layout {
  /** px of the canvas per Å, and where the period's corner is. */
  readonly scale: number;
  readonly left: number;
  readonly top: number;
  /** Å: u = (length, 0), v = (across, up). */
  readonly length: number;
  readonly across: number;
  readonly up: number;
}

/** A slice as a flat map with contour lines, atoms near the plane, a legend, and the value under the pointer. */
export class SliceView {
  readonly element: HTMLElement;
  private readonly canvas = make("canvas", { class: "overlay slice-map", tabindex: 0, role: "img" });
  private readonly tooltip = make("div", { class: "tooltip", hidden: true, role: "status" });
  private shown: ShownSlice | undefined;
  private colors: ThemeColors = readThemeColors();
  private image:
    | { readonly key: readonly unknown[]; readonly canvas: HTMLCanvasElement; readonly rings: readonly Ring[] }
    | undefined;
  private cursor: readonly [number, number] | undefined;

  constructor(private readonly change: (part: Partial<CrystalSettings>) => void) {
    this.element = make("div", { class: "viewport slice-view" }, this.canvas, this.tooltip);
    listen(this.canvas, {
      pointermove: (event) => this.probe([event.offsetX, event.offsetY]),
      pointerleave: () => this.probe(undefined),
      keydown: (event) => this.pressKey(event),
      blur: () => this.probe(undefined),
    });
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      this.move(Math.sign(event.deltaY));
    };
    this.canvas.addEventListener("wheel", wheel, { passive: false });
    new ResizeObserver(() => this.draw()).observe(this.element);
  }

  show(shown: ShownSlice): void {
    this.shown = shown;
    this.draw();
  }

  refreshTheme(): void {
    this.colors = readThemeColors();
    this.draw();
  }

  async exportPng(look: PictureLook): Promise<Uint8Array> {
    this.draw(look);
    try {
      return await toPng([this.canvas]);
    } finally {
      this.draw();
    }
  }

  private move(step: number): void {
    const offset = this.shown?.settings.offset ?? 0;
    this.change({ offset: (Math.round((((offset - step * 0.02) % 1) + 1) * 100) / 100) % 1 });
  }

  /** Arrow keys move a cursor over the map, Page Up and Page Down the plane. */
  private pressKey(event: KeyboardEvent): void {
    const steps: Readonly<Record<string, readonly [number, number]>> = {
      ArrowLeft: [-8, 0],
      ArrowRight: [8, 0],
      ArrowUp: [0, -8],
      ArrowDown: [0, 8],
    };
    const step = steps[event.key];
    if (step) {
      const [x, y] = this.cursor ?? [this.element.clientWidth / 2, (this.element.clientHeight - LEGEND) / 2];
      this.probe([x + step[0], y + step[1]]);
    } else if (event.key === "PageUp") this.move(-1);
    else if (event.key === "PageDown") this.move(1);
    else return;
    event.preventDefault();
  }

  private probe(at: readonly [number, number] | undefined): void {
    this.cursor = at;
    const { slice, crystal } = this.shown ?? {};
    const layout = slice && layOut(slice, this.element.clientWidth, this.element.clientHeight);
    const isOnMap = at !== undefined && at[1] < this.element.clientHeight - LEGEND;
    const point = isOnMap && slice && layout && pointUnder(slice, layout, at);
    this.tooltip.hidden = !point;
    if (!point || !slice || !crystal || !at) return;
    fillPlaneTip(this.tooltip, crystal, slice, point);
    placeTooltip(this.tooltip, this.element, at);
  }

  private draw(look = screenLook()): void {
    const { clientWidth: width, clientHeight: height } = this.element;
    const { slice, field, settings, crystal, title: name } = this.shown ?? {};
    if (width < 64 || height < 120 || !slice || !field || !settings || !crystal) return;
    const { ratio } = look;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    const pen = this.canvas.getContext("2d");
    if (pen === null) return;
    const map = planeColors(slice, field.signed, settings, this.colors);
    const layout = layOut(slice, width, height);
    pen.scale(ratio, ratio);
    pen.fillStyle = cssColor(this.colors.ground);
    if (!look.transparent) pen.fillRect(0, 0, width, height);
    pen.font = `11px ${this.colors.font}`;
    pen.save();
    pen.beginPath();
    pen.rect(0, 0, width, height - LEGEND);
    pen.clip();
    this.drawMap(pen, slice, map, layout, ratio);
    outlinePeriod(pen, layout, this.colors);
    drawAtoms(pen, crystal, slice, layout, settings.hkl, this.colors);
    pen.restore();
    const title = `${quantityText(name ?? "", slice.unit)}, (${settings.hkl.join(" ").replaceAll("-", "−")})`;
    drawColourBar(pen, map, title, [24, Math.min(width - 24, 284), height - 36], this.colors);
    this.canvas.setAttribute(
      "aria-label",
      t("Slice: {0}, from {1} to {2}", title, slice.minimum.toPrecision(3), slice.maximum.toPrecision(3)),
    );
    document.body.dataset.slice = `${settings.hkl.join(" ")} ${slice.offset.toFixed(2)}`;
  }

  /** One period in the middle and as many around it as there is room for. */
  private drawMap(
    pen: CanvasRenderingContext2D,
    slice: SliceData,
    map: PlaneColors,
    layout: Layout,
    ratio: number,
  ): void {
    const key = [slice, map.colors[0]?.join(), map.colors.at(-1)?.join(), map.low, map.high, map.contourStep];
    if (!this.image || this.image.key.some((part, i) => part !== key[i])) {
      this.image = { key, canvas: paint(slice, map), rings: map.contourStep > 0 ? contourRings(slice, map) : [] };
    }
    for (const [i, j] of PERIODS) {
      pen.save();
      applyLayout(pen, layout, slice.size, ratio);
      pen.imageSmoothingEnabled = true;
      pen.drawImage(this.image.canvas, i * slice.size, j * slice.size);
      pen.restore();
    }
    for (const [i, j] of PERIODS) drawContours(pen, this.image.rings, slice.size, layout, [i, j], this.colors, ratio);
  }
}

const PERIODS = [-1, 0, 1].flatMap((j) => [-2, -1, 0, 1, 2].map((i) => [i, j] as const));

/** The whole period, as large as fits above the legend. */
function layOut({ u, v }: SliceData, width: number, height: number): Layout {
  const length = norm(u);
  const across = dot(u, v) / length;
  const up = norm(cross(u, v)) / length;
  const [spanX, spanY] = [length + Math.abs(across), up];
  const scale = Math.min((width - 40) / spanX, (height - LEGEND - 36) / spanY);
  const left = (width - spanX * scale) / 2 + Math.max(0, -across) * scale;
  return { scale, left, top: Math.max(14, (height - LEGEND - spanY * scale) / 2) + spanY * scale, length, across, up };
}

/** Index coordinates (i to the right along u, j along v) become px; v points upwards. */
function applyLayout(
  pen: CanvasRenderingContext2D,
  { scale, left, top, length, across, up }: Layout,
  size: number,
  ratio: number,
): void {
  const s = (scale * ratio) / size;
  pen.setTransform(length * s, 0, across * s, -up * s, left * ratio, top * ratio);
}

function pointUnder(
  slice: SliceData,
  { scale, left, top, length, across, up }: Layout,
  [x, y]: readonly [number, number],
): Vector3 | undefined {
  const t2 = (top - y) / (scale * up);
  const s = ((x - left) / scale - t2 * across) / length;
  return [0, 1, 2].map(
    (i) => (slice.origin[i] ?? 0) + s * (slice.u[i] ?? 0) + t2 * (slice.v[i] ?? 0),
  ) as unknown as Vector3;
}

/** The period of the plane, once. */
function outlinePeriod(
  pen: CanvasRenderingContext2D,
  { scale, left, top, length, across, up }: Layout,
  colors: ThemeColors,
): void {
  pen.beginPath();
  for (const [s, t2] of [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ] as const)
    pen.lineTo(left + (s * length + t2 * across) * scale, top - t2 * up * scale);
  pen.closePath();
  pen.strokeStyle = cssColor(colors.ink, 0.8);
  pen.lineWidth = 1.5;
  pen.stroke();
}

function paint({ size, values }: SliceData, map: PlaneColors): HTMLCanvasElement {
  const canvas = make("canvas", { width: size, height: size });
  const pen = canvas.getContext("2d");
  const image = pen?.createImageData(size, size);
  if (!pen || !image) return canvas;
  for (let i = 0; i < size * size; i++) {
    const color = colorOfValue(map, values[i] ?? 0);
    image.data.set([color[0] * 255, color[1] * 255, color[2] * 255, 255], 4 * i);
  }
  pen.putImageData(image, 0, 0);
  return canvas;
}

type Ring = readonly (readonly [number, number])[];

function contourRings(slice: SliceData, { low, high, isLog, contourStep }: PlaneColors): readonly Ring[] {
  const levels = Array.from({ length: Math.round(1 / contourStep) - 1 }, (_, i) => {
    const place = (i + 1) * contourStep;
    return isLog ? low * (high / low) ** place : low + place * (high - low);
  });
  const found = contours().size([slice.size, slice.size]).thresholds(levels)(Array.from(slice.values));
  return found.flatMap(({ coordinates }) =>
    coordinates.flat().map((ring) => ring.map(([x = 0, y = 0]) => [x, y] as const)),
  );
}

function drawContours(
  pen: CanvasRenderingContext2D,
  rings: readonly Ring[],
  size: number,
  layout: Layout,
  [i, j]: readonly [number, number],
  colors: ThemeColors,
  ratio: number,
): void {
  pen.save();
  applyLayout(pen, layout, size, ratio);
  pen.translate(i * size, j * size);
  pen.beginPath();
  for (const ring of rings) for (const [n, point] of ring.entries()) traceEdge(pen, size, point, n);
  pen.restore();
  pen.save();
  pen.strokeStyle = cssColor(colors.isDark ? [0, 0, 0] : [1, 1, 1], colors.isHighContrast ? 1 : 0.6);
  pen.lineWidth = 1;
  pen.stroke();
  pen.restore();
}

/** A ring runs along the map's edge where its level is exceeded there: that part is no contour line. */
function traceEdge(pen: CanvasRenderingContext2D, size: number, [x, y]: readonly [number, number], i: number): void {
  const isEdge = x < 0.5 || y < 0.5 || x > size - 0.5 || y > size - 0.5;
  if (i === 0 || isEdge) pen.moveTo(x, y);
  else pen.lineTo(x, y);
}

function drawAtoms(
  pen: CanvasRenderingContext2D,
  crystal: CrystalData,
  slice: SliceData,
  { scale, left, top, length, across, up }: Layout,
  hkl: Vector3,
  colors: ThemeColors,
): void {
  const normal = unitVector(planeNormal(crystal.lattice, hkl));
  if (!normal) return;
  const corners = [-1, 2].flatMap((i) =>
    [-1, 2].map((j) => slice.origin.map((o, x) => o + i * (slice.u[x] ?? 0) + j * (slice.v[x] ?? 0))),
  );
  const toFractional = inverse(crystal.lattice);
  const places = corners.map((corner) => rowTimes(corner as unknown as Vector3, toFractional));
  const bound = (of: (...values: number[]) => number) =>
    [0, 1, 2].map((axis) => of(...places.map((p) => p[axis as 0]))) as unknown as Vector3;
  const box = { from: bound(Math.min), to: bound(Math.max) };
  for (const site of sitesInBox(crystal, box, NEAR)) {
    const r: Vector3 = [
      site.position[0] - slice.origin[0],
      site.position[1] - slice.origin[1],
      site.position[2] - slice.origin[2],
    ];
    if (Math.abs(dot(r, normal)) > NEAR) continue;
    const [s, t2] = placeOn(slice, site.position);
    const [x, y] = [left + (s * length + t2 * across) * scale, top - t2 * up * scale];
    pen.beginPath();
    pen.arc(x, y, 5, 0, 2 * Math.PI);
    pen.fillStyle = cssColor(atomColor(site.element, colors));
    pen.fill();
    pen.strokeStyle = cssColor(colors.ground);
    pen.lineWidth = 1.5;
    pen.stroke();
    pen.textAlign = "left";
    drawHaloText(pen, site.element, x + 7, y - 5, colors.ink, colors);
  }
}
