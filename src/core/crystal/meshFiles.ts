import type { Matrix3 } from "../math/matrix3.js";

/** A mesh with its name and its colour (red, green, blue from 0 to 1, linear). */
export interface NamedMesh {
  /** Cartesian, Å, 3 per vertex. */
  readonly positions: Float32Array;
  /** Unit vectors, 3 per vertex. */
  readonly normals: Float32Array;
  /** 3 per triangle. */
  readonly indices: Uint32Array;
  readonly name: string;
  readonly level: number;
  readonly colour: readonly [number, number, number];
}

const FLOAT = 5126;
const UNSIGNED_INT = 5125;
const [ARRAY_BUFFER, ELEMENT_ARRAY_BUFFER] = [34962, 34963];
const JSON_CHUNK = 0x4e4f534a;
const BINARY_CHUNK = 0x004e4942;

/** Meshes as binary glTF 2.0, a node each; one unit is one Å. */
export function writeGlb(meshes: readonly NamedMesh[], generator: string): Uint8Array {
  const parts: Uint8Array[] = [];
  const bufferViews: object[] = [];
  const accessors: object[] = [];
  let offset = 0;
  const add = (data: Float32Array | Uint32Array, target: number, accessor: object): number => {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    parts.push(bytes);
    bufferViews.push({ buffer: 0, byteOffset: offset, byteLength: bytes.length, target });
    offset += bytes.length;
    return accessors.push({ bufferView: bufferViews.length - 1, byteOffset: 0, ...accessor }) - 1;
  };
  const shown = meshes.filter(({ indices }) => indices.length > 0);
  const nodes = shown.map(({ name }, mesh) => ({ name, mesh }));
  const primitives = shown.map(({ positions, normals, indices }, material) => {
    const count = positions.length / 3;
    const bounds = boundsOf(positions);
    const attributes = {
      POSITION: add(positions, ARRAY_BUFFER, { componentType: FLOAT, count, type: "VEC3", ...bounds }),
      NORMAL: add(normals, ARRAY_BUFFER, { componentType: FLOAT, count, type: "VEC3" }),
    };
    const places = add(indices, ELEMENT_ARRAY_BUFFER, {
      componentType: UNSIGNED_INT,
      count: indices.length,
      type: "SCALAR",
    });
    return { attributes, indices: places, material };
  });
  const gltf = {
    asset: { version: "2.0", generator },
    scene: 0,
    scenes: [nodes.length > 0 ? { nodes: nodes.map((_, i) => i) } : {}],
    ...(nodes.length > 0 && {
      nodes,
      meshes: primitives.map((primitive, i) => ({ name: shown[i]?.name, primitives: [primitive] })),
      materials: shown.map(({ name, colour }) => ({
        name,
        doubleSided: true,
        pbrMetallicRoughness: { baseColorFactor: [...colour, 1], metallicFactor: 0, roughnessFactor: 0.5 },
      })),
      buffers: [{ byteLength: offset }],
      bufferViews,
      accessors,
    }),
  };
  return container(asciiJson(gltf), parts, offset);
}

/** JSON in ASCII, whatever names hold. */
function asciiJson(value: object): Uint8Array {
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  const text = JSON.stringify(value).replace(/[^\x20-\x7e]/g, escaped);
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

function boundsOf(positions: Float32Array): { min: number[]; max: number[] } {
  const min = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const max = min.map((x) => -x);
  for (let i = 0; i < positions.length; i++) {
    const value = positions[i] ?? 0;
    min[i % 3] = Math.min(min[i % 3] ?? 0, value);
    max[i % 3] = Math.max(max[i % 3] ?? 0, value);
  }
  return { min, max };
}

function container(json: Uint8Array, parts: readonly Uint8Array[], binaryLength: number): Uint8Array {
  const jsonLength = Math.ceil(json.length / 4) * 4;
  const binary = binaryLength > 0 ? 8 + binaryLength : 0; // floats and indices of four bytes need no filling
  const file = new Uint8Array(12 + 8 + jsonLength + binary);
  const view = new DataView(file.buffer);
  const words = [0x46546c67, 2, file.length, jsonLength, JSON_CHUNK];
  for (const [i, word] of words.entries()) view.setUint32(4 * i, word, true);
  file.fill(0x20, 20, 20 + jsonLength);
  file.set(json, 20);
  let at = 20 + jsonLength;
  if (binaryLength > 0) {
    view.setUint32(at, binaryLength, true);
    view.setUint32(at + 4, BINARY_CHUNK, true);
    at += 8;
  }
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}

/**
 * Meshes as Wavefront OBJ, an object each. Points at one place are one vertex (a closed surface is watertight); normals
 * are listed apart.
 */
export function writeObj(meshes: readonly NamedMesh[]): string {
  const lines: string[] = ["# lengths in Å"];
  let [vertices, normals] = [1, 1];
  for (const mesh of meshes) {
    const { places, unique } = welded(mesh.positions);
    lines.push(`o ${mesh.name.replaceAll(/\s+/g, "_")}`);
    for (const i of unique) lines.push(`v ${triple(mesh.positions, i)}`);
    for (let i = 0; i < mesh.normals.length / 3; i++) lines.push(`vn ${triple(mesh.normals, i)}`);
    for (let i = 0; i < mesh.indices.length; i += 3) {
      const corners = [0, 1, 2].map((k) => mesh.indices[i + k] ?? 0);
      const ends = corners.map((corner) => places[corner] ?? 0);
      if (new Set(ends).size === 3)
        lines.push(`f ${corners.map((corner, k) => `${(ends[k] ?? 0) + vertices}//${corner + normals}`).join(" ")}`);
    }
    vertices += unique.length;
    normals += mesh.normals.length / 3;
  }
  return `${lines.join("\n")}\n`;
}

const triple = (values: Float32Array, i: number): string =>
  [0, 1, 2].map((k) => String(Number((values[3 * i + k] ?? 0).toPrecision(7)))).join(" ");

function welded(positions: Float32Array): { places: Uint32Array; unique: number[] } {
  const known = new Map<string, number>();
  const unique: number[] = [];
  const places = new Uint32Array(positions.length / 3);
  for (let i = 0; i < places.length; i++) {
    const key = triple(positions, i);
    let place = known.get(key);
    if (place === undefined) {
      place = unique.push(i) - 1;
      known.set(key, place);
    }
    places[i] = place;
  }
  return { places, unique };
}

/** Meshes as plain JSON arrays, with the cell. */
export function writeMeshJson(meshes: readonly NamedMesh[], unit: string, lattice: Matrix3): string {
  const plain = meshes.map(({ level, positions, normals, indices }) => ({
    level,
    unit,
    positions: Array.from(positions, (x) => Number(x.toPrecision(7))),
    normals: Array.from(normals, (x) => Number(x.toPrecision(6))),
    indices: Array.from(indices),
  }));
  return `${JSON.stringify({ lattice, meshes: plain })}\n`;
}
