import {
  BufferAttribute,
  BufferGeometry,
  ClampToEdgeWrapping,
  DataTexture,
  DoubleSide,
  FloatType,
  Mesh,
  NearestFilter,
  type Object3D,
  RedFormat,
  RGBAFormat,
  type ShaderMaterial,
  Vector3 as ThreeVector,
  UnsignedByteType,
} from "three";
import { makeSolid, SHADING, setShading } from "./glShading.js";
import { placeOn } from "./planePlace.js";
import type { PlaneMap, SceneFrame } from "./sceneFrame.js";

const VERTEX = /* glsl */ `
in vec2 place;
out vec2 at; out float depth;
uniform float distance;
void main() {
  at = place;
  vec4 seen = viewMatrix * vec4(position, 1.0);
  depth = seen.z + distance;
  gl_Position = projectionMatrix * seen;
}`;

// Values are read and interpolated here, periodically: float textures need no filtering of the driver's own.
const FRAGMENT = /* glsl */ `
in vec2 at; in float depth;
out vec4 result;
uniform sampler2D values; uniform sampler2D ramp; uniform float size;
uniform float low; uniform float high; uniform float isLog;
uniform float contourStep; uniform vec3 ink;
${SHADING}
float one(vec2 cell) { return texelFetch(values, ivec2(mod(cell, size)), 0).r; }
float valueAt(vec2 place) {
  vec2 p = place * size; vec2 base = floor(p); vec2 f = p - base;
  float near = mix(one(base), one(base + vec2(1, 0)), f.x);
  float far = mix(one(base + vec2(0, 1)), one(base + vec2(1, 1)), f.x);
  return mix(near, far, f.y);
}
void main() {
  cut(depth);
  float value = valueAt(at);
  float t = isLog > 0.5 ? log(max(value, low) / low) / log(high / low) : (value - low) / (high - low);
  vec3 color = texture(ramp, vec2(clamp(t, 0.0, 1.0), 0.5)).rgb;
  if (contourStep > 0.0) {
    float line = t / contourStep;
    float off = abs(fract(line + 0.5) - 0.5) / max(fwidth(line), 1e-6);
    color = mix(color, ink, 0.75 * (1.0 - smoothstep(0.4, 1.2, off)) * step(0.002, t) * step(t, 0.999));
  }
  result = vec4(hazed(color, depth), 1.0);
}`;

/** A plane through the crystal with values as colours and contour lines. */
export class MapLayer {
  private mesh: Mesh<BufferGeometry, ShaderMaterial> | undefined;
  private textures: readonly DataTexture[] = [];
  private version: number | undefined;

  constructor(private readonly scene: Object3D) {}

  draw(frame: SceneFrame, distance: number, radius: number): void {
    if (frame.map?.version !== this.version) this.replace(frame.map);
    if (this.mesh !== undefined) setShading(this.mesh.material, frame, distance, radius);
  }

  dispose(): void {
    this.mesh?.removeFromParent();
    this.mesh?.geometry.dispose();
    this.mesh?.material.dispose();
    for (const texture of this.textures) texture.dispose();
    this.mesh = undefined;
    this.textures = [];
  }

  private replace(map: PlaneMap | undefined): void {
    this.dispose();
    this.version = map?.version;
    if (map === undefined || map.polygon.length < 3) return;
    const values = new DataTexture(map.values, map.size, map.size, RedFormat, FloatType);
    values.minFilter = values.magFilter = NearestFilter;
    values.needsUpdate = true;
    const bytes = Uint8Array.from(
      map.colors.flatMap((color) => [...color.map((channel) => Math.round(channel * 255)), 255]),
    );
    const ramp = new DataTexture(bytes, map.colors.length, 1, RGBAFormat, UnsignedByteType);
    ramp.wrapS = ClampToEdgeWrapping;
    ramp.needsUpdate = true;
    this.textures = [values, ramp];
    const uniforms = {
      values: { value: values },
      ramp: { value: ramp },
      size: { value: map.size },
      low: { value: map.low },
      high: { value: map.high },
      isLog: { value: map.isLog ? 1 : 0 },
      contourStep: { value: map.contourStep },
      ink: { value: new ThreeVector(...map.ink) },
    };
    this.mesh = new Mesh(
      planeGeometry(map),
      makeSolid({ vertexShader: VERTEX, fragmentShader: FRAGMENT, side: DoubleSide, uniforms }),
    );
    this.mesh.frustumCulled = false;
    this.scene.add(this.mesh);
  }
}

function planeGeometry(map: PlaneMap): BufferGeometry {
  const geometry = new BufferGeometry();
  geometry.setAttribute("position", new BufferAttribute(Float32Array.from(map.polygon.flat()), 3));
  geometry.setAttribute(
    "place",
    new BufferAttribute(Float32Array.from(map.polygon.flatMap((corner) => placeOn(map, corner))), 2),
  );
  const fan = map.polygon.slice(2).flatMap((_, i) => [0, i + 1, i + 2]);
  geometry.setIndex(fan);
  return geometry;
}
