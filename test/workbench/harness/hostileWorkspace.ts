import { execFileSync } from "node:child_process";
import {
  closeSync,
  constants,
  cpSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  symlinkSync,
} from "node:fs";
import path from "node:path";
import { deflateRawSync, constants as zlib } from "node:zlib";
import { root } from "./paths.ts";
import { makeSampleWorkspace, type Workspace } from "./workspace.ts";

/** Named pipes in the place of files: whoever opens one to read is seen, and waits for ever. */
export const PIPES = [
  "targets.csv",
  "r3dvs.json",
  "mp-1778/OUTCAR",
  "mp-1778/vasprun.xml",
  "pipe.vasp",
  ".r3dvs/runs/pipe/run.json",
] as const;

/**
 * A folder from the internet that wants to be opened: endless files, pipes, bombs, files that name others, and links
 * out.
 */
export function makeHostileWorkspace(): Workspace {
  const workspace = makeSampleWorkspace({ count: 3 });
  for (const pipe of PIPES) makePipe(workspace.path(pipe));
  for (const file of [
    ".r3dvs/runs/endless/run.json",
    ".r3dvs/runs/endless/events.jsonl",
    "endless/CHGCAR",
    "endless.vasp",
  ])
    linkTo("/dev/zero", workspace.path(file));
  workspace.write("bomb/spectra.npz", bomb(2048));
  workspace.write("bomb/targets.csv", "id,gap\n");
  for (const name of ["externalStorage", "hugePlanes"]) {
    mkdirSync(workspace.path(name));
    cpSync(path.join(root, "test/fixtures/hostile", `${name}.h5`), workspace.path(name, "vaspwave.h5"));
  }
  linkTo("/etc", workspace.path("outside"));
  return workspace;
}

function makePipe(file: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  execFileSync("rm", ["-f", file]);
  execFileSync("mkfifo", [file]);
}

function linkTo(target: string, file: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  symlinkSync(target, file);
}

/** The pipes that some process is reading now. */
export function openPipes(workspace: Workspace): string[] {
  return PIPES.filter((pipe) => {
    try {
      closeSync(openSync(workspace.path(pipe), constants.O_WRONLY | constants.O_NONBLOCK));
      return true;
    } catch {
      return false; // nobody reads
    }
  });
}

/** Every entry below a folder with its size and time of change; links are not followed. */
export function snapshot(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true }).map((entry) =>
    path.join(entry.parentPath, entry.name),
  );
  return entries.sort().map((file) => {
    const { size, mtimeMs, mode } = lstatSync(file);
    return `${path.relative(folder, file)} ${size} ${mtimeMs} ${mode}`;
  });
}

/** The largest memory, in MB, that one of these processes has held. */
export function peakMemory(pids: readonly number[]): number {
  const peaks = pids.map((pid) => {
    try {
      return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
    } catch {
      return 0; // it has ended
    }
  });
  return Math.max(0, ...peaks);
}

/** A zip with one `.npy` of `megabytes` MB of zeros in a few kB. */
function bomb(megabytes: number): Uint8Array {
  const part = deflateRawSync(Buffer.alloc(2 ** 20), { finishFlush: zlib.Z_FULL_FLUSH });
  const packed = Buffer.concat([...Array.from({ length: megabytes }, () => part), deflateRawSync(Buffer.alloc(0))]);
  const name = Buffer.from("values.npy");
  const facts = Buffer.alloc(26);
  facts.writeUInt16LE(20, 0);
  facts.writeUInt16LE(8, 4);
  facts.writeUInt32LE(packed.length, 14);
  facts.writeUInt32LE(megabytes * 2 ** 20, 18);
  facts.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from("PK\u0003\u0004"), facts, name, packed]);
  const central = Buffer.concat([Buffer.from("PK\u0001\u0002\u0014\u0000"), facts, Buffer.alloc(14), name]);
  const end = Buffer.alloc(22);
  end.write("PK\u0005\u0006", "latin1");
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}
