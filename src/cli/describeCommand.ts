import { type Command, Option } from "commander";
import { defaultSoapSettings, type SoapSettings } from "../core/descriptors/soapKernel.js";
import { checkSoapOptions } from "../core/descriptors/soapOptions.js";
import { messageOf } from "../core/text/messageOf.js";
import type { Problem } from "../core/text/problem.js";
import { resolvePaths } from "../jobs/dataset/materialFiles.js";
import { type EncodeOutcome, encodeMaterials } from "../jobs/encoding/encodeMaterials.js";
import {
  type DescribeSettings,
  type MatrixDescription,
  writeDescriptions,
} from "../jobs/features/describeMaterials.js";
import { asParquet } from "../jobs/files/parquetOfNpz.js";
import { UsageError } from "../jobs/files/usageError.js";
import { elementProblem, type NamedStructure } from "../jobs/spectra/material.js";
import type { MaterialFile } from "../jobs/spectra/materialFile.js";
import { isStructureOnly, readStructure } from "../jobs/spectra/readStructure.js";
import { ThreadPool } from "../jobs/threads/threadPool.js";
import type { Cancellation } from "../protocol/rpc.js";
import { type CommonOptions, positive, wholeFrom, withOutput, withThreads } from "./commonOptions.js";
import { EXIT } from "./exitCodes.js";
import { onInterruption } from "./interruption.js";
import { Output } from "./output.js";

interface Options
  extends CommonOptions,
    Pick<SoapSettings, "basis" | "rCut" | "nMax" | "lMax" | "sigma" | "zeta" | "alpha"> {
  readonly output: string;
  readonly descriptor: DescribeSettings["descriptor"];
  readonly average: "outer" | "inner" | "off";
  readonly compression: "off" | "mu1nu1" | "mu2";
  readonly permutation: MatrixDescription["permutation"];
  readonly kernel?: "average" | "rematch" | "gaussian";
  readonly gamma?: number;
  readonly seed: number;
}

export function addDescribeCommand(program: Command): void {
  const command = program
    .command("describe")
    .description(
      "write descriptors of structures (SOAP, Coulomb matrices) and their kernel as .npz, .parquet or .zarr: ids, lattice, features, kernel",
    )
    .argument("<path...>", "POSCAR files, volumetric files, folders or globs")
    .requiredOption("-o, --output <out>", "output file (.npz, .parquet) or zarr group (.zarr)");
  withOutput(withThreads(withKernel(withMatrix(withSoap(command))))).action(runDescribe);
}

function withSoap(command: Command): Command {
  const { basis, rCut, nMax, lMax, sigma } = defaultSoapSettings;
  return command
    .addOption(
      new Option("--descriptor <name>", "descriptor to compute")
        .choices(["soap", "ewald", "sine", "coulomb"])
        .default("soap"),
    )
    .addOption(new Option("--basis <name>", "SOAP: radial basis").choices(["gto", "polynomial"]).default(basis))
    .option("--r-cut <Å>", "SOAP: cutoff radius", positive, rCut)
    .option("--n-max <n>", "SOAP: radial basis", wholeFrom(1), nMax)
    .option("--l-max <l>", "SOAP: highest degree of the spherical harmonics", wholeFrom(0), lMax)
    .option("--sigma <Å>", "SOAP: width of the atomic density", positive, sigma)
    .addOption(
      new Option("--average <how>", "SOAP: average to one row per material; off: one row per atom")
        .choices(["outer", "inner", "off"])
        .default("outer"),
    )
    .addOption(
      new Option("--compression <how>", "SOAP: compression over species")
        .choices(["off", "mu1nu1", "mu2"])
        .default("off"),
    );
}

function withMatrix(command: Command): Command {
  return command
    .addOption(
      new Option("--permutation <how>", "Coulomb matrices: how to remove the dependence on the order of atoms")
        .choices(["eigenspectrum", "sorted_l2", "random", "none"])
        .default("eigenspectrum"),
    )
    .option("--seed <s>", "random seed of --permutation random", wholeFrom(0), 0);
}

function withKernel(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--kernel <name>",
        "kernel: average (default) or rematch for SOAP; gaussian for Coulomb matrices",
      ).choices(["average", "rematch", "gaussian"]),
    )
    .option(
      "--zeta <z>",
      "exponent zeta of the similarity of two atomic environments",
      positive,
      defaultSoapSettings.zeta,
    )
    .option("--alpha <a>", "regularisation of the rematch kernel", positive, defaultSoapSettings.alpha)
    .option("--gamma <g>", "gamma of the gaussian kernel (default: 1 / median of the squared distances)", positive);
}

async function runDescribe(paths: string[], options: Options): Promise<void> {
  const output = new Output(options);
  const settings = settingsOf(options);
  const cancellation = onInterruption();
  const { materials: entries, missing, remarks } = await resolvePaths(paths, "atoms");
  output.remarks(remarks);
  for (const place of missing) {
    output.failed();
    output.problems(place, [NOTHING]);
    output.event({ event: "skipped", id: place, file: place, problems: [NOTHING] });
  }
  const pool = new ThreadPool(options.threads);
  output.startBar(entries.length, "reading");
  let read = 0;
  try {
    const outcomes = await readAll(entries, pool, cancellation, (entry) => output.step(++read, entry.id));
    const materials = outcomes.flatMap((outcome) => report(output, outcome));
    const hooks = { pool, cancellation };
    if (materials.length > 0 && options.output.endsWith(".parquet"))
      await asParquet(options.output, (file) => writeDescriptions(file, materials, settings, hooks));
    else if (materials.length > 0) await writeDescriptions(options.output, materials, settings, hooks);
    output.stopBar();
    output.event({ event: "finished", done: materials.length, failed: output.failures });
    output.note(`${materials.length} of ${entries.length} described: ${options.output}`);
  } finally {
    output.stopBar();
    await pool.dispose();
  }
  process.exitCode = output.failures > 0 ? EXIT.failed : EXIT.done;
}

/** Structures as they are, densities for their atoms, in the order of `entries`. */
async function readAll(
  entries: readonly MaterialFile[],
  pool: ThreadPool,
  cancellation: Cancellation,
  onDone: (entry: MaterialFile) => void,
): Promise<readonly Outcome[]> {
  const controller = new AbortController();
  cancellation.onCancel(() => controller.abort());
  const { signal } = controller;
  const outcomes = new Map<MaterialFile, Outcome>();
  const keep = (outcome: Outcome) => {
    outcomes.set(outcome.entry, outcome);
    onDone(outcome.entry);
  };
  const densities: MaterialFile[] = [];
  for (const entry of entries) {
    if (!(await isStructureOnly(entry.file, signal))) densities.push(entry);
    else {
      const { value, problems } = await readStructure(entry, { signal });
      keep(value === undefined || problems.some(isError) ? { entry, problems } : { entry, material: value, problems });
    }
  }
  await encodeMaterials(densities, {
    settings: { spacing: COARSE, component: "total" },
    pool,
    cancellation,
    onDone: keep,
  });
  return entries.flatMap((entry) => outcomes.get(entry) ?? []);
}

interface Outcome extends Omit<EncodeOutcome, "material"> {
  readonly material?: NamedStructure;
}

/** The densities are read for their atoms alone, but whole, so that a damaged file is told; few waves are kept. */
const COARSE = 2;

const isError = ({ severity }: Problem) => severity === "error";

const NOTHING = {
  severity: "error",
  line: 1,
  column: 1,
  message: "no structure and no volumetric file here",
  template: "no structure and no volumetric file here",
  args: [],
} as const;

function report(output: Output, { entry, material, problems }: Outcome): NamedStructure[] {
  const nameless = material && elementProblem(material);
  const all = nameless === undefined ? problems : [...problems, nameless];
  output.problems(entry.file, all);
  if (material !== undefined && nameless === undefined) {
    output.event({ event: "encoded", id: entry.id, file: entry.file, problems: all });
    return [material];
  }
  output.failed();
  output.event({ event: "skipped", id: entry.id, file: entry.file, problems: all });
  return [];
}

/** Throws `UsageError` for what does not go together. */
function settingsOf(options: Options): DescribeSettings {
  const { descriptor, kernel = descriptor === "soap" ? "average" : "gaussian", output } = options;
  if (!/\.(npz|parquet|zarr)$/.test(output)) throw new UsageError("the output must end in .npz, .parquet or .zarr");
  if (output.endsWith(".parquet") && options.average === "off")
    throw new UsageError(
      "a .parquet file has one row per material: --average off, one row per atom, needs .npz or .zarr",
    );
  if ((descriptor === "soap") === (kernel === "gaussian"))
    throw new UsageError(
      `the kernel ${kernel} cannot be used with ${descriptor}: use average or rematch for soap, gaussian for Coulomb matrices`,
    );
  const { permutation, seed, gamma } = options;
  if (descriptor !== "soap") return { descriptor, permutation, seed, ...(gamma !== undefined && { gamma }) };
  const { basis, rCut, nMax, lMax, sigma, zeta, alpha, average, compression } = options;
  const soap = {
    basis,
    rCut,
    nMax,
    lMax,
    sigma,
    zeta,
    alpha,
    average,
    compression,
    kernel: kernel === "rematch" ? kernel : "average",
  } as const;
  try {
    checkSoapOptions(soap);
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
  return { descriptor, soap };
}
