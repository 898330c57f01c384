import { readFileSync } from "node:fs";
import type { EpochReport } from "../../core/learning/networks/networkModel.js";
import type { TrainingState } from "../../core/learning/training/trainingState.js";
import { numbersOf } from "../files/npy.js";
import { type Npz, NpzWriter, readNpz } from "../files/npz.js";

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

/** The state to the last bit; undefined where none stands, or one of another training. */
export function readCheckpoint(file: string, fingerprint: string): TrainingState | undefined {
  try {
    const npz = readNpz(readFileSync(file));
    const head = JSON.parse(npz.texts.get("state.json") ?? "") as Head;
    if (head.fingerprint !== fingerprint) return undefined;
    const history: EpochReport[] = head.history.map((report) => ({ ...report, validationMae: report.validationMae ?? Number.NaN }));
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
  } catch {
    return undefined;
  }
}

function floats(npz: Npz, name: string): Float32Array {
  const array = npz.arrays.get(name);
  const numbers = array === undefined ? undefined : numbersOf(array);
  if (!(numbers instanceof Float32Array)) throw new Error(`${name} is not of float32`);
  return numbers;
}
