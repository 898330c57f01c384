import path from "node:path";
import { type Command, Option } from "commander";
import { profileSvg } from "../core/plots/profilePlot.js";
import { LIGHT_THEME } from "../core/plots/theme.js";
import { writeFileAtomically } from "../jobs/files/atomicFile.js";
import { UsageError } from "../jobs/files/usageError.js";
import { fermiEnergyBeside } from "../jobs/surfaces/fermiEnergy.js";
import { FieldKernel } from "../jobs/surfaces/fieldKernel.js";
import { profileOf } from "../jobs/surfaces/profileOf.js";
import { surfaceCode } from "../jobs/surfaces/surfaceCode.js";
import type { ProfileData } from "../protocol/crystalView.js";
import { positive } from "./commonOptions.js";
import { type FieldOptions, onFile, readField, withField } from "./fieldInput.js";
import type { Output } from "./output.js";

interface Options extends FieldOptions {
  readonly axis: "a" | "b" | "c";
  readonly window?: number;
  readonly output?: string;
}

export function addProfileCommand(program: Command): void {
  const command = program
    .command("profile")
    .description("planar and macroscopic average along an axis; of a LOCPOT also vacuum level and work function")
    .argument("<file>", "a volumetric file")
    .addOption(new Option("--axis <axis>", "axis of the cell").choices(["a", "b", "c"]).makeOptionMandatory())
    .option("--window <Å>", "also the macroscopic average over this length", positive)
    .option("-o, --output <profile>", "file to write: .csv (z in Å, value) or .svg");
  withField(command).action((file: string, options: Options) =>
    onFile(options, (output) => runProfile(file, options, output)),
  );
}

const FORMATS = [".csv", ".svg"];
const FIGURE_WIDTH = 640;

async function runProfile(file: string, options: Options, output: Output): Promise<void> {
  const { output: target, axis, window } = options;
  const format = target === undefined ? undefined : path.extname(target).toLowerCase();
  if (format !== undefined && !FORMATS.includes(format))
    throw new UsageError(`${target} is none of ${FORMATS.join(", ")}`);
  const field = await readField(file, options, output);
  if (!field) return;
  const profile = await profileOf(
    new FieldKernel(surfaceCode),
    field,
    { axis, ...(window !== undefined && { window }) },
    fermiEnergyBeside,
  );
  const { vacuum, fermi, workFunction } = profile;
  output.event({
    file,
    block: field.facts.name,
    axis,
    points: pointsOf(profile),
    ...(vacuum && { vacuumLevel: vacuum.level, vacuumSlope: vacuum.slope }),
    ...(fermi && { fermiEnergy: fermi.energy }),
    ...(workFunction !== undefined && { workFunction }),
  });
  if (target === undefined) output.print(csvOf(profile).trimEnd());
  else
    writeFileAtomically(target, format === ".csv" ? csvOf(profile) : figureOf(profile, file, axis, field.facts.name));
  if (target !== undefined) output.note(target);
  if (vacuum) output.note(`vacuum level ${vacuum.level.toFixed(3)} eV (slope ${vacuum.slope.toExponential(1)} eV/Å)`);
  if (fermi && workFunction !== undefined)
    output.note(
      `work function ${workFunction.toFixed(3)} eV, with E_F = ${fermi.energy.toFixed(3)} eV from ${fermi.source}`,
    );
}

const pointsOf = ({ z, planar, macroscopic }: ProfileData): number[][] =>
  Array.from(z, (at, i) => [at, planar[i] ?? 0, ...(macroscopic ? [macroscopic[i] ?? 0] : [])]);

function csvOf(profile: ProfileData): string {
  const head = ["z", "value", ...(profile.macroscopic ? ["macroscopic"] : [])].join(",");
  const rows = pointsOf(profile).map((row) => row.map((value) => String(Number(value.toPrecision(9)))).join(","));
  return `${[head, ...rows].join("\n")}\n`;
}

function figureOf(
  { z, planar, macroscopic, unit, vacuum, fermi }: ProfileData,
  file: string,
  axis: string,
  name: string,
): string {
  const lines = [
    { name: "planar average", values: planar },
    ...(macroscopic ? [{ name: "macroscopic average", values: macroscopic }] : []),
  ];
  const levels = [
    ...(vacuum ? [{ name: "vacuum level", value: vacuum.level }] : []),
    ...(fermi ? [{ name: "E_F", value: fermi.energy }] : []),
  ];
  const data = {
    heading: `${path.basename(file)}, ${name}, along ${axis}`,
    x: "z (Å)",
    y: unit === "1" ? name : unit,
    z,
    lines,
    levels,
  };
  return profileSvg(data, { width: FIGURE_WIDTH, theme: LIGHT_THEME });
}
