import { expect, test } from "vitest";
import { dot, type Vector3 } from "../../src/core/math/matrix3.js";
import { namesSoftware } from "../../webview/scene/glRenderer.js";
import { facesOf } from "../../webview/scene/glSprites.js";
import { nextRatio } from "../../webview/scene/movingRenderer.js";
import { orbitFrom, towardOf } from "../../webview/scene/orbit.js";

test.each([
  "ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero) (0x0000C0DE)), SwiftShader driver)",
  "ANGLE (Mesa, llvmpipe (LLVM 17.0.6, 256 bits), OpenGL 4.5)",
  "ANGLE (Microsoft, Microsoft Basic Render Driver Direct3D11 vs_5_0 ps_5_0)",
])("%s draws without a graphics card", (name) => expect(namesSoftware(name)).toBe(true));

test.each([
  "ANGLE (Intel, Mesa Intel(R) UHD Graphics 620 (KBL GT2), OpenGL 4.6)",
  "ANGLE (NVIDIA, NVIDIA GeForce RTX 3060 Direct3D11 vs_5_0 ps_5_0)",
  "Apple M2",
])("%s is a graphics card", (name) => expect(namesSoftware(name)).toBe(false));

test("frames that take too long get fewer pixels until they keep up, and more again where there is room", () => {
  // a frame costs 10 ms, and 60 ms more at full sharpness
  const cost = (ratio: number) => 10 + 60 * ratio ** 2;
  let ratio = 1;
  for (let frame = 0; frame < 6; frame++) ratio = nextRatio(ratio, cost(ratio));
  expect(cost(ratio)).toBeLessThan(42);
  expect(ratio).toBeGreaterThan(0.5);
  for (let frame = 0; frame < 20; frame++) ratio = nextRatio(ratio, 5);
  expect(ratio).toBe(1);
  for (let frame = 0; frame < 20; frame++) ratio = nextRatio(ratio, 1000);
  expect(ratio).toBe(0.5);
});

test.each([
  [35, 22],
  [-110, 48],
  [200, -31],
])("a cube seen from %s and %s degrees is a point of which each pixel finds its face", (azimuth, elevation) => {
  const orbit = orbitFrom(azimuth, elevation);
  const { right, up } = orbit;
  const toward = towardOf(orbit);
  const { middles, inverses, shades } = facesOf({ right, up, toward });
  for (const axis of [0, 1, 2])
    for (const [u, v] of [
      [0.4, -0.3],
      [-0.1, 0.45],
    ] as const) {
      // a place on the face that looks at the viewer
      const place = [0, 0, 0];
      place[axis] = (toward[axis as 0] ?? 0) < 0 ? -0.5 : 0.5;
      place[(axis + 1) % 3] = u;
      place[(axis + 2) % 3] = v;
      const [x, y] = [dot(place as unknown as Vector3, right), dot(place as unknown as Vector3, up)];
      const holding = [0, 1, 2].filter((face) => {
        const [m, n] = [middles[face], inverses[face]];
        if (m === undefined || n === undefined) return false;
        const [dx, dy] = [x - m.x, y - m.y];
        return Math.max(Math.abs(n.x * dx + n.y * dy), Math.abs(n.z * dx + n.w * dy)) <= 0.5;
      });
      expect(holding).toEqual([axis]);
    }
  expect(new Set(shades.map((shade) => shade.toFixed(3))).size).toBeGreaterThan(1);
});
