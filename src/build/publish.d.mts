export interface PublishStep {
  readonly program: "vsce" | "npx" | "npm";
  readonly args: readonly string[];
  readonly token: string | undefined;
}
export function publishProblems(options: {
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly changelog: string;
}): string[];
export function publishSteps(options: {
  readonly files: readonly string[];
  readonly archive: string;
  readonly preRelease: boolean;
}): PublishStep[];
