import type { OnnxAttribute, OnnxModel, OnnxNode, OnnxTensor, OnnxValue } from "../../core/learning/onnx/onnxModel.js";
import {
  packedVarints,
  readMessage,
  textBytes,
  textOf,
  WireError,
  type WireField,
  writeMessage,
} from "../files/protobuf.js";

const IR_VERSION = 8;

const FLOAT = 1;
const INT64 = 7;
const DOUBLE = 11;
const ATTRIBUTE = { float: 1, int: 2, tensor: 4, ints: 7 } as const;

/** The bytes of a `.onnx` file. */
export function writeOnnx(model: OnnxModel): Uint8Array {
  const { producer, nodes, weights, inputs, outputs, metadata } = model;
  const graph = writeMessage([
    ...nodes.map((node): WireField => [1, nodeBytes(node)]),
    [2, textBytes(producer.name)],
    ...weights.map((weight): WireField => [5, tensorBytes(weight)]),
    ...inputs.map((value): WireField => [11, valueBytes(value)]),
    ...outputs.map((value): WireField => [12, valueBytes(value)]),
  ]);
  return writeMessage([
    [1, IR_VERSION],
    [2, textBytes(producer.name)],
    [3, textBytes(producer.version)],
    [6, textBytes(model.description)],
    [7, graph],
    [8, writeMessage([[2, model.opset]])],
    ...Object.entries(metadata).map(
      ([key, value]): WireField => [
        14,
        writeMessage([
          [1, textBytes(key)],
          [2, textBytes(value)],
        ]),
      ],
    ),
  ]);
}

function nodeBytes({ name, operator, inputs, outputs, attributes }: OnnxNode): Uint8Array {
  return writeMessage([
    ...inputs.map((input): WireField => [1, textBytes(input)]),
    ...outputs.map((output): WireField => [2, textBytes(output)]),
    [3, textBytes(name)],
    [4, textBytes(operator)],
    ...Object.entries(attributes).map(([key, value]): WireField => [5, attributeBytes(key, value)]),
  ]);
}

function attributeBytes(name: string, value: OnnxAttribute): Uint8Array {
  const named: WireField = [1, textBytes(name)];
  if ("int" in value) return writeMessage([named, [3, value.int], [20, ATTRIBUTE.int]]);
  if ("float" in value) return writeMessage([named, [2, { float: value.float }], [20, ATTRIBUTE.float]]);
  if ("ints" in value)
    return writeMessage([named, ...value.ints.map((one): WireField => [8, one]), [20, ATTRIBUTE.ints]]);
  return writeMessage([named, [5, tensorBytes(value)], [20, ATTRIBUTE.tensor]]);
}

/** Little-endian, as typed arrays are on every machine that Node runs on. */
function tensorBytes({ name, shape, values }: OnnxTensor): Uint8Array {
  const type = values instanceof Float32Array ? FLOAT : values instanceof Float64Array ? DOUBLE : INT64;
  const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return writeMessage([...shape.map((side): WireField => [1, side]), [2, type], [8, textBytes(name)], [9, raw]]);
}

function valueBytes({ name, type, shape, description }: OnnxValue): Uint8Array {
  const sides = shape.map(
    (side): WireField => [1, writeMessage([typeof side === "number" ? [1, side] : [2, textBytes(side)]])],
  );
  const tensor = writeMessage([
    [1, type === "float" ? FLOAT : DOUBLE],
    [2, writeMessage(sides)],
  ]);
  return writeMessage([
    [1, textBytes(name)],
    [2, writeMessage([[1, tensor]])],
    [3, textBytes(description)],
  ]);
}

/**
 * The model in the bytes of a `.onnx` file. Throws `WireError` for bytes that are none, and for weights of a kind that
 * no network of ours has.
 */
export function readOnnx(bytes: Uint8Array): OnnxModel {
  const model = new Message(bytes);
  const graph = model.message(7);
  if (graph === undefined) throw new WireError("it has no graph");
  const opsets = model.messages(8).map((set) => ({ domain: set.text(1), version: set.number(2) }));
  return {
    producer: { name: model.text(2), version: model.text(3) },
    description: model.text(6),
    nodes: graph.messages(1).map(nodeOf),
    weights: graph.messages(5).map(tensorOf),
    inputs: graph.messages(11).map(onnxValueOf),
    outputs: graph.messages(12).map(onnxValueOf),
    metadata: Object.fromEntries(model.messages(14).map((entry) => [entry.text(1), entry.text(2)])),
    opset: opsets.find(({ domain }) => domain === "" || domain === "ai.onnx")?.version ?? 0,
  };
}

/** The fields of a message by their numbers; what is not there is empty or 0, as the format has it. */
class Message {
  private readonly fields: readonly WireField[];

  constructor(bytes: Uint8Array) {
    this.fields = readMessage(bytes);
  }

  all(number: number): WireField[1][] {
    return this.fields.flatMap(([own, value]) => (own === number ? [value] : []));
  }

  bytes(number: number): Uint8Array | undefined {
    return this.all(number).findLast((value) => value instanceof Uint8Array);
  }

  text(number: number): string {
    return textOf(this.bytes(number) ?? new Uint8Array());
  }

  texts(number: number): string[] {
    return this.all(number).flatMap((value) => (value instanceof Uint8Array ? [textOf(value)] : []));
  }

  message(number: number): Message | undefined {
    const bytes = this.bytes(number);
    return bytes && new Message(bytes);
  }

  messages(number: number): Message[] {
    return this.all(number).flatMap((value) => (value instanceof Uint8Array ? [new Message(value)] : []));
  }

  number(number: number): number {
    return this.numbers(number).at(-1) ?? 0;
  }

  /** Packed or one after the other. */
  numbers(number: number): number[] {
    return this.all(number).flatMap((value) => {
      const whole =
        value instanceof Uint8Array ? packedVarints(value) : typeof value === "object" ? [] : [BigInt(value)];
      return whole.map((one) => Number(BigInt.asIntN(64, one)));
    });
  }

  float(number: number): number {
    const value = this.all(number).findLast((one) => typeof one === "object" && !(one instanceof Uint8Array));
    return typeof value === "object" && "float" in value ? value.float : 0;
  }
}

function nodeOf(message: Message): OnnxNode {
  const attributes = message.messages(5).map((attribute) => [attribute.text(1), attributeOf(attribute)] as const);
  const domain = message.text(7);
  return {
    name: message.text(3),
    operator: domain === "" || domain === "ai.onnx" ? message.text(4) : `${domain}.${message.text(4)}`,
    inputs: message.texts(1),
    outputs: message.texts(2),
    attributes: Object.fromEntries(attributes),
  };
}

function attributeOf(message: Message): OnnxAttribute {
  const kind = message.number(20);
  if (kind === ATTRIBUTE.float) return { float: message.float(2) };
  if (kind === ATTRIBUTE.ints) return { ints: message.numbers(8) };
  const tensor = kind === ATTRIBUTE.tensor ? message.message(5) : undefined;
  return tensor ? tensorOf(tensor) : { int: message.number(3) };
}

/** Weights in another file are refused. */
function tensorOf(message: Message): OnnxTensor {
  const name = message.text(8);
  const shape = message.numbers(1);
  const kind = message.number(2);
  if (message.number(14) === 1) throw new WireError(`the weights ${name} are in another file`);
  const size = shape.reduce((product, side) => product * side, 1);
  const raw = message.bytes(9);
  const values = raw ? rawValues(raw, kind) : listedValues(message, kind);
  if (values === undefined)
    throw new WireError(`the weights ${name} are of the kind ${kind}; only float, double and int64 can be read`);
  if (values.length !== size || shape.some((side) => side < 0))
    throw new WireError(`the weights ${name} are ${values.length} numbers, not ${size}`);
  return { name, shape, values };
}

function rawValues(raw: Uint8Array, kind: number): OnnxTensor["values"] | undefined {
  // a copy, so that numbers begin where their type may begin; of a Buffer `slice` is none
  const { buffer } = new Uint8Array(raw);
  if (kind === FLOAT) return new Float32Array(buffer, 0, Math.floor(raw.length / 4));
  if (kind === DOUBLE) return new Float64Array(buffer, 0, Math.floor(raw.length / 8));
  return kind === INT64 ? new BigInt64Array(buffer, 0, Math.floor(raw.length / 8)) : undefined;
}

function listedValues(message: Message, kind: number): OnnxTensor["values"] | undefined {
  if (kind === INT64) return BigInt64Array.from(message.numbers(7), BigInt);
  if (kind !== FLOAT && kind !== DOUBLE) return undefined;
  const packed = message.bytes(kind === FLOAT ? 4 : 10);
  if (packed) return rawValues(packed, kind);
  const single = message
    .all(4)
    .flatMap((value) => (typeof value === "object" && "float" in value ? [value.float] : []));
  return kind === FLOAT ? Float32Array.from(single) : new Float64Array();
}

function onnxValueOf(message: Message): OnnxValue {
  const tensor = message.message(2)?.message(1);
  const sides = tensor?.message(2)?.messages(1) ?? [];
  return {
    name: message.text(1),
    type: tensor?.number(1) === DOUBLE ? "double" : "float",
    shape: sides.map((side) => side.number(1) || side.text(2)),
    description: message.text(3),
  };
}
