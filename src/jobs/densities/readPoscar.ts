import type { Structure } from "../../core/crystal/structure.js";
import { finishPoscar } from "../../core/formats/poscar.js";
import { PoscarReader } from "../../core/formats/poscarReader.js";
import type { Parsed } from "../../core/text/problem.js";
import { readLines } from "../files/readLines.js";
import type { ReadTextOptions } from "../files/readText.js";

/**
 * The structure in a POSCAR or CONTCAR, packed or not; of what follows the positions only the next line is looked at.
 */
export async function readPoscar(file: string, options: ReadTextOptions = {}): Promise<Parsed<Structure>> {
  const reader = new PoscarReader();
  let next = "";
  let number = 0;
  const failed = await readLines(
    file,
    (line) => {
      number++;
      next = line;
      if (reader.state !== "reading") return false;
      reader.push(line);
      next = "";
      return true;
    },
    options,
  );
  return failed.length > 0 ? { problems: failed } : finishPoscar(reader, next, number);
}
