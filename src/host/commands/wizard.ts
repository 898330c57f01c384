import * as vscode from "vscode";

/** What a step answers: a value, `back`, or nothing when the user leaves. */
export type Answer<T> = { readonly value: T } | "back" | undefined;

export interface StepPlace {
  readonly title: string;
  readonly step: number;
  readonly totalSteps: number;
}

/** A step that picks several of a list; at least one. */
export function pickMany<T extends vscode.QuickPickItem>(
  place: StepPlace,
  placeholder: string,
  items: readonly T[],
): Promise<Answer<readonly T[]>> {
  const pick = vscode.window.createQuickPick<T>();
  pick.canSelectMany = true;
  pick.items = items;
  pick.selectedItems = items.filter((item) => item.picked);
  pick.placeholder = placeholder;
  pick.matchOnDescription = true;
  return ask(pick, place, () => (pick.selectedItems.length > 0 ? { value: pick.selectedItems } : undefined));
}

/** A step that picks one of a list. */
export function pickOne<T extends vscode.QuickPickItem>(
  place: StepPlace,
  placeholder: string,
  items: readonly T[],
): Promise<Answer<T>> {
  const pick = vscode.window.createQuickPick<T>();
  pick.items = items;
  pick.placeholder = placeholder;
  return ask(pick, place, () => {
    const [chosen] = pick.selectedItems;
    return chosen && { value: chosen };
  });
}

/** A step that asks for a text. `check` answers what is wrong with it. */
export function askText(
  place: StepPlace,
  prompt: string,
  value: string,
  check: (text: string) => string | undefined,
): Promise<Answer<string>> {
  const box = vscode.window.createInputBox();
  box.prompt = prompt;
  box.value = value;
  const validate = () => {
    box.validationMessage = check(box.value) ?? "";
  };
  box.onDidChangeValue(validate);
  validate();
  return ask(box, place, () => (check(box.value) === undefined ? { value: box.value } : undefined));
}

/** Runs steps one after the other; `back` returns to the one before. False when the user left. */
export async function runSteps(steps: readonly (() => Promise<Answer<unknown>>)[]): Promise<boolean> {
  for (let index = 0; index < steps.length; ) {
    const answer = await steps[index]?.();
    if (answer === undefined) return false;
    index = answer === "back" ? Math.max(0, index - 1) : index + 1;
  }
  return true;
}

type Input = vscode.QuickPick<vscode.QuickPickItem> | vscode.InputBox;

function ask<T>(
  input: Pick<Input, keyof vscode.QuickInput | "onDidAccept" | "onDidTriggerButton" | "buttons">,
  place: StepPlace,
  read: () => Answer<T>,
) {
  input.title = place.title;
  input.step = place.step;
  input.totalSteps = place.totalSteps;
  input.ignoreFocusOut = true;
  if (place.step > 1) input.buttons = [vscode.QuickInputButtons.Back];
  return new Promise<Answer<T>>((resolve) => {
    const close = (answer: Answer<T>) => {
      resolve(answer);
      input.dispose();
    };
    input.onDidAccept(() => {
      const answer = read();
      if (answer !== undefined) close(answer);
    });
    input.onDidTriggerButton(() => close("back"));
    input.onDidHide(() => close(undefined));
    input.show();
  });
}
