import { valenceMember } from "../../core/descriptors/electrostatics.js";
import { type Valences, valenceOfAtoms } from "../../core/descriptors/valenceElectrons.js";
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

const parts = new WeakMap<EncodedMaterial, Map<string, Float64Array>>();

/** `describeParts`, each part made once a material: all targets and splits learn from the same. Throws as that. */
export function partsOfMaterial(
  material: EncodedMaterial,
  names: readonly FeaturePart[],
  valences: Valences | undefined,
): MaterialParts {
  const own = parts.get(material) ?? new Map<string, Float64Array>();
  parts.set(material, own);
  const keyOf = (name: FeaturePart) => (name === "electrostatics" ? `${name} ${chargesOf(material, valences)}` : name);
  const missing = names.filter((name) => !own.has(keyOf(name)));
  const found = missing.length === 0 ? {} : describeParts(canDescribe(material), missing, valences);
  for (const [name, values] of Object.entries(found)) own.set(keyOf(name as FeaturePart), values);
  return Object.fromEntries(names.map((name) => [name, own.get(keyOf(name))]));
}

/** Training sets with the same valences of a material's elements describe it alike. */
const chargesOf = (material: EncodedMaterial, valences: Valences | undefined): string =>
  valences === undefined ? "" : valenceOfAtoms(valences, valenceMember(canDescribe(material))).join(" ");
