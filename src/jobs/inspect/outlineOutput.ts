import { OutputWarnings } from "../../core/language/outputs/outcarLanguage.js";
import { OszicarSteps, OutcarSteps } from "../../core/language/outputs/outcarSteps.js";
import { FILE_START, type Problem, problem } from "../../core/text/problem.js";
import type { OutputOutline } from "../../protocol/outputOutline.js";
import type { ByteSourceOptions } from "../files/byteSource.js";
import { readLines } from "../files/readLines.js";

/**
 * The ionic steps and VASP's warnings of an OUTCAR or OSZICAR with their lines, plain or packed, of any size: what an
 * editor cannot find in a file that it does not hand to extensions. Rejects only with the signal's reason.
 */
export async function outlineOutput(
  file: string,
  options: ByteSourceOptions = {},
): Promise<{ readonly value?: OutputOutline; readonly problems: readonly Problem[] }> {
  const [outcar, oszicar, warnings] = [new OutcarSteps(), new OszicarSteps(), new OutputWarnings()];
  let count = 0;
  const problems = await readLines(
    file,
    (line) => {
      outcar.push(line, count);
      if (!outcar.hasBegun) oszicar.push(line, count);
      warnings.push(line, count);
      count++;
      return true;
    },
    options,
  );
  const found = outcar.finish(count);
  const steps = (found.length > 0 ? found : oszicar.finish(count)).map(
    ({ number, first, electronic, energy, sigmaZero, force }) => ({
      number,
      line: first,
      electronic: electronic.length,
      ...((sigmaZero ?? energy) !== undefined && { energy: sigmaZero ?? energy }),
      ...(force !== undefined && { force }),
    }),
  );
  if (steps.length === 0 && warnings.found.length === 0 && problems.length === 0) {
    return {
      problems: [
        problem(
          "error",
          FILE_START,
          "the file holds no ionic or electronic steps: it is no OUTCAR or OSZICAR of a run",
        ),
      ],
    };
  }
  return { value: { lines: count, steps, warnings: [...warnings.found] }, problems };
}
