import { expect, test } from "vitest";
import { namesSoftware } from "../../webview/scene/glRenderer.js";
import { nextRatio } from "../../webview/scene/movingRenderer.js";

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
