import type { FromCrystalView } from "./crystalView.js";
import type { FromStudyView } from "./studyView.js";
import type { FromVoxelView } from "./voxelView.js";

/**
 * The host checks every message of a page before it acts: a page shows the content of files, so a crafted file would
 * take it over first.
 * A message of any other form is ignored.
 */
type Checks<Message extends { readonly type: string }> = {
  readonly [Type in Message["type"]]: (message: Fields) => boolean;
};
type Fields = Readonly<Record<string, unknown>>;

/** No picture of a view and no table is larger. */
const MAX_BYTES = 2 ** 28;
const MAX_NAME = 4096;
const MAX_FRAME = 1e9;
const MAX_MODELS = 1000;
const MAX_PLACE = 1e9;
const MAX_OTHERS = 16;

const isName = (value: unknown): boolean => typeof value === "string" && value.length <= MAX_NAME;
const isWhole = (value: unknown, most: number): boolean =>
  Number.isInteger(value) && Number(value) >= 1 && Number(value) <= most;
const isOneOf = (value: unknown, choices: readonly string[]): boolean =>
  typeof value === "string" && choices.includes(value);
const isBytes = (value: unknown): boolean => value instanceof Uint8Array && value.byteLength <= MAX_BYTES;
const isUsedModel = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  "target" in value &&
  isName(value.target) &&
  "model" in value &&
  isName(value.model);
const nothing = () => true;
/** The beginning of a file, or a line and column of it. */
const isPlaceOrNothing = ({ line, column }: Fields): boolean =>
  (line === undefined && column === undefined) || (isWhole(line, MAX_PLACE) && isWhole(column, MAX_PLACE));

const VOXEL_VIEW: Checks<FromVoxelView> = {
  ready: nothing,
  showText: isPlaceOrNothing,
  predict: nothing,
  explain: ({ model }) => isName(model),
  chooseComponent: ({ component }) => isOneOf(component, ["total", "magnetization", "mx", "my", "mz"]),
  chooseFrame: ({ frame }) => isWhole(frame, MAX_FRAME),
  export: ({ format, bytes }) => {
    if (format === "npz") return bytes === undefined;
    if (isOneOf(format, ["glb", "obj"])) return isBytes(bytes);
    return isOneOf(format, ["csv", "png"]) && (bytes === undefined || isBytes(bytes));
  },
};

/** A name as one part of a path on every system: whatever else stands in it becomes `_`. */
export const asFileName = (name: string): string =>
  name
    .replace(/[^\p{L}\p{N} _().,+-]/gu, "_")
    .replace(/^[ .]+/, "_")
    .slice(0, 200) || "_";

const STUDY_VIEW: Checks<FromStudyView> = {
  ready: nothing,
  stop: nothing,
  resume: nothing,
  openReport: nothing,
  openMaterial: ({ id }) => isName(id),
  compare: ({ folder }) => isName(folder),
  useModels: ({ models }) => Array.isArray(models) && models.length <= MAX_MODELS && models.every(isUsedModel),
  export: ({ format, name, bytes }) => isOneOf(format, ["png", "svg", "csv"]) && isName(name) && isBytes(bytes),
};

const CRYSTAL_VIEW: Checks<FromCrystalView> = {
  ready: nothing,
  showText: isPlaceOrNothing,
  chooseFrame: ({ frame }) => isWhole(frame, MAX_FRAME),
  chooseOther: nothing,
  reopenOthers: ({ files }) => Array.isArray(files) && files.length <= MAX_OTHERS && files.every(isName),
  export: ({ format, bytes }) =>
    isOneOf(format, ["png", "glb", "obj", "csv"]) && bytes instanceof Uint8Array && bytes.byteLength <= MAX_BYTES,
};

/** A message of the crystal view; undefined for anything else. */
export const crystalViewMessage = (message: unknown): FromCrystalView | undefined => checked(CRYSTAL_VIEW, message);

/** A message of the voxel view; undefined for anything else. */
export const voxelViewMessage = (message: unknown): FromVoxelView | undefined => checked(VOXEL_VIEW, message);

/** A message of the study view; undefined for anything else. */
export const studyViewMessage = (message: unknown): FromStudyView | undefined => checked(STUDY_VIEW, message);

function checked<Message extends { readonly type: string }>(
  checks: Checks<Message>,
  message: unknown,
): Message | undefined {
  if (typeof message !== "object" || message === null || !("type" in message)) return undefined;
  const { type } = message;
  if (typeof type !== "string" || !Object.hasOwn(checks, type)) return undefined;
  const check = (checks as Readonly<Record<string, (message: Fields) => boolean>>)[type];
  return check?.(message as Fields) ? (message as unknown as Message) : undefined;
}
