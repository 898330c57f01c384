import {
  BoxGeometry,
  BufferGeometry,
  Camera,
  Color,
  DynamicDrawUsage,
  Float32BufferAttribute,
  InstancedBufferAttribute,
  InstancedBufferGeometry,
  LineBasicMaterial,
  LineSegments,
  type Matrix4,
  Mesh,
  Scene,
  ShaderMaterial,
  SRGBColorSpace,
  Vector3 as ThreeVector,
  Vector2,
  WebGLRenderer,
} from "three";
import { AtomLayer } from "./glAtoms.js";
import { FaceLayer } from "./glFaces.js";
import { MapLayer } from "./glMap.js";
import { BallSprites, CubeSprites } from "./glSprites.js";
import { AMBIENT, HAZE, LIGHT, type Line, type SceneFrame, type SceneRenderer, sortByDepth } from "./sceneFrame.js";

/**
 * How far a parallel projection's camera stands, in radii of the scene: it makes no difference but to the depth buffer.
 */
const FAR = 4;

const VERTEX = /* glsl */ `
in vec3 center; in float side; in vec4 tint;
out vec3 local; out vec3 facing; out vec4 paint; out float nearness;
uniform float radius; uniform float distance; uniform vec2 slab;
void main() {
  float middle = (viewMatrix * vec4(center, 1.0)).z + distance;
  local = position;
  facing = normalize((viewMatrix * vec4(normal, 0.0)).xyz);
  paint = tint;
  vec4 seen = viewMatrix * vec4(center + position * side, 1.0);
  nearness = clamp(((seen.z + distance) / radius) * 0.5 + 0.5, 0.0, 1.0);
  gl_Position = middle < slab.x || middle > slab.y ? vec4(0.0, 0.0, 2.0, 1.0) : projectionMatrix * seen;
}`;

// Edges are drawn darker about one px wide: cubes of one colour stay apart without lines of their own.
const FRAGMENT = /* glsl */ `
in vec3 local; in vec3 facing; in vec4 paint; in float nearness;
uniform vec3 light; uniform vec3 ground;
out vec4 result;
void main() {
  vec3 a = abs(local) * 2.0;
  float second = a.x + a.y + a.z - max(a.x, max(a.y, a.z)) - min(a.x, min(a.y, a.z));
  float rim = smoothstep(1.0 - 1.6 * max(fwidth(second), 0.02), 1.0, second);
  float shade = ${AMBIENT.toFixed(2)} + ${(1 - AMBIENT).toFixed(2)} * max(0.0, dot(facing, light));
  vec3 color = paint.rgb * shade * (1.0 - 0.28 * rim);
  result = vec4(mix(ground, color, 1.0 - ${HAZE.toFixed(2)} * (1.0 - nearness) * (1.0 - nearness)), paint.a);
}`;

interface Layer {
  draw(frame: SceneFrame, distance: number, radius: number): void;
  dispose(): void;
}

/** Draws the scene with WebGL 2; throws where the browser has none. */
export class GlRenderer implements SceneRenderer {
  readonly kind = "webgl";
  readonly canvas: HTMLCanvasElement;
  readonly isSoftware: boolean;
  private readonly renderer: WebGLRenderer;
  private readonly scene = new Scene();
  private readonly camera = new Camera();
  private readonly cubes: Mesh<InstancedBufferGeometry, ShaderMaterial>;
  private readonly lines = new LineSegments(
    new BufferGeometry(),
    new LineBasicMaterial({ vertexColors: true, transparent: true }),
  );
  private readonly layers: readonly Layer[];
  /** Cubes as points, for frames that must come fast. */
  private readonly sprites: CubeSprites | undefined;
  private capacity = 1024;
  private drawnLines: readonly Line[] = [];
  private drawnOrder = "";
  private drawnSize = "";

  /** `onLost`: the graphics driver took the context away. `careful`: with smooth edges, all triangles. Default true. */
  constructor(onLost: () => void, { careful = true }: { readonly careful?: boolean } = {}) {
    // Kept after drawing, so that the picture can be exported and looked at in tests.
    this.renderer = new WebGLRenderer({
      alpha: true,
      antialias: careful,
      preserveDrawingBuffer: careful,
      powerPreference: "low-power",
    });
    this.isSoftware = isSoftware(this.renderer.getContext());
    this.renderer.outputColorSpace = SRGBColorSpace;
    this.canvas = this.renderer.domElement;
    this.canvas.addEventListener("webglcontextlost", (event) => {
      event.preventDefault();
      onLost();
    });
    this.sprites = careful ? undefined : new CubeSprites(this.scene);
    const balls = careful ? [] : [new BallSprites(this.scene)];
    const atoms = new AtomLayer(this.scene, { careful });
    this.layers = [...balls, atoms, new MapLayer(this.scene), new FaceLayer(this.scene)];
    this.cubes = new Mesh(makeCubeGeometry(this.capacity), makeCubeMaterial());
    this.cubes.frustumCulled = false;
    this.lines.frustumCulled = false;
    this.camera.matrixAutoUpdate = false;
    this.lines.renderOrder = 0;
    this.cubes.renderOrder = 1;
    this.scene.add(this.lines, this.cubes);
  }

  draw(frame: SceneFrame): void {
    this.resize(frame);
    const radius = frame.radius ?? farthest(frame.cubes.center);
    const distance = frame.view.eye ?? FAR * radius;
    this.placeCamera(frame, distance, radius);
    if (this.sprites?.draw(frame, distance, radius)) this.cubes.visible = false;
    else this.fillCubes(frame, distance, radius);
    for (const layer of this.layers) layer.draw(frame, distance, radius);
    if (this.drawnLines !== frame.lines) this.fillLines(frame.lines);
    const [red, green, blue] = frame.ground;
    this.renderer.setClearColor(new Color().setRGB(red, green, blue, SRGBColorSpace), frame.transparent ? 0 : 1);
    this.renderer.render(this.scene, this.camera);
  }

  /** Waits until what was drawn is there, which takes time of its own. */
  finish(): void {
    const gl = this.renderer.getContext();
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
  }

  /** A canvas of another size gets new memory, and so does one of the same size that is set again. */
  private resize({ width, height, pixelRatio }: SceneFrame): void {
    const size = `${width} ${height} ${pixelRatio}`;
    if (size === this.drawnSize) return;
    this.drawnSize = size;
    this.renderer.setPixelRatio(pixelRatio);
    this.renderer.setSize(width, height, false);
  }

  dispose(): void {
    for (const layer of this.layers) layer.dispose();
    this.sprites?.dispose();
    this.cubes.geometry.dispose();
    this.cubes.material.dispose();
    this.lines.geometry.dispose();
    this.lines.material.dispose();
    this.renderer.dispose();
    this.canvas.remove();
  }

  private placeCamera({ view, width, height }: SceneFrame, distance: number, radius: number): void {
    const { right, up, toward, scale, eye, center = [0, 0, 0] } = view;
    const camera = this.camera;
    const [near, far] = [Math.max(distance - 2 * radius, distance * 0.02), distance + 2 * radius];
    const shrink = eye === undefined ? 1 : near / eye;
    const [left, rightEdge] = [(-view.centerX / scale) * shrink, ((width - view.centerX) / scale) * shrink];
    const [top, bottom] = [(view.centerY / scale) * shrink, (-(height - view.centerY) / scale) * shrink];
    setProjection(camera.projectionMatrix, eye === undefined, [left, rightEdge, top, bottom, near, far]);
    camera.projectionMatrixInverse.copy(camera.projectionMatrix).invert();
    camera.matrix.makeBasis(new ThreeVector(...right), new ThreeVector(...up), new ThreeVector(...toward));
    camera.matrix.setPosition(
      center[0] + toward[0] * distance,
      center[1] + toward[1] * distance,
      center[2] + toward[2] * distance,
    );
    camera.matrixWorldNeedsUpdate = true;
  }

  private fillCubes({ cubes, view, ground, slab = [-1e9, 1e9] }: SceneFrame, distance: number, radius: number): void {
    const uniforms = this.cubes.material.uniforms;
    if (uniforms.ground !== undefined) uniforms.ground.value = new ThreeVector(...ground);
    if (uniforms.radius !== undefined) uniforms.radius.value = radius;
    if (uniforms.distance !== undefined) uniforms.distance.value = distance;
    if (uniforms.slab !== undefined) uniforms.slab.value = new Vector2(...slab);
    this.cubes.visible = cubes.count > 0;
    this.cubes.material.depthTest = !cubes.isProjection;
    const key = `${cubes.version} ${view.toward.join(" ")}`;
    if (key === this.drawnOrder) return;
    this.drawnOrder = key;
    const order = sortByDepth(cubes, view.toward);
    this.reserve(cubes.count);
    this.copySorted("center", cubes.center, order);
    this.copySorted("side", cubes.side, order);
    this.copySorted("tint", cubes.color, order);
    this.cubes.geometry.instanceCount = cubes.count;
  }

  /** A geometry remembers how many instances its first buffers held, so more cubes need a new one. */
  private reserve(count: number): void {
    if (count <= this.capacity) return;
    this.capacity = Math.max(1024, 2 ** Math.ceil(Math.log2(count)));
    this.cubes.geometry.dispose();
    this.cubes.geometry = makeCubeGeometry(this.capacity);
  }

  private copySorted(name: string, values: Float32Array, order: Uint32Array): void {
    const attribute = this.cubes.geometry.getAttribute(name) as InstancedBufferAttribute;
    const { array, itemSize } = attribute;
    order.forEach((from, to) => {
      for (let c = 0; c < itemSize; c += 1) array[to * itemSize + c] = values[from * itemSize + c] ?? 0;
    });
    attribute.needsUpdate = true;
  }

  private fillLines(lines: readonly Line[]): void {
    this.drawnLines = lines;
    const position: number[] = [];
    const color: number[] = [];
    for (const line of lines) {
      const tint = new Color().setRGB(...line.color, SRGBColorSpace);
      line.points.slice(1).forEach((point, i) => {
        position.push(...(line.points[i] ?? point), ...point);
        for (let end = 0; end < 2; end += 1) color.push(tint.r, tint.g, tint.b, line.opacity);
      });
    }
    this.lines.geometry.dispose();
    this.lines.geometry = new BufferGeometry();
    this.lines.geometry.setAttribute("position", new Float32BufferAttribute(position, 3));
    this.lines.geometry.setAttribute("color", new Float32BufferAttribute(color, 4));
  }
}

/** SwiftShader (Chromium), llvmpipe and softpipe (Mesa), WARP (Windows). */
export const namesSoftware = (renderer: string): boolean =>
  /swiftshader|llvmpipe|softpipe|software|basic render|warp/i.test(renderer);

function isSoftware(gl: WebGLRenderingContext | WebGL2RenderingContext): boolean {
  const names = gl.getExtension("WEBGL_debug_renderer_info");
  return namesSoftware(String(gl.getParameter(names ? names.UNMASKED_RENDERER_WEBGL : gl.RENDERER)));
}

function setProjection(
  matrix: Matrix4,
  isParallel: boolean,
  [left, right, top, bottom, near, far]: readonly [number, number, number, number, number, number],
): void {
  if (isParallel) matrix.makeOrthographic(left, right, top, bottom, near, far);
  else matrix.makePerspective(left, right, top, bottom, near, far);
}

function makeCubeGeometry(capacity: number): InstancedBufferGeometry {
  const box = new BoxGeometry(1, 1, 1);
  const geometry = new InstancedBufferGeometry();
  geometry.setIndex(box.index);
  geometry.setAttribute("position", box.getAttribute("position"));
  geometry.setAttribute("normal", box.getAttribute("normal"));
  for (const [name, width] of [
    ["center", 3],
    ["side", 1],
    ["tint", 4],
  ] as const) {
    const attribute = new InstancedBufferAttribute(new Float32Array(capacity * width), width);
    attribute.setUsage(DynamicDrawUsage);
    geometry.setAttribute(name, attribute);
  }
  geometry.instanceCount = 0;
  return geometry;
}

function makeCubeMaterial(): ShaderMaterial {
  const uniforms = {
    light: { value: new ThreeVector(...LIGHT).normalize() },
    ground: { value: new ThreeVector() },
    radius: { value: 1 },
    distance: { value: 1 },
    slab: { value: new Vector2() },
  };
  return new ShaderMaterial({
    glslVersion: "300 es",
    vertexShader: VERTEX,
    fragmentShader: FRAGMENT,
    uniforms,
    transparent: true,
  });
}

function farthest(center: Float32Array): number {
  let largest = 1;
  for (let i = 0; i < center.length; i += 3) {
    largest = Math.max(largest, Math.hypot(center[i] ?? 0, center[i + 1] ?? 0, center[i + 2] ?? 0));
  }
  return largest;
}
