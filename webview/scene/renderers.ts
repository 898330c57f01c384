import { CanvasRenderer } from "./canvasRenderer.js";
import { GlRenderer } from "./glRenderer.js";
import type { SceneRenderer } from "./sceneFrame.js";

/**
 * WebGL where the browser has it, else a plain canvas, which shows the same. `onLost`: the driver took WebGL away;
 * absent: do without.
 */
export function makeRenderer(onLost: (() => void) | undefined): SceneRenderer {
  if (onLost === undefined || document.body.hasAttribute("data-force-2d")) return new CanvasRenderer();
  try {
    return new GlRenderer(onLost);
  } catch {
    return new CanvasRenderer();
  }
}
