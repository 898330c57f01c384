import { modelLabel, propertyLabel } from "../core/text/labels.js";
import { TensorBoardWriter } from "../jobs/runs/tensorBoard.js";
import type { RunEvent } from "../protocol/runEvents.js";
import type { RunManifest } from "../protocol/runFiles.js";
import type { Output } from "./output.js";

/** A run's events as a bar, or as JSON Lines. A resumed run's bar starts where it stopped. */
export class StudyProgress {
  private done = 0;

  private readonly board: TensorBoardWriter | undefined;

  /** `board`: a folder for TensorBoard. */
  constructor(
    private readonly output: Output,
    board?: string,
  ) {
    this.board = board === undefined ? undefined : new TensorBoardWriter(board);
  }

  close(): void {
    this.board?.close();
  }

  show(event: RunEvent): void {
    this.output.event(event);
    this.board?.add(event);
    if (event.event === "started") this.output.startBar(event.tasks, "training");
    if (event.event === "result") {
      this.output.step(++this.done, `${taskName(event)}: MAE ${event.mae.toPrecision(3)} ${event.unit}`);
    }
    if (event.event === "failed") this.output.note(`${taskName(event)}: ${event.message}`);
  }

  count({ done }: RunManifest["progress"]): void {
    this.done = Math.max(this.done, done);
    this.output.step(this.done);
  }
}

/** `Band gap, Coulomb matrix, 90 materials` */
const taskName = ({
  target,
  model,
  trainSize,
}: {
  readonly target: string;
  readonly model: string;
  readonly trainSize: number;
}) => `${propertyLabel(target)}, ${modelLabel(model)}, ${trainSize} materials`;
