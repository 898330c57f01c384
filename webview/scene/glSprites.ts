import {
  BufferAttribute,
  BufferGeometry,
  DynamicDrawUsage,
  type Object3D,
  Points,
  ShaderMaterial,
  Vector3 as ThreeVector,
  Vector2,
  Vector4,
} from "three";
import type { Vector3 } from "../../src/core/math/matrix3.js";
import { makeSolid, SHADING, setShading } from "./glShading.js";
import { AMBIENT, type Cubes, HAZE, LIGHT, type SceneFrame, sortByDepth } from "./sceneFrame.js";

/** Edges of the square around a cube of side 1, however it is turned. */
const AROUND = 1.76;
/** px: graphics drivers draw no larger points everywhere, and points vanish whose centre leaves the picture. */
const LARGEST = 120;

const CUBE_VERTEX = /* glsl */ `
in vec3 center; in float side; in vec4 tint;
flat out vec4 paint; flat out float nearness; flat out float rimFrom;
uniform float radius; uniform float distance; uniform vec2 slab; uniform float pixels;
void main() {
  vec4 seen = viewMatrix * vec4(center, 1.0);
  float depth = seen.z + distance;
  paint = tint;
  nearness = clamp((depth / radius) * 0.5 + 0.5, 0.0, 1.0);
  rimFrom = 1.0 - 1.6 * max(2.0 / (side * pixels), 0.02);
  gl_PointSize = ${AROUND} * side * pixels;
  gl_Position = depth < slab.x || depth > slab.y ? vec4(0.0, 0.0, 2.0, 1.0) : projectionMatrix * seen;
}`;

// A point of the square lies on the face in whose two edges it is within half an edge of the middle.
const CUBE_FRAGMENT = /* glsl */ `
flat in vec4 paint; flat in float nearness; flat in float rimFrom;
uniform vec3 ground; uniform vec2 middles[3]; uniform vec4 inverses[3]; uniform float shades[3];
out vec4 result;
void main() {
  vec2 at = vec2(gl_PointCoord.x - 0.5, 0.5 - gl_PointCoord.y) * ${AROUND};
  float shade = -1.0; float outermost = 0.0;
  for (int face = 0; face < 3; face++) {
    vec2 from = at - middles[face]; vec4 m = inverses[face];
    vec2 along = abs(vec2(dot(m.xy, from), dot(m.zw, from)));
    float most = 2.0 * max(along.x, along.y);
    if (most <= 1.0) { shade = shades[face]; outermost = most; }
  }
  if (shade < 0.0) discard;
  vec3 color = paint.rgb * shade * (1.0 - 0.28 * smoothstep(rimFrom, 1.0, outermost));
  result = vec4(mix(ground, color, 1.0 - ${HAZE.toFixed(2)} * (1.0 - nearness) * (1.0 - nearness)), paint.a);
}`;

const BALL_VERTEX = /* glsl */ `
in vec3 center; in float size; in vec3 tint;
flat out vec3 paint; flat out vec2 place; flat out vec2 depths;
uniform float distance; uniform vec2 slab; uniform float pixels; uniform float eye;
void main() {
  vec4 seen = viewMatrix * vec4(center, 1.0);
  float depth = seen.z + distance;
  vec4 front = projectionMatrix * (seen + vec4(0.0, 0.0, size, 0.0));
  paint = tint;
  place = vec2(depth, size);
  gl_PointSize = 2.0 * size * pixels * (eye > 0.0 ? eye / max(eye - depth, 0.05 * eye) : 1.0);
  gl_Position = depth < slab.x || depth > slab.y ? vec4(0.0, 0.0, 2.0, 1.0) : projectionMatrix * seen;
  depths = 0.5 + 0.5 * vec2(gl_Position.z / gl_Position.w, front.z / front.w);
}`;

const BALL_FRAGMENT = /* glsl */ `
flat in vec3 paint; flat in vec2 place; flat in vec2 depths;
out vec4 result;
${SHADING}
void main() {
  vec2 at = vec2(gl_PointCoord.x - 0.5, 0.5 - gl_PointCoord.y) * 2.0;
  float outward = 1.0 - dot(at, at);
  if (outward < 0.0) discard;
  vec3 normal = vec3(at, sqrt(outward));
  gl_FragDepth = mix(depths.x, depths.y, normal.z);
  result = vec4(hazed(lit(paint, normal, 0.22), place.x + place.y * normal.z), 1.0);
}`;

/**
 * Cubes that all look the same but for size and colour, as they do without perspective: one point for each in place of
 * twelve triangles, for a processor that takes 3 microseconds for a triangle.
 */
export class CubeSprites {
  private readonly points = new Points(
    new BufferGeometry(),
    new ShaderMaterial({
      glslVersion: "300 es",
      vertexShader: CUBE_VERTEX,
      fragmentShader: CUBE_FRAGMENT,
      transparent: true,
      uniforms: {
        ground: { value: new ThreeVector() },
        radius: { value: 1 },
        distance: { value: 1 },
        slab: { value: new Vector2() },
        pixels: { value: 1 },
        middles: { value: [new Vector2(), new Vector2(), new Vector2()] },
        inverses: { value: [new Vector4(), new Vector4(), new Vector4()] },
        shades: { value: [0, 0, 0] },
      },
    }),
  );
  private capacity = -1;

  constructor(scene: Object3D) {
    this.points.frustumCulled = false;
    this.points.renderOrder = 1;
    scene.add(this.points);
  }

  /** False, and nothing drawn, where cubes differ by perspective or are too large for points. */
  draw(frame: SceneFrame, distance: number, radius: number): boolean {
    const { cubes, view, pixelRatio, slab = [-1e9, 1e9] } = frame;
    const pixels = view.scale * pixelRatio;
    const largest = cubes.side.reduce((most, side) => Math.max(most, side), 0);
    const isFit = cubes.count > 0 && view.eye === undefined && largest * pixels * AROUND <= LARGEST;
    this.points.visible = isFit;
    if (!isFit) return false;
    const { material } = this.points;
    const { uniforms } = material;
    const values = { ground: new ThreeVector(...frame.ground), radius, distance, slab: new Vector2(...slab), pixels };
    for (const [name, value] of Object.entries({ ...values, ...facesOf(view) })) {
      const uniform = uniforms[name];
      if (uniform !== undefined) uniform.value = value;
    }
    material.depthTest = !cubes.isProjection;
    this.fill(cubes, sortByDepth(cubes, view.toward));
    return true;
  }

  dispose(): void {
    this.points.geometry.dispose();
    this.points.material.dispose();
  }

  private fill(cubes: Cubes, order: Uint32Array): void {
    if (cubes.count > this.capacity) {
      this.capacity = 2 ** Math.ceil(Math.log2(Math.max(1024, cubes.count)));
      this.points.geometry.dispose();
      this.points.geometry = makeGeometry({ center: 3, side: 1, tint: 4 }, this.capacity);
    }
    const { geometry } = this.points;
    copyInOrder(geometry, "center", cubes.center, order);
    copyInOrder(geometry, "side", cubes.side, order);
    copyInOrder(geometry, "tint", cubes.color, order);
    geometry.setDrawRange(0, cubes.count);
  }
}

/** Atoms as points whose pixels find their own depth: as round as spheres of any number of triangles. */
export class BallSprites {
  private points: Points<BufferGeometry, ShaderMaterial> | undefined;
  private version: number | undefined;

  constructor(private readonly scene: Object3D) {}

  draw(frame: SceneFrame, distance: number, radius: number): void {
    const { balls, view, pixelRatio } = frame;
    if (balls?.version !== this.version || this.points === undefined) this.replace(frame);
    if (this.points === undefined) return;
    const { material } = this.points;
    setShading(material, frame, distance, radius);
    if (material.uniforms.pixels) material.uniforms.pixels.value = view.scale * pixelRatio;
    if (material.uniforms.eye) material.uniforms.eye.value = view.eye ?? 0;
  }

  dispose(): void {
    this.points?.removeFromParent();
    this.points?.geometry.dispose();
    this.points?.material.dispose();
    this.points = undefined;
  }

  private replace({ balls }: SceneFrame): void {
    this.dispose();
    this.version = balls?.version;
    if (balls === undefined || balls.count === 0) return;
    const geometry = new BufferGeometry();
    // three.js counts what it draws by this name
    geometry.setAttribute("position", new BufferAttribute(balls.center, 3));
    geometry.setAttribute("center", new BufferAttribute(balls.center, 3));
    geometry.setAttribute("size", new BufferAttribute(balls.radius, 1));
    geometry.setAttribute("tint", new BufferAttribute(balls.color, 3));
    const uniforms = { pixels: { value: 1 }, eye: { value: 0 } };
    this.points = new Points(
      geometry,
      makeSolid({ vertexShader: BALL_VERTEX, fragmentShader: BALL_FRAGMENT, uniforms }),
    );
    this.points.frustumCulled = false;
    this.scene.add(this.points);
  }
}

/**
 * The three faces of a cube of side 1 that look at the viewer: where their middles are on the screen (y upwards), what
 * turns a place on the screen into shares of their two edges, and how bright they are.
 */
export function facesOf({ right, up, toward }: { readonly right: Vector3; readonly up: Vector3; toward: Vector3 }) {
  const light = new ThreeVector(...LIGHT).normalize();
  const faces = [0, 1, 2].map((axis) => {
    const [i, j] = [(axis + 1) % 3, (axis + 2) % 3] as const;
    const at = (list: Vector3, n: number) => list[n as 0] ?? 0;
    const side = at(toward, axis) < 0 ? -1 : 1;
    const [ax, ay, bx, by] = [at(right, i), at(up, i), at(right, j), at(up, j)];
    const area = ax * by - ay * bx;
    const normal = new ThreeVector(at(right, axis), at(up, axis), at(toward, axis)).multiplyScalar(side);
    const isSeen = Math.abs(area) > 1e-4;
    return {
      middle: new Vector2(at(right, axis), at(up, axis)).multiplyScalar(isSeen ? side / 2 : 1e6),
      inverse: isSeen ? new Vector4(by / area, -bx / area, -ay / area, ax / area) : new Vector4(1, 0, 0, 1),
      shade: AMBIENT + (1 - AMBIENT) * Math.max(0, normal.dot(light)),
    };
  });
  return {
    middles: faces.map(({ middle }) => middle),
    inverses: faces.map(({ inverse }) => inverse),
    shades: faces.map(({ shade }) => shade),
  };
}

function makeGeometry(widths: Readonly<Record<string, number>>, capacity: number): BufferGeometry {
  const geometry = new BufferGeometry();
  for (const [name, width] of Object.entries(widths))
    geometry.setAttribute(
      name,
      new BufferAttribute(new Float32Array(capacity * width), width).setUsage(DynamicDrawUsage),
    );
  return geometry;
}

/** The rows of `values` in another order. */
function copyInOrder(geometry: BufferGeometry, name: string, values: Float32Array, order: Uint32Array): void {
  const attribute = geometry.getAttribute(name) as BufferAttribute;
  const { array, itemSize } = attribute;
  for (let to = 0; to < order.length; to++) {
    const from = (order[to] ?? 0) * itemSize;
    for (let c = 0; c < itemSize; c++) array[to * itemSize + c] = values[from + c] ?? 0;
  }
  attribute.clearUpdateRanges();
  attribute.addUpdateRange(0, order.length * itemSize);
  attribute.needsUpdate = true;
}
