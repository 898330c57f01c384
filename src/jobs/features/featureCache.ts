import {
  describeParts,
  type FeaturePart,
  type MaterialParts,
} from "../../core/learning/gaussianProcess/processFeatures.js";
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

const parts = new WeakMap<EncodedMaterial, Map<FeaturePart, Float64Array>>();

/** `describeParts`, each part made once a material: all targets and splits learn from the same. Throws as that. */
export function partsOfMaterial(material: EncodedMaterial, names: readonly FeaturePart[]): MaterialParts {
  const own = parts.get(material) ?? new Map<FeaturePart, Float64Array>();
  parts.set(material, own);
  const missing = names.filter((name) => !own.has(name));
  const found = missing.length === 0 ? {} : describeParts(canDescribe(material), missing);
  for (const [name, values] of Object.entries(found)) own.set(name as FeaturePart, values);
  return Object.fromEntries(names.map((name) => [name, own.get(name)]));
}
