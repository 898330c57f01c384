import * as vscode from "vscode";

/** What a chat's model reads: one JSON object, numbers to eight digits. */
export function jsonResult(object: object): vscode.LanguageModelToolResult {
  const text = JSON.stringify(object, (_, value: unknown) =>
    typeof value === "number" ? Number(value.toPrecision(8)) : value,
  );
  return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
}
