import {
  BufferAttribute,
  BufferGeometry,
  DoubleSide,
  DynamicDrawUsage,
  Mesh,
  type Object3D,
  type ShaderMaterial,
} from "three";
import type { Vector3 } from "../../src/core/math/matrix3.js";
import { FaceOrder } from "./faceOrder.js";
import { makeSolid, SHADING, setShading } from "./glShading.js";
import type { Faces, SceneFrame } from "./sceneFrame.js";

const VERTEX = /* glsl */ `
in vec4 tint;
out vec3 facing; out vec4 paint; out float depth;
uniform float distance;
void main() {
  facing = (viewMatrix * vec4(normal, 0.0)).xyz;
  paint = tint;
  vec4 seen = viewMatrix * vec4(position, 1.0);
  depth = seen.z + distance;
  gl_Position = projectionMatrix * seen;
}`;

// Seen edge-on a thin skin hides more of what is behind it: outlines of translucent surfaces stand out.
const FRAGMENT = /* glsl */ `
in vec3 facing; in vec4 paint; in float depth;
out vec4 result;
${SHADING}
void main() {
  cut(depth);
  vec3 normal = normalize(facing);
  if (normal.z < 0.0) normal = -normal;
  float edge = pow(1.0 - normal.z, 3.0);
  float alpha = paint.a >= 1.0 ? 1.0 : mix(paint.a, min(1.0, paint.a * 1.9), edge);
  result = vec4(hazed(lit(paint.rgb, normal, 0.25), depth), alpha);
}`;

/** Surfaces, polyhedra and planes: triangles in the order of their depth. */
export class FaceLayer {
  private mesh: Mesh<BufferGeometry, ShaderMaterial> | undefined;
  private faces: Faces | undefined;
  private order: FaceOrder | undefined;
  private drawnToward = "";

  constructor(private readonly scene: Object3D) {}

  draw(frame: SceneFrame, distance: number, radius: number): void {
    if (frame.faces?.version !== this.faces?.version) this.replace(frame.faces);
    if (this.mesh === undefined) return;
    setShading(this.mesh.material, frame, distance, radius);
    this.sort(frame.view.toward);
  }

  dispose(): void {
    this.mesh?.removeFromParent();
    this.mesh?.geometry.dispose();
    this.mesh?.material.dispose();
    this.mesh = undefined;
  }

  private replace(faces: Faces | undefined): void {
    this.dispose();
    this.faces = faces;
    this.order = undefined;
    this.drawnToward = "";
    if (faces === undefined || faces.indices.length === 0) return;
    const geometry = new BufferGeometry();
    geometry.setAttribute("position", new BufferAttribute(faces.positions, 3));
    geometry.setAttribute("normal", new BufferAttribute(faces.normals, 3));
    geometry.setAttribute("tint", new BufferAttribute(faces.colors, 4));
    geometry.setIndex(
      new BufferAttribute(faces.isOpaque ? faces.indices : faces.indices.slice(), 1).setUsage(DynamicDrawUsage),
    );
    const { isOpaque } = faces;
    const material = makeSolid({
      vertexShader: VERTEX,
      fragmentShader: FRAGMENT,
      side: DoubleSide,
      transparent: !isOpaque,
      depthWrite: isOpaque,
    });
    this.mesh = new Mesh(geometry, material);
    this.mesh.frustumCulled = false;
    this.mesh.renderOrder = 1;
    this.scene.add(this.mesh);
    if (!isOpaque) this.order = new FaceOrder(faces);
  }

  private sort(toward: Vector3): void {
    const key = toward.join(" ");
    const index = this.mesh?.geometry.index;
    if (this.order === undefined || key === this.drawnToward || !index) return;
    this.drawnToward = key;
    (index.array as Uint32Array).set(this.order.sort(toward));
    index.needsUpdate = true;
  }
}
