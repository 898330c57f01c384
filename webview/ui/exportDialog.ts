import { listen, make, makeButton, makeCheckbox, makeSegments } from "./dom.js";
import { type ExportFormat, type ExportSource, type FigureSize, pixelsOf } from "./exportFigure.js";
import { t } from "./text.js";

/** One column of a journal's page, and two. */
const WIDTHS = { least: 4, most: 60, first: 17 };
const RESOLUTIONS = ["150", "300", "600"] as const;

const chosen = { format: "png" as ExportFormat, centimetres: WIDTHS.first, dpi: 300, transparent: false };

/** Asks how a figure is written, and writes or copies it. What was chosen stays for the next one. */
export function openExport(heading: string, source: ExportSource): void {
  if (!source.formats.includes(chosen.format)) chosen.format = "png";
  let picture = source.pictures?.[0]?.[0] ?? "";
  const dialog = make("dialog", { class: "export-dialog", "aria-label": `${heading}: ${t("Export…")}` });
  const note = make("p", { class: "quiet", role: "status" });
  const formats = makeSegments(
    t("Format"),
    source.formats.map((format) => [format, format.toUpperCase()] as const),
    chosen.format,
    (format) => {
      chosen.format = format as ExportFormat;
      update();
    },
  );
  const width = makeNumber(t("Width (cm)"), chosen.centimetres, WIDTHS, (value) => {
    chosen.centimetres = value;
    update();
  });
  const dpi = makeSegments(
    t("Resolution (dpi)"),
    RESOLUTIONS.map((value) => [value, value] as const),
    String(chosen.dpi),
    (value) => {
      chosen.dpi = Number(value);
      update();
    },
  );
  const transparent = makeCheckbox(t("Transparent background"), chosen.transparent, (checked) => {
    chosen.transparent = checked;
  });
  const dpiRow = makeRow(t("Resolution (dpi)"), dpi.element);
  const act = (use: (format: ExportFormat, bytes: Uint8Array) => void | Promise<void>) => async () => {
    try {
      const bytes = await source.write(chosen.format, chosen, picture);
      if (bytes === undefined) note.textContent = t("There is nothing to export yet.");
      else await use(chosen.format, bytes);
    } catch (error) {
      note.textContent = String(error instanceof Error ? error.message : error);
    }
  };
  const save = act((format, bytes) => {
    source.save(format, bytes);
    dialog.close();
  });
  const copy = act(async (format, bytes) => {
    await copyBytes(format, bytes);
    note.textContent = t("Copied.");
  });
  const copyButton = makeButton(t("Copy"), () => void copy(), { "data-action": "copy" });
  const buttons = [
    makeButton(t("Save as…"), () => void save(), { appearance: "primary", "data-action": "save" }),
    copyButton,
    makeButton(t("Cancel"), () => dialog.close()),
  ];
  const update = () => {
    const { format } = chosen;
    const isPicture = format === "png" || format === "svg";
    width.hidden = transparent.hidden = !isPicture;
    dpiRow.hidden = format !== "png";
    copyButton.hidden = format === "glb";
    note.textContent = sizeNote(format, chosen);
  };
  dialog.append(
    make("h2", {}, heading),
    ...(source.pictures === undefined
      ? []
      : [
          makeRow(
            t("Picture"),
            makeSegments(t("Picture"), source.pictures, picture, (value) => {
              picture = value;
            }).element,
          ),
        ]),
    ...(source.formats.length > 1 ? [makeRow(t("Format"), formats.element)] : []),
    width,
    dpiRow,
    transparent,
    note,
    make("div", { class: "dialog-buttons" }, ...buttons),
  );
  listen(dialog, { close: () => dialog.remove() });
  document.body.append(dialog);
  update();
  dialog.showModal();
}

function sizeNote(format: ExportFormat, size: FigureSize): string {
  if (format === "csv") return t("The numbers behind the figure.");
  if (format === "glb") return t("The surfaces as a mesh (glTF) for Blender and other programs; one unit is 1 Å.");
  if (format === "obj") return t("The surfaces as a mesh (Wavefront OBJ); lengths in Å.");
  if (format !== "png") return t("Lines and text stay sharp at any size.");
  return t("{0} px wide", Math.round((pixelsOf(size) * size.dpi) / 96));
}

/** Pictures as pictures, the rest as text. */
async function copyBytes(format: ExportFormat, bytes: Uint8Array): Promise<void> {
  if (format !== "png") return navigator.clipboard.writeText(new TextDecoder().decode(bytes));
  await navigator.clipboard.write([
    new ClipboardItem({ "image/png": new Blob([bytes.slice()], { type: "image/png" }) }),
  ]);
}

const makeRow = (label: string, control: HTMLElement) =>
  make("div", { class: "dialog-row" }, make("span", { class: "field-label" }, label), control);

function makeNumber(
  label: string,
  value: number,
  { least, most }: { readonly least: number; readonly most: number },
  change: (value: number) => void,
): HTMLElement {
  const input = make("input", { type: "number", min: least, max: most, step: 0.5, value, "aria-label": label });
  listen(input, {
    input: () => Number.isFinite(input.valueAsNumber) && change(Math.min(most, Math.max(least, input.valueAsNumber))),
  });
  return makeRow(label, input);
}
