import { listen } from "../ui/dom.js";
import { type Orbit, roll, turn, zoomBy } from "./orbit.js";

const DEGREES_PER_PX = 0.45;
const KEYS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [5, 0],
  ArrowRight: [-5, 0],
  ArrowUp: [0, 5],
  ArrowDown: [0, -5],
};

export interface PointerActions {
  orbit(): Orbit;
  /** Whether a drag turns the scene; otherwise it only moves the pointer. */
  turns(): boolean;
  turned(orbit: Orbit): void;
  /** The pointer rests at a place of the canvas (px), or is not over it. */
  hovered(at: readonly [number, number] | undefined): void;
  /** A click without a drag. */
  clicked(at: readonly [number, number], event: PointerEvent): void;
  wheel(delta: number): void;
}

/** Dragging turns, with Shift or the middle button it moves, the wheel zooms: the same in every picture. */
export function listenToPointer(canvas: HTMLCanvasElement, actions: PointerActions): void {
  let drag: { x: number; y: number; moved: number; moves: boolean } | undefined;
  listen(canvas, {
    pointerdown: (event) => {
      drag = { x: event.clientX, y: event.clientY, moved: 0, moves: event.shiftKey || event.button === 1 };
      canvas.setPointerCapture(event.pointerId);
    },
    pointermove: (event) => {
      if (drag === undefined) return actions.hovered([event.offsetX, event.offsetY]);
      const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
      drag = { ...drag, x: event.clientX, y: event.clientY, moved: drag.moved + Math.abs(dx) + Math.abs(dy) };
      actions.hovered(undefined);
      if (!actions.turns()) return;
      const orbit = actions.orbit();
      if (drag.moves) actions.turned({ ...orbit, pan: [orbit.pan[0] + dx, orbit.pan[1] + dy] });
      else actions.turned(turn(orbit, -dx * DEGREES_PER_PX, dy * DEGREES_PER_PX));
    },
    pointerup: (event) => {
      if (drag !== undefined && drag.moved < 4) actions.clicked([event.offsetX, event.offsetY], event);
      drag = undefined;
    },
    pointercancel: () => {
      drag = undefined;
    },
    pointerleave: () => actions.hovered(undefined),
  });
  const turnWheel = (event: WheelEvent) => {
    event.preventDefault();
    actions.wheel(event.deltaY);
  };
  canvas.addEventListener("wheel", turnWheel, { passive: false });
}

/** What a key makes of the camera; undefined where it means nothing to it. */
export function orbitOfKey(
  orbit: Orbit,
  { key, shiftKey }: Pick<KeyboardEvent, "key" | "shiftKey">,
): Orbit | undefined {
  const step = KEYS[key];
  if (step !== undefined && shiftKey)
    return { ...orbit, pan: [orbit.pan[0] - 4 * step[0], orbit.pan[1] - 4 * step[1]] };
  if (step !== undefined) return turn(orbit, step[0], step[1]);
  if (key === "+" || key === "=") return zoomBy(orbit, 1.15);
  if (key === "-" || key === "_") return zoomBy(orbit, 1 / 1.15);
  if (key === "," || key === "<") return roll(orbit, -5);
  if (key === "." || key === ">") return roll(orbit, 5);
  return undefined;
}

/** What the wheel makes of it. */
export const orbitOfWheel = (orbit: Orbit, delta: number): Orbit => zoomBy(orbit, Math.exp(-delta * 0.0015));
