import type { Vector3 } from "../../src/core/math/matrix3.js";
import type { CrystalData, SliceData, SurfaceMesh } from "../../src/protocol/crystalView.js";
import type { Orbit } from "../scene/orbit.js";
import type { FieldChoice } from "./combinedFields.js";
import type { CrystalSettings } from "./crystalSettings.js";

/** Everything the picture is made of. */
export interface CrystalPicture {
  readonly crystal: CrystalData;
  readonly settings: CrystalSettings;
  readonly orbit: Orbit;
  readonly meshes: readonly SurfaceMesh[];
  /** For drawing while the scene turns, where `meshes` are large. */
  readonly coarse: readonly SurfaceMesh[];
  /** The field whose values at the meshes' vertices colour them. */
  readonly colouring?: Pick<FieldChoice, "facts" | "title">;
  readonly slice?: SliceData;
  /** Whether the slice's field takes both signs. */
  readonly signed: boolean;
  /** The plane wave whose planes are drawn. */
  readonly wave?: Vector3;
  /** Sites that were picked, in order. */
  readonly picked: readonly number[];
}
