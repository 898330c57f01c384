import type { Parsed } from "../core/text/problem.js";
import type { EncodeSettings } from "../protocol/workerMethods.js";
import type { Material } from "./material.js";
import type { MaterialFile } from "./materialFiles.js";

/** What a worker thread (dist/thread.js) does: one file, one network or one kernel model a call. */
export type ThreadMethods = {
  readMaterial(params: { entry: MaterialFile; settings: Pick<EncodeSettings, "spacing" | "component"> }): Promise<Parsed<Material>>;
  /** Materials that later calls name by id. */
  share(params: { materials: readonly Material[] }): void;
};

export type ThreadEvents = {
  epoch: { readonly task: number };
};
