import type { Matrix3 } from "../../src/core/math/matrix3.js";
import type { CrystalData } from "../../src/protocol/crystalView.js";
import { make, makeButton, makeSlider } from "../ui/dom.js";
import { t } from "../ui/text.js";
import type { Calls } from "./densityModel.js";

const FRAME_MS = 80;

interface Frames {
  readonly count: number;
  readonly lattices: Float64Array;
  readonly fractional: Float32Array;
}

/**
 * A slider over the frames of a trajectory, and a button that plays them; undefined for files with one structure. All
 * frames are read at the first move.
 */
export function makeFrameBar(
  crystal: CrystalData,
  calls: Calls,
  show: (moved: CrystalData) => void,
): HTMLElement | undefined {
  const { frames } = crystal;
  if (frames === undefined || frames.count < 2) return undefined;
  let known: Promise<Frames> | undefined;
  let timer: number | undefined;
  let at = frames.shown;
  const load = () => {
    known ??= calls.call("openFrames", {});
    return known;
  };
  const go = async (frame: number) => {
    at = frame;
    slider.set(frame);
    document.body.dataset.frame = String(frame);
    const all = await load();
    if (at === frame) show(frameOf(crystal, all, frame));
  };
  const slider = makeSlider({
    label: t("Frame"),
    min: 1,
    max: frames.count,
    step: 1,
    value: at,
    format: (value) => t("{0} of {1}", value, frames.count),
    change: (frame) => void go(frame),
  });
  const stop = () => {
    window.clearInterval(timer);
    timer = undefined;
    play.textContent = t("Play");
  };
  const play = makeButton(t("Play"), () => {
    if (timer !== undefined) return stop();
    play.textContent = t("Pause");
    timer = window.setInterval(() => {
      if (!play.isConnected) return stop();
      void go(at >= frames.count ? 1 : at + 1);
    }, FRAME_MS);
  });
  return make("div", { class: "frame-bar" }, play, slider.element);
}

/** The crystal as it is in one frame, from 1. */
export function frameOf(crystal: CrystalData, { count, lattices, fractional }: Frames, frame: number): CrystalData {
  const i = Math.max(0, Math.min(count - 1, frame - 1));
  const l = lattices.subarray(9 * i, 9 * i + 9);
  const row = (r: number) => [l[3 * r] ?? 0, l[3 * r + 1] ?? 0, l[3 * r + 2] ?? 0] as const;
  const lattice: Matrix3 = [row(0), row(1), row(2)];
  const size = 3 * crystal.species.length;
  return {
    ...crystal,
    lattice,
    fractional: Float64Array.from(fractional.subarray(size * i, size * (i + 1))),
    frames: { count, shown: i + 1 },
  };
}
