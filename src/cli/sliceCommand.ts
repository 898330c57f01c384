import path from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import type { Vector3 } from "../core/math/matrix3.js";
import { writeFileAtomically } from "../jobs/files/atomicFile.js";
import { UsageError } from "../jobs/files/usageError.js";
import { FieldKernel } from "../jobs/surfaces/fieldKernel.js";
import { sliceCsv, sliceFigure, slicePng } from "../jobs/surfaces/sliceFiles.js";
import { sliceOf } from "../jobs/surfaces/sliceOf.js";
import { surfaceCode } from "../jobs/surfaces/surfaceCode.js";
import { wholeFrom } from "./commonOptions.js";
import { type FieldOptions, onFile, readField, withField } from "./fieldInput.js";
import type { Output } from "./output.js";
import { finite } from "./surfaceCommand.js";

interface Options extends FieldOptions {
  readonly hkl: Vector3;
  readonly offset: number;
  readonly size: number;
  readonly output?: string;
}

export function addSliceCommand(program: Command): void {
  const command = program
    .command("slice")
    .description("values on a plane by Miller indices, as table or picture; a rectangle of whole periods of the plane")
    .argument("<file>", "a volumetric file")
    .requiredOption("--hkl <h,k,l>", "Miller indices of the plane", millerIndices)
    .option("-o, --output <slice>", "file to write: .csv (u, v in Å, value), .svg or .png")
    .option("--offset <d>", "distance from the origin in plane spacings, 0 to 1", finite, 0)
    .option("--size <n>", "points per side", wholeFrom(2), 200);
  withField(command).action((file: string, options: Options) =>
    onFile(options, (output) => runSlice(file, options, output)),
  );
}

const FORMATS = [".csv", ".svg", ".png"];

async function runSlice(file: string, options: Options, output: Output): Promise<void> {
  const { output: target, hkl, offset, size } = options;
  const format = target === undefined ? undefined : path.extname(target).toLowerCase();
  if (format !== undefined && !FORMATS.includes(format))
    throw new UsageError(`${target} is none of ${FORMATS.join(", ")}`);
  const field = await readField(file, options, output);
  if (!field) return;
  const { name, signed, unit } = field.facts;
  const slice = sliceOf(new FieldKernel(surfaceCode), field, { hkl, offset, size, axes: "rectangle" });
  const { u, v, origin, minimum, maximum } = slice;
  output.event({ file, block: name, hkl, offset, u, v, origin, size, min: minimum, max: maximum });
  output.print(
    `${file}: ${name} on (${hkl.join(" ")}) at ${offset} of ${slice.spacing.toFixed(4)} Å: ${minimum} to ${maximum}${unit === "1" ? "" : ` ${unit}`}`,
  );
  if (target === undefined) return;
  const diverging = signed && unit !== "eV";
  const heading = `${path.basename(file)}, ${name}, (${hkl.join(" ")}) at ${offset}`;
  if (format === ".csv") writeFileAtomically(target, sliceCsv(slice));
  else if (format === ".png") writeFileAtomically(target, slicePng(slice, diverging));
  else writeFileAtomically(target, sliceFigure(slice, diverging, heading));
  output.note(target);
}

export function millerIndices(text: string): Vector3 {
  const numbers = text
    .trim()
    .split(/[\s,]+/)
    .map(Number);
  const [h, k, l] = numbers;
  if (numbers.length !== 3 || !numbers.every(Number.isSafeInteger) || numbers.every((index) => index === 0)) {
    throw new InvalidArgumentError("It must be three whole numbers with commas between them, not all 0.");
  }
  return [h ?? 0, k ?? 0, l ?? 0];
}
