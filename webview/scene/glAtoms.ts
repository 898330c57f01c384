import {
  type BufferGeometry,
  CylinderGeometry,
  DynamicDrawUsage,
  IcosahedronGeometry,
  InstancedBufferAttribute,
  InstancedBufferGeometry,
  Mesh,
  type Object3D,
} from "three";
import { makeSolid, SHADING, setShading } from "./glShading.js";
import type { Balls, SceneFrame, Sticks } from "./sceneFrame.js";

const BALL_VERTEX = /* glsl */ `
#define OUTSIDE vec4(0.0, 0.0, 2.0, 1.0)
in vec3 center; in float size; in vec3 tint;
out vec3 facing; out vec3 paint; out float depth;
uniform float distance; uniform vec2 slab;
void main() {
  float middle = (viewMatrix * vec4(center, 1.0)).z + distance;
  facing = normalize((viewMatrix * vec4(position, 0.0)).xyz);
  paint = tint;
  vec4 seen = viewMatrix * vec4(center + position * size, 1.0);
  depth = seen.z + distance;
  gl_Position = middle < slab.x || middle > slab.y ? OUTSIDE : projectionMatrix * seen;
}`;

const STICK_VERTEX = /* glsl */ `
#define OUTSIDE vec4(0.0, 0.0, 2.0, 1.0)
in vec3 start; in vec3 end; in float size; in vec3 tint;
out vec3 facing; out vec3 paint; out float depth;
uniform float distance; uniform vec2 slab;
void main() {
  float middle = (viewMatrix * vec4(0.5 * (start + end), 1.0)).z + distance;
  vec3 along = normalize(end - start);
  vec3 helper = abs(along.z) < 0.9 ? vec3(0.0, 0.0, 1.0) : vec3(1.0, 0.0, 0.0);
  vec3 side = normalize(cross(helper, along));
  vec3 other = cross(along, side);
  vec3 outward = position.x * side + position.z * other;
  facing = normalize((viewMatrix * vec4(outward, 0.0)).xyz);
  paint = tint;
  vec4 seen = viewMatrix * vec4(mix(start, end, position.y + 0.5) + outward * size, 1.0);
  depth = seen.z + distance;
  gl_Position = middle < slab.x || middle > slab.y ? OUTSIDE : projectionMatrix * seen;
}`;

const FRAGMENT = /* glsl */ `
in vec3 facing; in vec3 paint; in float depth;
out vec4 result;
${SHADING}
void main() {
  vec3 normal = normalize(facing);
  result = vec4(hazed(lit(paint, normal, 0.22), depth), 1.0);
}`;

/** Atoms and bonds: one drawing call for all of each. */
export class AtomLayer {
  private balls: Instances | undefined;
  private sticks: Instances | undefined;

  /** `careful`: atoms too, and round bonds; else bonds alone, of few triangles. */
  constructor(
    private readonly scene: Object3D,
    private readonly options: { readonly careful: boolean },
  ) {}

  draw(frame: SceneFrame, distance: number, radius: number): void {
    const { careful } = this.options;
    if (careful) this.balls = this.fill(this.balls, frame.balls, () => makeBalls(frame.balls?.count ?? 0));
    this.sticks = this.fill(this.sticks, frame.sticks, () => makeSticks(careful ? 14 : 6));
    for (const one of [this.balls, this.sticks]) if (one) setShading(one.mesh.material, frame, distance, radius);
  }

  dispose(): void {
    this.balls?.dispose();
    this.sticks?.dispose();
  }

  private fill(
    known: Instances | undefined,
    shapes: Balls | Sticks | undefined,
    make: () => Shape,
  ): Instances | undefined {
    if (known !== undefined && known.version === shapes?.version) return known;
    known?.dispose();
    if (shapes === undefined || shapes.count === 0) return undefined;
    const next = new Instances(make(), shapes);
    this.scene.add(next.mesh);
    return next;
  }
}

interface Shape {
  readonly geometry: BufferGeometry;
  readonly vertexShader: string;
}

class Instances {
  readonly version: number;
  readonly mesh: Mesh<InstancedBufferGeometry, ReturnType<typeof makeSolid>>;

  constructor({ geometry: shape, vertexShader }: Shape, shapes: Balls | Sticks) {
    this.version = shapes.version;
    const geometry = new InstancedBufferGeometry();
    geometry.setIndex(shape.index);
    geometry.setAttribute("position", shape.getAttribute("position"));
    const attributes: Record<string, readonly [Float32Array, number]> = {
      size: [shapes.radius, 1],
      tint: [shapes.color, 3],
      ...("center" in shapes ? { center: [shapes.center, 3] } : { start: [shapes.from, 3], end: [shapes.to, 3] }),
    };
    for (const [name, [array, width]] of Object.entries(attributes)) {
      geometry.setAttribute(name, new InstancedBufferAttribute(array, width).setUsage(DynamicDrawUsage));
    }
    geometry.instanceCount = shapes.count;
    this.mesh = new Mesh(geometry, makeSolid({ vertexShader, fragmentShader: FRAGMENT }));
    this.mesh.frustumCulled = false;
  }

  dispose(): void {
    this.mesh.removeFromParent();
    this.mesh.geometry.dispose();
    this.mesh.material.dispose();
  }
}

/** Finer spheres where there are few; their normals are exact, so that only outlines are polygons. */
function makeBalls(count: number): Shape {
  return {
    geometry: new IcosahedronGeometry(1, count < 120 ? 9 : count < 500 ? 5 : count < 3000 ? 3 : 2),
    vertexShader: BALL_VERTEX,
  };
}

const makeSticks = (sides: number): Shape => ({
  geometry: new CylinderGeometry(1, 1, 1, sides, 1, true),
  vertexShader: STICK_VERTEX,
});
