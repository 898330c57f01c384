import type { Component } from "./spectrum.js";

/** What an encoding is made with. */
export interface EncodeSettings {
  /** dL and L in Å. */
  readonly spacing: number;
  readonly length: number;
  readonly assignment: "nearest" | "trilinear";
  readonly component: Component;
  /** Of a file with several, from 1. Default: the last complete one. */
  readonly frame?: number;
}
