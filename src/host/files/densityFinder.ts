import type { JobProcess } from "../process/jobProcess.js";
import { densityOf, fingerprint, inputOf } from "./fileState.js";

/**
 * Finds the density of a file; of a `.vasp`, whose name tells nothing, the job process reads the head once a change.
 */
export class DensityFinder {
  private readonly known = new Map<string, { readonly fingerprint: string; readonly hasVolumetricData: boolean }>();

  constructor(private readonly jobs: JobProcess) {}

  /** The path of the file itself where it is a density, else of the one beside it. */
  of(file: string): Promise<string | undefined> {
    return densityOf(file, (either) => this.hasVolumetricData(either));
  }

  /** The same, or the file itself where it is a structure without a density. */
  input(file: string): Promise<string | undefined> {
    return inputOf(file, (either) => this.hasVolumetricData(either));
  }

  /** Whether the file begins like a density. */
  async hasVolumetricData(file: string): Promise<boolean> {
    const print = await fingerprint([file]);
    const before = this.known.get(file);
    if (before?.fingerprint === print) return before.hasVolumetricData;
    const { hasVolumetricData } = await this.jobs.call("hasVolumetricData", { file });
    this.known.set(file, { fingerprint: print, hasVolumetricData });
    return hasVolumetricData;
  }
}
