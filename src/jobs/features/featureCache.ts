import { describeMaterial, type KernelModelName } from "../../core/learning/kernelRidge/kernelModel.js";
import { canDescribe, type EncodedMaterial } from "../spectra/material.js";

/**
 * Features depend on the material alone, and a study asks for them once a split: they live as long as the material
 * does.
 */
const known = new WeakMap<EncodedMaterial, Map<string, Float64Array>>();

/** `describeMaterial`, made once a material. Throws where the file names no elements. */
export function featuresOf(
  name: KernelModelName,
  material: EncodedMaterial,
  coulombMatrix: "ewald" | "sine" = "ewald",
): Float64Array {
  const own = known.get(material) ?? new Map<string, Float64Array>();
  known.set(material, own);
  const key = `${name} ${coulombMatrix}`;
  const features = own.get(key) ?? describeMaterial(name, canDescribe(material), coulombMatrix);
  own.set(key, features);
  return features;
}
