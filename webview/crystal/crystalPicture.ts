import type { Vector3 } from "../../src/core/math/matrix3.js";
import type { CrystalData, ProbeData, SliceData } from "../../src/protocol/crystalView.js";
import type { Orbit } from "../scene/orbit.js";
import type { FieldChoice } from "./combinedFields.js";
import type { CrystalSettings } from "./crystalSettings.js";
import type { LevelMesh } from "./surfaceStyles.js";

/** Everything the picture is made of. */
export interface CrystalPicture {
  readonly crystal: CrystalData;
  readonly settings: CrystalSettings;
  readonly orbit: Orbit;
  readonly meshes: readonly LevelMesh[];
  /** For drawing while the scene turns, where `meshes` are large. */
  readonly coarse: readonly LevelMesh[];
  /** The field whose values at the meshes' vertices colour them. */
  readonly colouring?: Pick<FieldChoice, "facts" | "title">;
  readonly slice?: SliceData;
  /** Of the field, as it is written behind a number. */
  readonly unit: string;
  /** Whether the field takes both signs. */
  readonly signed: boolean;
  /** The field is a Patterson function: its points are vectors between atoms, not places. */
  readonly isOfVectors: boolean;
  /** The field at the point that was asked for last. */
  readonly probe?: ProbeData;
  /** The plane wave whose planes are drawn. */
  readonly wave?: Vector3;
  /** Sites that were picked, in order. */
  readonly picked: readonly number[];
}
