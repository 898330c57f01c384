import * as vscode from "vscode";
import type { ClusterFacts, SubmissionAmount, SubmissionPreview } from "../../protocol/clusterCalls.js";
import {
  isListKey,
  isNumberKey,
  keepSlurmSetting,
  SLURM_KEYS,
  type SlurmKey,
  type SlurmSettings,
  slurmSettings,
} from "../base/slurmSettings.js";

/** What is done with a plan. */
export type SlurmAction = "submit" | "show" | "ask";

/** What the form shows of the run that is to be submitted. */
export interface FormFacts {
  readonly name: string;
  readonly cluster: ClusterFacts;
  readonly plan: SubmissionPreview;
}

type FormItem = vscode.QuickPickItem & ({ readonly action: SlurmAction } | { readonly key: SlurmKey });

/**
 * One list with everything that is submitted: an entry is changed by choosing it. A changed entry comes back as
 * `"changed"`; nothing when the user leaves.
 */
export async function showSlurmForm({ name, cluster, plan }: FormFacts): Promise<SlurmAction | "changed" | undefined> {
  const settings = slurmSettings();
  const title = vscode.l10n.t("Run {0} on Slurm ({1})", name, cluster.host);
  const chosen = await vscode.window.showQuickPick(formItems(settings, plan), {
    title,
    placeHolder: vscode.l10n.t("Submit, or choose an entry to change it"),
    ignoreFocusOut: true,
    matchOnDescription: true,
  });
  if (chosen === undefined) return undefined;
  if ("action" in chosen) return chosen.action;
  const value = await askValue(chosen.key, settings, cluster, title);
  if (value !== undefined) await keepSlurmSetting(chosen.key, value);
  return "changed";
}

function formItems(settings: SlurmSettings, plan: SubmissionPreview): readonly (FormItem & vscode.QuickPickItem)[] {
  const [amount = "", ...rest] = amountParts(plan);
  const separator = {
    label: vscode.l10n.t("sbatch"),
    kind: vscode.QuickPickItemKind.Separator,
    action: "show",
  } as const;
  return [
    // In two lines: what the amount rests on would be cut at the end of the first.
    {
      label: `$(rocket) ${vscode.l10n.t("Submit")}`,
      description: amount,
      ...(rest.length > 0 && { detail: rest.join(" · ") }),
      action: "submit",
    },
    { label: `$(file-code) ${vscode.l10n.t("Show scripts and commands")}`, action: "show" },
    { label: `$(question) ${vscode.l10n.t("Ask Slurm whether it would take them")}`, action: "ask" },
    separator,
    ...SLURM_KEYS.map((key) => ({ label: keyName(key), description: valueText(key, settings), key })),
  ];
}

/** `216 tasks in 24 array elements of at most 60 min` */
export const amountText = (plan: SubmissionAmount): string => amountParts(plan).join(" · ");

/** The amount, and what is to be known of it. */
function amountParts({ open, elements, minutes, isMeasured, live }: SubmissionAmount): readonly string[] {
  const amount =
    elements === 1
      ? vscode.l10n.t("{0} tasks in one array element of at most {1} min", open, minutes)
      : vscode.l10n.t("{0} tasks in {1} array elements of at most {2} min", open, elements, minutes);
  const rest = [
    ...(isMeasured ? [] : [vscode.l10n.t("estimated generously: no task has been timed yet")]),
    ...(live > 0 ? [vscode.l10n.t("{0} elements are already in the queue", live)] : []),
  ];
  return [amount, ...rest];
}

function keyName(key: SlurmKey): string {
  const names: Readonly<Record<SlurmKey, string>> = {
    partition: vscode.l10n.t("Partition"),
    account: vscode.l10n.t("Account"),
    qos: vscode.l10n.t("Quality of service (QOS)"),
    constraint: vscode.l10n.t("Constraint"),
    time: vscode.l10n.t("Time limit"),
    mem: vscode.l10n.t("Memory"),
    cpusPerTask: vscode.l10n.t("Threads per element"),
    chunks: vscode.l10n.t("Array elements"),
    maxRunning: vscode.l10n.t("Elements at once"),
    lines: vscode.l10n.t("Further #SBATCH lines"),
    setup: vscode.l10n.t("Commands before the work"),
    template: vscode.l10n.t("Template script"),
    command: vscode.l10n.t("r3dvs on the nodes"),
  };
  return names[key];
}

function valueText(key: SlurmKey, settings: SlurmSettings): string {
  if (isListKey(key)) return settings[key].join("; ") || vscode.l10n.t("none");
  const value = settings[key];
  if (value !== "" && value !== 0) return String(value);
  const without: Partial<Record<SlurmKey, string>> = {
    time: vscode.l10n.t("by the longest element, with a margin"),
    cpusPerTask: "1",
    chunks: vscode.l10n.t("about an hour each"),
    maxRunning: vscode.l10n.t("no limit"),
    template: vscode.l10n.t("none"),
    command: vscode.l10n.t("this installation"),
  };
  return without[key] ?? vscode.l10n.t("the cluster's default");
}

function askValue(
  key: SlurmKey,
  settings: SlurmSettings,
  cluster: ClusterFacts,
  title: string,
): Thenable<string | number | readonly string[] | undefined> {
  if (key === "partition" && cluster.partitions.length > 0) return askPartition(cluster.partitions, title);
  if (isListKey(key)) return askLines(key, settings[key], title);
  if (isNumberKey(key)) return askNumber(key, settings[key], title);
  const value = settings[key];
  const prompt =
    key === "template"
      ? vscode.l10n.t("Path of a script with {0} where the work stands; empty for none", "{{r3dvs}}")
      : promptOf(key);
  return vscode.window.showInputBox({ title, prompt, value, ignoreFocusOut: true }).then((text) => text?.trim());
}

const promptOf = (key: SlurmKey) => vscode.l10n.t("{0}, as sbatch takes it; empty for the default", keyName(key));

async function askPartition(partitions: readonly string[], title: string): Promise<string | undefined> {
  const none = { label: vscode.l10n.t("the cluster's default"), value: "" };
  const items = [none, ...partitions.map((name) => ({ label: name, value: name }))];
  return (await vscode.window.showQuickPick(items, { title, placeHolder: keyName("partition"), ignoreFocusOut: true }))
    ?.value;
}

async function askLines(
  key: "lines" | "setup",
  lines: readonly string[],
  title: string,
): Promise<readonly string[] | undefined> {
  const prompt = vscode.l10n.t("{0}, separated by semicolons; empty for none", keyName(key));
  const text = await vscode.window.showInputBox({ title, prompt, value: lines.join("; "), ignoreFocusOut: true });
  return text
    ?.split(";")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

async function askNumber(
  key: SlurmKey,
  value: string | number | readonly string[],
  title: string,
): Promise<number | undefined> {
  const validateInput = (text: string) =>
    /^\d{0,6}$/.test(text.trim()) ? undefined : vscode.l10n.t("Enter one number");
  const shown = value === 0 ? "" : String(value);
  const text = await vscode.window.showInputBox({
    title,
    prompt: promptOf(key),
    value: shown,
    validateInput,
    ignoreFocusOut: true,
  });
  return text === undefined ? undefined : Number(text.trim());
}
