import { make } from "./dom.js";

export type FigureFormat = "png" | "svg" | "csv";
/** What else a page exports: surfaces as meshes. */
export type ExportFormat = FigureFormat | "glb" | "obj";

/** What an export needs. */
export interface ExportSource {
  readonly formats: readonly ExportFormat[];
  /** Several pictures to choose from. */
  readonly pictures?: readonly (readonly [value: string, label: string])[];
  /** Undefined while there is nothing to write. */
  write(format: ExportFormat, size: FigureSize, picture: string): Promise<Uint8Array | undefined>;
  save(format: ExportFormat, bytes: Uint8Array): void;
}

/** What the export of a figure drawn as SVG needs. */
export interface FigureSource {
  /** As part of the file's name. */
  readonly name: string;
  /** The figure for print, `width` px wide at 96 per inch; undefined while there is nothing to draw. */
  svg(width: number, transparent: boolean): string | undefined;
  /** The numbers behind it. */
  csv(): string | undefined;
  save(format: FigureFormat, name: string, bytes: Uint8Array): void;
}

/** A figure as PNG, SVG and CSV. */
export function figureExport(source: FigureSource): ExportSource {
  const encode = (text: string | undefined) => (text === undefined ? undefined : new TextEncoder().encode(text));
  return {
    formats: ["png", "svg", "csv"],
    write: async (format, size) => {
      if (format === "csv") return encode(source.csv());
      const width = Math.min(pixelsOf(size), Math.floor((MAX_PIXELS * 96) / size.dpi));
      const svg = source.svg(width, size.transparent);
      return svg === undefined || format === "svg" ? encode(svg) : svgToPng(svg, size);
    },
    save: (format, bytes) => {
      if (format === "png" || format === "svg" || format === "csv") source.save(format, source.name, bytes);
    },
  };
}

/** How a figure is written: its width on paper and, for pixels, dots per inch. */
export interface FigureSize {
  readonly centimetres: number;
  readonly dpi: number;
  readonly transparent: boolean;
}

/** CSS: 96 px an inch. */
const PX_PER_CM = 96 / 2.54;
export const pixelsOf = ({ centimetres }: FigureSize): number => Math.round(centimetres * PX_PER_CM);

/** Browsers draw no larger canvas than this on a side. */
export const MAX_PIXELS = 16_384;

/**
 * An SVG as a PNG of its size on paper at the wanted resolution, which the file states. Throws where the browser cannot
 * draw it.
 */
export async function svgToPng(svg: string, { dpi }: FigureSize): Promise<Uint8Array> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const scale = dpi / 96;
  const canvas = make("canvas", {
    width: Math.round(image.naturalWidth * scale),
    height: Math.round(image.naturalHeight * scale),
  });
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return withResolution(await canvasBytes(canvas), dpi);
}

export async function canvasBytes(canvas: HTMLCanvasElement): Promise<Uint8Array> {
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (blob === null) throw new Error("The canvas gave no image");
  return new Uint8Array(await blob.arrayBuffer());
}

const HEADER_BYTES = 33;

/** A PNG that states its resolution (chunk pHYs), so that a word processor places it at the size that was asked for. */
export function withResolution(png: Uint8Array, dpi: number): Uint8Array {
  const chunk = new Uint8Array(21);
  const view = new DataView(chunk.buffer);
  const perMetre = Math.round(dpi / 0.0254);
  view.setUint32(0, 9);
  chunk.set([0x70, 0x48, 0x59, 0x73], 4);
  view.setUint32(8, perMetre);
  view.setUint32(12, perMetre);
  view.setUint8(16, 1);
  view.setUint32(17, crc32(chunk.subarray(4, 17)));
  const whole = new Uint8Array(png.length + chunk.length);
  whole.set(png.subarray(0, HEADER_BYTES));
  whole.set(chunk, HEADER_BYTES);
  whole.set(png.subarray(HEADER_BYTES), HEADER_BYTES + chunk.length);
  return whole;
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
