import { createHash } from "node:crypto";
import { type RepeatSplit, splitAmong, trainingIds } from "../../core/learning/evaluation/splits.js";
import type { RunManifest } from "../../protocol/runFiles.js";
import { fingerprintOf, type StudyItem, type StudyTask } from "./studyPlan.js";

/**
 * Names a work item by everything that its result follows from: settings, seeds, version, and the materials with their
 * bytes and values.
 */
export class TaskHashes {
  private readonly facts: ReadonlyMap<string, RunManifest["materials"][number]>;
  /** What is learned from what, by target, size and repeat: the same for all models and members. */
  private readonly parts = new Map<string, string>();

  constructor(
    private readonly manifest: RunManifest,
    private readonly splits: readonly RepeatSplit[],
  ) {
    this.facts = new Map(manifest.materials.map((material) => [material.id, material]));
  }

  /** SHA-256, hexadecimal. */
  of(task: StudyTask, item: StudyItem): string {
    const first = task.members[0]?.seed ?? item.seed;
    return sha256(
      JSON.stringify([fingerprintOf(this.manifest, task), task.model, item.seed, first, this.materialsOf(task)]),
    );
  }

  private materialsOf({ target, trainSize, repeat }: StudyTask): string {
    const key = JSON.stringify([target, trainSize, repeat]);
    const known = this.parts.get(key) ?? this.hashMaterials(target, trainSize, repeat);
    this.parts.set(key, known);
    return known;
  }

  private hashMaterials(target: string, trainSize: number, repeat: number): string {
    const whole = this.splits[repeat];
    if (whole === undefined) throw new Error(`the run has no split ${repeat}`);
    const targetOf = (id: string) => this.facts.get(id)?.values[target];
    const split = splitAmong(whole, (id) => targetOf(id) !== undefined);
    const companions = this.manifest.settings?.perTarget[target]?.training.companions ?? [];
    const othersOf = (id: string) => companions.map((name) => this.facts.get(id)?.values[name]);
    const learned = trainingIds(split, trainSize).map((id) => [
      id,
      this.facts.get(id)?.hash,
      targetOf(id),
      ...othersOf(id),
    ]);
    const kind = this.manifest.targets.find(({ name }) => name === target);
    return sha256(JSON.stringify([kind, learned, split.test.map((id) => [id, this.facts.get(id)?.hash])]));
  }
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
