import { OszicarSteps, OutcarSteps } from "../../core/language/outputs/outcarSteps.js";
import type { ConvergenceData } from "../../core/plots/convergencePlot.js";
import { FILE_START, type Problem, problem } from "../../core/text/problem.js";
import type { ByteSourceOptions } from "../files/byteSource.js";
import { readLines } from "../files/readLines.js";

/** Electronic steps that are kept: the last ones. */
const MAX_ELECTRONIC = 2000;

export interface Convergence extends ConvergenceData {
  readonly kind: "OUTCAR" | "OSZICAR";
}

/**
 * How a run converged, from its OUTCAR or OSZICAR, plain or packed, of any size and also while VASP writes it. The
 * content decides which of the two it is. Rejects only with the signal's reason.
 */
export async function readConvergence(
  file: string,
  options: ByteSourceOptions = {},
): Promise<{ readonly value?: Convergence; readonly problems: readonly Problem[] }> {
  const [outcar, oszicar] = [new OutcarSteps(), new OszicarSteps()];
  let count = 0;
  const problems = await readLines(
    file,
    (line) => {
      outcar.push(line, count);
      if (!outcar.hasBegun) oszicar.push(line, count);
      count++;
      return true;
    },
    options,
  );
  const steps = outcar.finish(count);
  if (steps.length > 0) return { value: { kind: "OUTCAR", ...dataOf(steps, outcar.criteria) }, problems };
  const others = oszicar.finish(count);
  if (others.length > 0) return { value: { kind: "OSZICAR", ...dataOf(others, oszicar.criteria) }, problems };
  const none = problem(
    "error",
    FILE_START,
    "the file holds no ionic or electronic steps: it is no OUTCAR or OSZICAR of a run",
  );
  return { problems: problems.length > 0 ? problems : [none] };
}

function dataOf(
  steps: ReturnType<OutcarSteps["finish"]>,
  { electronic, ionic }: OutcarSteps["criteria"],
): ConvergenceData {
  const all = steps.flatMap((step) => step.electronic);
  const kept = all.slice(-MAX_ELECTRONIC);
  return {
    steps: steps.map(({ number, first, energy, sigmaZero, force, pressure }) => ({
      number,
      line: first,
      ...((sigmaZero ?? energy) !== undefined && { energy: sigmaZero ?? energy }),
      ...(force !== undefined && { force }),
      ...(pressure !== undefined && { pressure }),
    })),
    electronic: kept.map(({ line, change }) => ({ line, change: change ?? Number.NaN })),
    before: all.length - kept.length,
    ...(electronic !== undefined && { electronicCriterion: electronic }),
    ...(ionic !== undefined && { ionicCriterion: ionic }),
  };
}
