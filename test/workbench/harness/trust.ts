import type { Page } from "playwright-core";

/** Answers whether the authors of the folder are trusted, as VS Code asks at its first opening in a new profile. */
export async function answerTrust(page: Page, trust: boolean): Promise<void> {
  const dialog = page.locator(".monaco-dialog-box", { hasText: "Do you trust the authors" });
  await dialog.locator(".monaco-button", { hasText: trust ? /^Yes/ : /^No/ }).click();
  await dialog.waitFor({ state: "detached" });
}
