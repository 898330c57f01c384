import { volumetricKind } from "../../core/formats/fileNames.js";
import { type XsfHead, XsfHeadReader } from "../../core/formats/xsf.js";
import { FILE_START, type Parsed, type Problem, problem } from "../../core/text/problem.js";
import { ByteSource } from "../files/byteSource.js";
import { headOf } from "./frameBuilder.js";
import { sourceProblem, type ValueSource } from "./scaledValues.js";

/**
 * The first grid of an XCrySDen file, without the last points on each axis where they repeat the first ones. Rejects
 * only with the signal's reason.
 */
export async function xsfSource(file: string, signal?: AbortSignal): Promise<Parsed<ValueSource>> {
  const reader = new XsfHeadReader();
  try {
    for await (const line of linesOf(file)) {
      reader.push(line);
      if (reader.isOver) break;
    }
  } catch (error) {
    signal?.throwIfAborted();
    return { problems: [sourceProblem(error)] };
  }
  const { value, problems } = reader.finish();
  if (!value) return { problems };
  if (!value.grid)
    return { problems: [problem("error", FILE_START, "this XSF file holds no grid (BEGIN_BLOCK_DATAGRID_3D)")] };
  const [a, b, c] = value.grid;
  const twice = value.repeats ? 1 : 0;
  const others = { count: 0 };
  const kind = volumetricKind(file.replace(/\.xsf/i, ""));
  return {
    value: {
      head: headOf(value.structure, [a - twice, b - twice, c - twice], "x"),
      ...(kind && { kind }),
      blocks: 1,
      problems,
      values: () => valuesOf(file, value, others),
      remarks: () => otherGridsProblem(others.count),
    },
    problems: [],
  };
}

function otherGridsProblem(count: number): Problem[] {
  if (count === 0) return [];
  const template = "the file holds {0} grids: the first one is read";
  return [problem("information", FILE_START, template, count + 1)];
}

/** Rows of x, without the points that are there twice; then `others` counts the grids behind them. */
async function* valuesOf(
  file: string,
  { grid, repeats, firstValueLine }: XsfHead,
  others: { count: number },
): AsyncGenerator<Float64Array> {
  const [nx = 2, ny = 2, nz = 2] = grid ?? [];
  const twice = repeats ? 1 : 0;
  let line = 0;
  let isDone = false;
  others.count = 0;
  let [x, y, z] = [0, 0, 0];
  let row = new Float64Array(nx - twice);
  for await (const text of linesOf(file)) {
    line++;
    if (line < firstValueLine) continue;
    if (isDone) {
      if (/^\s*(?:BEGIN_)?DATAGRID_3D/i.test(text)) others.count++;
      continue;
    }
    for (const token of text.trim().split(/\s+/)) {
      if (token === "") continue;
      isDone ||= /^END/i.test(token);
      if (isDone) break;
      if (x < nx - twice) row[x] = Number(token.replace(/[dD]/, "e"));
      if (++x < nx) continue;
      x = 0;
      if (y < ny - twice && z < nz - twice) yield row;
      row = new Float64Array(nx - twice);
      if (++y < ny) continue;
      y = 0;
      isDone = ++z === nz;
    }
  }
}

const LONGEST_LINE = 16 * 2 ** 20;

async function* linesOf(file: string): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of new ByteSource(file, { hash: false }).chunks()) {
    const lines = (rest + Buffer.from(chunk).toString("latin1")).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > LONGEST_LINE) return;
    yield* lines;
  }
  if (rest !== "") yield rest;
}
