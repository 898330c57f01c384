import type { EncodeSettings } from "../../core/descriptors/encodeSettings.js";
import type { Parsed } from "../../core/text/problem.js";
import { threadMethod } from "../threads/threadMethod.js";
import type { EncodedMaterial } from "./material.js";
import type { MaterialFile } from "./materialFile.js";
import type { SharedStore } from "./materialStore.js";
import type { ReadMaterialOptions } from "./readMaterial.js";

interface Reading {
  readonly entry: MaterialFile;
  readonly settings: Pick<EncodeSettings, "spacing" | "component" | "frame">;
  readonly reading?: Pick<ReadMaterialOptions, "threads" | "hash" | "functionals">;
}

export const readMaterialMethod = threadMethod<Reading, Parsed<EncodedMaterial>>("readMaterial");

/** Materials that later calls name by id. */
export const shareMaterialsMethod = threadMethod<SharedStore, void>("shareMaterials");
