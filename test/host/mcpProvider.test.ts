import path from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { McpProvider } from "../../src/host/tools/mcpProvider.js";
import { SAMPLE, SAMPLE_IDS } from "../cli/harness.js";

const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

const editor = vi.hoisted(() => ({
  isTrusted: true,
  folders: [] as string[],
  mayWrite: false,
  fire: {} as Record<string, () => void>,
}));
vi.mock("vscode", () => {
  const event = (name: string) => (listener: (change: unknown) => void) => {
    editor.fire[name] = () => listener({ affectsConfiguration: (section: string) => section === "r3dvs.agents" });
    return { dispose: () => delete editor.fire[name] };
  };
  return {
    EventEmitter: class {
      listeners: (() => void)[] = [];
      event = (listener: () => void) => void this.listeners.push(listener);
      fire = () => {
        for (const listener of this.listeners) listener();
      };
      dispose = () => {};
    },
    McpStdioServerDefinition: class {
      constructor(
        readonly label: string,
        readonly command: string,
        readonly args: string[],
        readonly env: Record<string, string>,
        readonly version: string,
      ) {}
    },
    workspace: {
      get isTrusted() {
        return editor.isTrusted;
      },
      get workspaceFolders() {
        return editor.folders.map((folder) => ({
          uri: /^\w+:/.test(folder) ? { scheme: "memfs" } : { scheme: "file", fsPath: folder },
        }));
      },
      getConfiguration: () => ({ get: () => editor.mayWrite }),
      onDidChangeWorkspaceFolders: event("folders"),
      onDidGrantWorkspaceTrust: event("trust"),
      onDidChangeConfiguration: event("settings"),
    },
  };
});

describe("the server that the editor starts for agents", () => {
  beforeEach(() => Object.assign(editor, { isTrusted: true, folders: [SAMPLE], mayWrite: false }));

  it("starts as told, and reads the workspace alone", async () => {
    const [definition] = new McpProvider(CLI, "1.2.3").provideMcpServerDefinitions();
    expect([definition?.label, definition?.version]).toEqual(["R3DVS", "1.2.3"]);
    const { command = "", args = [], env } = definition ?? {};
    const client = new Client({ name: "editor", version: "1" });
    await client.connect(new StdioClientTransport({ command, args, env: env as Record<string, string> }));
    const told = async (file: string) =>
      (await client.callTool({ name: "info", arguments: { paths: [file] } })).isError === true;
    expect(await told(path.join(SAMPLE, SAMPLE_IDS[0] ?? "", "CHGCAR.gz"))).toBe(false);
    expect(await told(CLI)).toBe(true);
    await client.close();
  });

  it("writes only with the setting, and is not there without trust or a folder on a disk", () => {
    const provider = new McpProvider(CLI, "1");
    const args = () => provider.provideMcpServerDefinitions()[0]?.args.slice(1);
    expect(args()).toEqual(["mcp", "--", SAMPLE]);
    editor.mayWrite = true;
    expect(args()).toEqual(["mcp", "--allow-write", "--", SAMPLE]);
    editor.folders = ["memfs:/x"];
    expect(args()).toBeUndefined();
    Object.assign(editor, { folders: [SAMPLE], isTrusted: false });
    expect(args()).toBeUndefined();
  });

  it("is told to the editor again when folders, trust or the setting change", () => {
    const provider = new McpProvider(CLI, "1");
    let told = 0;
    provider.onDidChangeMcpServerDefinitions(() => told++);
    for (const name of ["folders", "trust", "settings"]) editor.fire[name]?.();
    expect(told).toBe(3);
    provider.dispose();
    expect(Object.keys(editor.fire)).toEqual([]);
  });
});
