import { type NetworkSpec, requireNetworkShapes } from "./networkSpec.js";

/**
 * Of a network that learned companion targets beside its own what its own prediction needs: the trunk and the first
 * output.
 */
export function firstOutputOf(
  spec: NetworkSpec,
  parameters: Float32Array,
): { readonly spec: NetworkSpec; readonly parameters: Float32Array } {
  const last = requireNetworkShapes(spec).at(-1);
  if (last === undefined || last.layer.kind !== "dense" || last.layer.units === 1) return { spec, parameters };
  const { units } = last.layer;
  const inputs = last.weights / units;
  const kept = new Float32Array(last.offset + inputs + 1);
  kept.set(parameters.subarray(0, last.offset));
  for (let i = 0; i <= inputs; i++) kept[last.offset + i] = parameters[last.offset + i * units] ?? 0;
  return { spec: { ...spec, layers: [...spec.layers.slice(0, -1), { ...last.layer, units: 1 }] }, parameters: kept };
}
