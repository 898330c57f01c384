import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { crc32c, TensorBoardWriter } from "../../../src/jobs/runs/tensorBoard.js";

const root = mkdtempSync(path.join(tmpdir(), "r3dvs-board-"));
afterAll(() => rmSync(root, { recursive: true }));

test("the check sum is that of RFC 3720, B.4", () => {
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43);
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
});

test("losses and errors come back from the records, with their steps", () => {
  const writer = new TensorBoardWriter(root);
  const place = { target: "band_gap", model: "r3dvs", trainSize: 300, repeat: 1 };
  const time = "2026-01-02T03:04:05.500Z";
  const epoch = { event: "epoch", time, ...place, member: 0, epochs: 200 } as const;
  writer.add({ ...epoch, epoch: 1, loss: 0.5, validationMae: 0.25 });
  writer.add({ ...epoch, epoch: 200, loss: 0.125, validationMae: Number.NaN });
  writer.add({ event: "result", time, unit: "eV", ...place, mae: 2, rmse: 4, seconds: 1 });
  writer.close();
  const seconds = Date.parse(time) / 1000;
  expect(readFolder(path.join(root, "band_gap", "r3dvs", "300-1-0"))).toEqual([
    { seconds, version: "brain.Event:2" },
    { seconds, step: 1, values: { loss: 0.5, "validation MAE": 0.25 } },
    { seconds, step: 200, values: { loss: 0.125 } },
  ]);
  expect(readFolder(path.join(root, "band_gap", "r3dvs", "repeat-1")).at(-1)).toEqual({
    seconds,
    step: 300,
    values: { MAE: 2, RMSE: 4 },
  });
});

/** A reader that shares nothing with the writer but the format. */
function readFolder(folder: string) {
  const [name = ""] = readdirSync(folder);
  expect(name).toMatch(/^events\.out\.tfevents\.\d{10}\./);
  const file = readFileSync(path.join(folder, name));
  const events = [];
  for (let at = 0; at < file.length; ) {
    const length = Number(file.readBigUInt64LE(at));
    const data = file.subarray(at + 12, at + 12 + length);
    for (const [part, sum] of [
      [file.subarray(at, at + 8), file.readUInt32LE(at + 8)],
      [data, file.readUInt32LE(at + 12 + length)],
    ] as const)
      expect(unmask(sum)).toBe(crc32c(part));
    events.push(eventOf(data));
    at += 16 + length;
  }
  return events;
}

function unmask(sum: number): number {
  const rotated = (sum - 0xa282ead8) >>> 0;
  return ((rotated << 15) | (rotated >>> 17)) >>> 0;
}

function eventOf(data: Buffer) {
  const fields = fieldsOf(data);
  const values = fields
    .filter(([field]) => field === 5)
    .flatMap(([, summary]) => fieldsOf(summary as Buffer).map(([, value]) => value));
  return {
    seconds: bufferOf(fields.find(([field]) => field === 1)).readDoubleLE(),
    ...Object.fromEntries(fields.flatMap(([field, value]) => (field === 2 ? [["step", value]] : []))),
    ...Object.fromEntries(fields.flatMap(([field, value]) => (field === 3 ? [["version", String(value)]] : []))),
    ...(values.length > 0 && {
      values: Object.fromEntries(
        values.map((value) => {
          const [tag, number] = fieldsOf(value as Buffer);
          return [String(tag?.[1]), bufferOf(number).readFloatLE()];
        }),
      ),
    }),
  };
}

function bufferOf(field: readonly [number, number | Buffer] | undefined): Buffer {
  if (!(field?.[1] instanceof Buffer)) throw new Error("the field is missing");
  return field[1];
}

function fieldsOf(data: Buffer): [number, number | Buffer][] {
  const fields: [number, number | Buffer][] = [];
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = data[at++] ?? 0;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < data.length) {
    const key = varint();
    const kind = key & 7;
    if (kind === 0) fields.push([key >> 3, varint()]);
    else {
      const length = kind === 2 ? varint() : kind === 1 ? 8 : 4;
      fields.push([key >> 3, data.subarray(at, at + length)]);
      at += length;
    }
  }
  return fields;
}
