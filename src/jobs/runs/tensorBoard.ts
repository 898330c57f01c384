import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import path from "node:path";
import type { RunEvent } from "../../protocol/runEvents.js";
import { withWriteError } from "../files/atomicFile.js";
import { safeName } from "../files/safeName.js";
import { ownProcess } from "./processFacts.js";

/**
 * Writes a run's losses and results as event files of TensorBoard: below `folder` one folder for each network's
 * training, and one for each target, model and repeat with its errors by training size. The files are sequences of
 * TFRecords, each a protocol buffer `Event`.
 */
export class TensorBoardWriter {
  private readonly files = new Map<string, number>();

  constructor(private readonly folder: string) {}

  /** Throws `WriteError`. */
  add(event: RunEvent): void {
    if (event.event === "epoch") {
      const { target, model, trainSize, repeat, member, epoch, loss, validationMae, time } = event;
      const run = path.join(safeName(target), safeName(model), `${trainSize}-${repeat}-${member}`);
      this.write(run, Date.parse(time), epoch, { loss, "validation MAE": validationMae });
    } else if (event.event === "result") {
      const { target, model, trainSize, repeat, mae, rmse, time } = event;
      this.write(path.join(safeName(target), safeName(model), `repeat-${repeat}`), Date.parse(time), trainSize, {
        MAE: mae,
        RMSE: rmse,
      });
    }
  }

  close(): void {
    for (const descriptor of this.files.values()) closeSync(descriptor);
    this.files.clear();
  }

  private write(run: string, time: number, step: number, values: Readonly<Record<string, number | null>>): void {
    const told = Object.entries(values).filter(([, value]) => value !== null && Number.isFinite(value));
    if (told.length === 0) return;
    const place = path.join(this.folder, run);
    withWriteError(place, () => {
      const descriptor = this.files.get(run) ?? openEventFile(place, time);
      this.files.set(run, descriptor);
      writeSync(descriptor, tfRecord(scalarEvent(time / 1000, step, told as [string, number][])));
      this.closeOldest();
    });
  }

  /** A study has more networks than a process may have files. */
  private closeOldest(): void {
    const [oldest] = this.files;
    if (this.files.size <= MOST_OPEN || oldest === undefined) return;
    closeSync(oldest[1]);
    this.files.delete(oldest[0]);
  }
}

const MOST_OPEN = 64;
let count = 0;

/** Its name holds host and process: several may write for one run. */
function openEventFile(place: string, time: number): number {
  const { host, pid } = ownProcess();
  mkdirSync(place, { recursive: true });
  const name = `events.out.tfevents.${Math.floor(time / 1000)}.${safeName(host)}.${pid}.${count++}`;
  const descriptor = openSync(path.join(place, name), "a");
  writeSync(descriptor, tfRecord(Buffer.concat([double(1, time / 1000), bytes(3, Buffer.from("brain.Event:2"))])));
  return descriptor;
}

/**
 * `Event { double wall_time = 1; int64 step = 2; Summary summary = 5 }`, `Summary { repeated Value value = 1 }`, `Value
 * { tag = 1; float simple_value = 2 }`.
 */
function scalarEvent(seconds: number, step: number, values: readonly (readonly [string, number])[]): Buffer {
  const summary = values.map(([tag, value]) => bytes(1, Buffer.concat([bytes(1, Buffer.from(tag)), float(2, value)])));
  return Buffer.concat([double(1, seconds), varint(2 << 3), varint(step), bytes(5, Buffer.concat(summary))]);
}

/** Length (uint64), masked CRC-32C of it, data, masked CRC-32C of the data. */
export function tfRecord(data: Buffer): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(data.length));
  return Buffer.concat([length, masked(length), data, masked(data)]);
}

function masked(data: Buffer): Buffer {
  const crc = crc32c(data);
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE((((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0);
  return sum;
}

/** CRC-32 with Castagnoli's polynomial. */
export function crc32c(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) crc = (crc >>> 8) ^ (TABLE[(crc ^ byte) & 0xff] as number);
  return (crc ^ 0xffffffff) >>> 0;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value;
});

function varint(value: number): Buffer {
  const parts: number[] = [];
  let left = value;
  for (; left > 127; left = Math.floor(left / 128)) parts.push((left % 128) | 128);
  return Buffer.from([...parts, left]);
}

const bytes = (field: number, content: Buffer) =>
  Buffer.concat([varint((field << 3) | 2), varint(content.length), content]);

function double(field: number, value: number): Buffer {
  const content = Buffer.alloc(8);
  content.writeDoubleLE(value);
  return Buffer.concat([varint((field << 3) | 1), content]);
}

function float(field: number, value: number): Buffer {
  const content = Buffer.alloc(4);
  content.writeFloatLE(value);
  return Buffer.concat([varint((field << 3) | 5), content]);
}
