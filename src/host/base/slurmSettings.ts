import * as vscode from "vscode";
import type { SlurmOptions } from "../../protocol/clusterCalls.js";

/** The settings `r3dvs.slurm.*`, in the order in which they are shown. */
export const SLURM_KEYS = [
  "partition",
  "account",
  "qos",
  "constraint",
  "time",
  "mem",
  "cpusPerTask",
  "chunks",
  "maxRunning",
  "lines",
  "setup",
  "template",
  "command",
] as const;

export type SlurmKey = (typeof SLURM_KEYS)[number];

/** As they stand in the settings: empty, 0 or no lines where nothing is asked for. */
export type SlurmSettings = {
  readonly [K in SlurmKey]: K extends ListKey ? readonly string[] : K extends NumberKey ? number : string;
};

type ListKey = "lines" | "setup";
type NumberKey = "cpusPerTask" | "chunks" | "maxRunning";
export const isListKey = (key: SlurmKey): key is ListKey => key === "lines" || key === "setup";
export const isNumberKey = (key: SlurmKey): key is NumberKey =>
  key === "cpusPerTask" || key === "chunks" || key === "maxRunning";

const section = () => vscode.workspace.getConfiguration("r3dvs.slurm");

/** What was asked for last, or stands in the settings; of another type than asked for is nothing. */
export function slurmSettings(): SlurmSettings {
  const entries = SLURM_KEYS.map((key) => {
    const value: unknown = section().get(key);
    if (isListKey(key)) return [key, Array.isArray(value) ? value.filter((line) => typeof line === "string") : []];
    if (isNumberKey(key)) return [key, typeof value === "number" && Number.isInteger(value) && value > 0 ? value : 0];
    return [key, typeof value === "string" ? value.trim() : ""];
  });
  return Object.fromEntries(entries) as SlurmSettings;
}

/** Keeps an answer for this machine: partitions and accounts are the cluster's, not the folder's. */
export async function keepSlurmSetting(key: SlurmKey, value: string | number | readonly string[]): Promise<void> {
  const isNothing = value === "" || value === 0 || (Array.isArray(value) && value.length === 0);
  const known = section().inspect(key);
  const target =
    known?.workspaceValue === undefined ? vscode.ConfigurationTarget.Global : vscode.ConfigurationTarget.Workspace;
  await section().update(key, isNothing ? undefined : value, target);
}

/** The settings as a job takes them; `readTemplate` is given the path in `template`. */
export async function slurmOptions(
  settings: SlurmSettings,
  readTemplate: (file: string) => Promise<string>,
): Promise<SlurmOptions> {
  const { template, lines, setup, ...rest } = settings;
  const asked = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== "" && value !== 0));
  return {
    ...asked,
    ...(lines.length > 0 && { lines }),
    ...(setup.length > 0 && { setup }),
    ...(template !== "" && { template: await readTemplate(template) }),
  };
}
