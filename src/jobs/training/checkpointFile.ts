import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import type { EpochReport } from "../../core/learning/networks/networkModel.js";
import type { TrainingState } from "../../core/learning/training/trainingState.js";
import { reasonOf } from "../files/atomicFile.js";
import { numbersOf } from "../files/npy.js";
import { type Npz, NpzWriter, readNpzFile } from "../files/npz.js";

interface Head {
  /** Names everything the training depends on; a state of another training is not taken up. */
  readonly fingerprint: string;
  readonly epoch: number;
  readonly batch: number;
  readonly squares: number;
  readonly step: number;
  readonly best?: { readonly epoch: number; readonly validationMae: number };
  /** NaN is no JSON: null stands for it. */
  readonly history: readonly { readonly epoch: number; readonly loss: number; readonly validationMae: number | null }[];
}

/** Keeps a half-done training. Throws `WriteError`. */
export function writeCheckpoint(file: string, state: TrainingState, fingerprint: string): void {
  const { epoch, batch, squares, step, history, best } = state;
  const head: Head = {
    fingerprint,
    epoch,
    batch,
    squares,
    step,
    history,
    ...(best && { best: { epoch: best.epoch, validationMae: best.validationMae } }),
  };
  const writer = new NpzWriter(file);
  try {
    writer.add("parameters", state.parameters);
    writer.add("firstMoment", state.firstMoment);
    writer.add("secondMoment", state.secondMoment);
    if (state.moments) writer.add("moments", state.moments);
    if (best) writer.add("bestParameters", best.parameters);
    writer.addText("state.json", JSON.stringify(head));
    writer.close();
  } catch (error) {
    writer.discard();
    throw error;
  }
}

const ARRAYS = ["parameters", "firstMoment", "secondMoment", "moments", "bestParameters"];

/** The state to the last bit; undefined where none stands, or one of another training, or one that is damaged. */
export function readCheckpoint(file: string, fingerprint: string): TrainingState | undefined {
  try {
    return readState(file, fingerprint);
  } catch {
    return undefined;
  }
}

/** The checkpoints of one training that are not what was written, and why; they are to be removed. */
export function damagedCheckpoints(checkpoint: string): { readonly file: string; readonly reason: string }[] {
  const folder = path.dirname(checkpoint);
  if (!existsSync(folder)) return [];
  // those of two steps have endings of their own
  const names = readdirSync(folder).filter((name) => name.startsWith(path.basename(checkpoint)));
  return names.flatMap((name) => {
    const file = path.join(folder, name);
    try {
      if (readState(file) !== undefined) return [];
    } catch (error) {
      return [{ file, reason: reasonOf(error) }];
    }
    return [{ file, reason: "it is no checkpoint" }];
  });
}

function readState(file: string, fingerprint?: string): TrainingState | undefined {
  const npz = readNpzFile(file, "state.json", ARRAYS);
  if (npz === undefined) return undefined;
  const head = JSON.parse(npz.texts.get("state.json") ?? "") as Head;
  if (fingerprint !== undefined && head.fingerprint !== fingerprint) return undefined;
  const history: EpochReport[] = head.history.map((report) => ({
    ...report,
    validationMae: report.validationMae ?? Number.NaN,
  }));
  return {
    epoch: head.epoch,
    batch: head.batch,
    squares: head.squares,
    step: head.step,
    history,
    parameters: floats(npz, "parameters"),
    firstMoment: floats(npz, "firstMoment"),
    secondMoment: floats(npz, "secondMoment"),
    ...(npz.arrays.has("moments") && { moments: floats(npz, "moments") }),
    ...(head.best && { best: { ...head.best, parameters: floats(npz, "bestParameters") } }),
  };
}

function floats(npz: Npz, name: string): Float32Array {
  const array = npz.arrays.get(name);
  const numbers = array === undefined ? undefined : numbersOf(array);
  if (!(numbers instanceof Float32Array)) throw new Error(`${name} is not of float32`);
  return numbers;
}
