import { type Command, InvalidArgumentError, Option } from "commander";
import type { EncodeSettings } from "../core/descriptors/encodeSettings.js";
import type { Component } from "../core/descriptors/spectrum.js";
import type { OutputOptions } from "./output.js";

export interface EncodingOptions {
  readonly dl: number;
  readonly length: number;
  readonly assignment: "nearest" | "trilinear";
  readonly component: Component;
}

export type CommonOptions = OutputOptions & { readonly threads?: number };

/** `--json` and `--quiet`, on every command. */
export function withOutput(command: Command): Command {
  return command
    .option("--json", "print JSON Lines on stdout, one object per file or event")
    .option("--quiet", "hide progress and warnings");
}

/** What decides the voxels. */
export function withEncoding(command: Command): Command {
  return command
    .option("--dl <Å>", "real-space resolution dL; the cutoff is g_cut = pi/dL", positive, 0.4)
    .option("--length <Å>", "real-space box L; the mesh has L/dL voxels per side", positive, 12.8)
    .addOption(
      new Option("--assignment <how>", "how plane waves are assigned to voxels")
        .choices(["nearest", "trilinear"])
        .default("nearest"),
    )
    .addOption(
      new Option("--component <block>", "block of the file to read")
        .choices(["total", "magnetization", "mx", "my", "mz"])
        .default("total"),
    );
}

export function withThreads(command: Command): Command {
  return command.option(
    "--threads <n>",
    "worker threads (default: one per core); results do not depend on it",
    wholeFrom(1),
  );
}

/** Which frame of a volumetric file that holds several. */
export function withFrame(command: Command): Command {
  return command.option(
    "--frame <n>",
    "frame to read from multi-frame files, from 1 (default: the last complete one)",
    wholeFrom(1),
  );
}

export interface FrameOptions {
  readonly frame?: number;
}

/** As the jobs take it. */
export const frameOf = ({ frame }: FrameOptions): { frame?: number } => (frame === undefined ? {} : { frame });

export function encodingOf(options: EncodingOptions & FrameOptions): EncodeSettings {
  return {
    ...frameOf(options),
    spacing: options.dl,
    length: options.length,
    assignment: options.assignment,
    component: options.component,
  };
}

export function positive(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value <= 0)
    throw new InvalidArgumentError("It must be a positive number.");
  return value;
}

/** A whole number, at least `least`. */
export function wholeFrom(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text.trim()) || !Number.isSafeInteger(value) || value < least) {
      throw new InvalidArgumentError(`It must be a whole number of at least ${least}.`);
    }
    return value;
  };
}

export function list(text: string): string[] {
  const items = text.split(",").map((item) => item.trim());
  if (items.some((item) => item === ""))
    throw new InvalidArgumentError("It must be a list with commas between its items.");
  return items;
}
