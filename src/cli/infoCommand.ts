import type { Command } from "commander";
export function addInfoCommand(_program: Command): void {}
