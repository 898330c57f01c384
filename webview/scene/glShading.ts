import { ShaderMaterial, type ShaderMaterialParameters, Vector2, Vector3 } from "three";
import { HAZE, LIGHT, type SceneFrame } from "./sceneFrame.js";

/** What every solid of the scene needs to be lit: the same values for all of them. */
export const shadingUniforms = () => ({
  light: { value: new Vector3(...LIGHT).normalize() },
  ground: { value: new Vector3() },
  radius: { value: 1 },
  distance: { value: 100 },
  haze: { value: HAZE },
  slab: { value: new Vector2(-1e9, 1e9) },
});

/**
 * In view space, normals towards the viewer: soft light from the upper left, a small highlight, and the ground's colour
 * over what is far.
 */
export const SHADING = /* glsl */ `
uniform vec3 light; uniform vec3 ground; uniform float radius;
uniform float distance; uniform float haze; uniform vec2 slab;
vec3 lit(vec3 base, vec3 normal, float shine) {
  float soft = 0.5 + 0.5 * dot(normal, light);
  float shade = 0.42 + 0.62 * soft * soft;
  float glint = pow(max(0.0, reflect(-light, normal).z), 24.0);
  return base * shade + vec3(shine * glint);
}
vec3 hazed(vec3 color, float depth) {
  float far = clamp(0.5 - 0.5 * depth / radius, 0.0, 1.0);
  return mix(color, ground, haze * far * far);
}
void cut(float depth) { if (depth < slab.x || depth > slab.y) discard; }
`;

export function makeSolid(
  parameters: Pick<ShaderMaterialParameters, "vertexShader" | "fragmentShader"> & Partial<ShaderMaterialParameters>,
) {
  return new ShaderMaterial({
    glslVersion: "300 es",
    ...parameters,
    uniforms: { ...shadingUniforms(), ...parameters.uniforms },
  });
}

/** Gives a frame's values to a material. */
export function setShading({ uniforms }: ShaderMaterial, frame: SceneFrame, distance: number, radius: number): void {
  const set = (name: string, value: unknown) => {
    const uniform = uniforms[name];
    if (uniform !== undefined) uniform.value = value;
  };
  set("ground", new Vector3(...frame.ground));
  set("radius", radius);
  set("distance", distance);
  set("haze", frame.haze ?? HAZE);
  set("slab", new Vector2(...(frame.slab ?? [-1e9, 1e9])));
}
