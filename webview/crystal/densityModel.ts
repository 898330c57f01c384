import type {
  CrystalViewCalls,
  DensityData,
  FieldFacts,
  LineData,
  OtherDensity,
  ProbeData,
  ProfileData,
  SliceData,
  SphereData,
  SurfaceMesh,
  SymmetryData,
} from "../../src/protocol/crystalView.js";
import type { RpcPeer } from "../../src/protocol/rpc.js";
import {
  activeTerms,
  combinedTitle,
  type FieldChoice,
  findChoice,
  type OpenFiles,
  plainField,
} from "./combinedFields.js";
import type { CrystalSettings } from "./crystalSettings.js";
import { Latest } from "./latest.js";
import type { LevelMesh } from "./surfaceStyles.js";

export type Calls = Pick<RpcPeer<Record<string, never>, CrystalViewCalls>, "call">;

/**
 * Above `smooth` triangles a coarser mesh is drawn while the scene turns, of at most `moving`: by a graphics card, and
 * without one.
 */
const TRIANGLES = { card: { smooth: 100_000, moving: 40_000 }, none: { smooth: 12_000, moving: 12_000 } };
const SLICE_POINTS = 320;
const LEVEL_STEPS = 97;
/** The level's slider runs over this many decades below the largest value. */
const DECADES = 4;

/** Levels of the logarithmic slider and the share of the field's integral beyond each. */
export interface LevelTable {
  readonly levels: readonly number[];
  readonly percent: readonly number[];
}

/** What the job process has made of the field so far; each part comes when it comes. */
export interface DensityState extends OpenFiles {
  /** The facts of a sum or difference, and which one it is. */
  readonly combined?: { readonly key: string; readonly facts: FieldFacts };
  readonly meshes: readonly LevelMesh[];
  readonly coarse: readonly LevelMesh[];
  readonly table?: LevelTable;
  readonly slice?: SliceData;
  readonly profile?: ProfileData;
  readonly line?: LineData;
  readonly sphere?: SphereData;
  readonly probe?: ProbeData;
  readonly symmetry?: SymmetryData;
  /** What a call said when it failed. */
  readonly problem?: string;
}

/** Asks the job process for what the settings show, the newest request first, and keeps the answers. */
export class DensityModel {
  state: DensityState = { others: [], meshes: [], coarse: [] };
  private readonly surfaces: Latest;
  private readonly slices: Latest;
  private readonly profiles: Latest;
  private readonly tables: Latest;
  private readonly facts: Latest;
  private readonly probes: Latest;
  /** The newest. */
  private settings: CrystalSettings | undefined;
  private shownKeys = { surface: "", slice: "", profile: "", table: "", facts: "" };

  /** `isSlow`: whether no graphics card draws. */
  constructor(
    private readonly calls: Calls,
    private readonly changed: () => void,
    private readonly isSlow: () => boolean = () => false,
  ) {
    const failed = (error: unknown) => this.update({ problem: error instanceof Error ? error.message : String(error) });
    this.surfaces = new Latest(failed);
    this.slices = new Latest(failed);
    this.profiles = new Latest(failed);
    this.tables = new Latest(failed);
    this.facts = new Latest(failed);
    // A point whose value does not come is shown without it.
    this.probes = new Latest(() => {});
  }

  /** A new file, frame or whole grid in place of a sample: everything is asked for again. */
  open(density: DensityData | undefined, settings: CrystalSettings): void {
    const { symmetry, others } = this.state;
    const kept =
      this.state.density?.how === "sample" && density !== undefined ? this.state : { meshes: [], coarse: [] };
    this.state = { ...kept, others, ...(density && { density }), ...(symmetry && { symmetry }) };
    this.shownKeys = { surface: "", slice: "", profile: "", table: "", facts: "" };
    this.apply(settings);
  }

  /** A second file was chosen, or read again. */
  addOther(other: OtherDensity, settings: CrystalSettings): void {
    const others = [...this.state.others.filter(({ file }) => file !== other.file), other];
    this.state = { ...this.state, others };
    this.apply(settings);
  }

  /** What is shown; of a sum or difference undefined until the job process has told its facts. */
  field(settings: CrystalSettings): FieldFacts | undefined {
    if (activeTerms(this.state, settings).length === 0) return plainField(this.state, settings);
    const { combined } = this.state;
    return combined?.key === this.requestKey(settings) ? combined.facts : undefined;
  }

  /** What people call what is shown. */
  title(settings: CrystalSettings): string {
    return combinedTitle(this.state, settings);
  }

  /** The field that colours the surface. */
  colouring(settings: CrystalSettings): FieldChoice | undefined {
    return findChoice(this.state, settings.colourBy);
  }

  /** The field as the job process knows it. A sample has no terms: whole grids are combined. */
  private request(settings: CrystalSettings) {
    const terms = activeTerms(this.state, settings);
    const field = plainField(this.state, settings)?.name;
    const isSample = this.state.density?.how === "sample";
    return { ...(field && { field }), ...(terms.length > 0 && { terms }), ...(isSample && { sample: true }) };
  }

  private requestKey(settings: CrystalSettings): string {
    return JSON.stringify([this.request(settings), this.state.density?.how]);
  }

  /** The level in the field's unit that a place of the slider means. */
  level(settings: CrystalSettings): number | undefined {
    const field = this.field(settings);
    if (field === undefined) return undefined;
    if (settings.level === undefined) return field.suggestedLevel;
    const [low, high] = levelRange(field);
    return low * (high / low) ** settings.level;
  }

  /** Where the level stands on the slider. */
  levelPlace(settings: CrystalSettings): number {
    const field = this.field(settings);
    if (settings.level !== undefined || field === undefined) return settings.level ?? 0.5;
    const [low, high] = levelRange(field);
    return Math.max(0, Math.min(1, Math.log(field.suggestedLevel / low) / Math.log(high / low)));
  }

  /** Percent of the integral beyond a level, from the table; undefined while that is not there. */
  percentInside(level: number): number | undefined {
    const { table } = this.state;
    if (table === undefined) return undefined;
    const after = table.levels.findIndex((one) => one >= level);
    if (after <= 0) return table.percent[after === 0 ? 0 : table.percent.length - 1];
    const [l0, l1] = [table.levels[after - 1] ?? level, table.levels[after] ?? level];
    const share = l1 > l0 ? Math.log(level / l0) / Math.log(l1 / l0) : 0;
    return (table.percent[after - 1] ?? 0) * (1 - share) + (table.percent[after] ?? 0) * share;
  }

  /** Asks for whatever the settings show and is not there. */
  apply(settings: CrystalSettings): void {
    this.settings = settings;
    const { density } = this.state;
    if (density === undefined) return;
    const field = this.field(settings);
    const request = this.request(settings);
    if (field === undefined) {
      this.askFacts(settings, request);
      return;
    }
    this.applySurface(settings, field, request);
    if (settings.plane || settings.mode === "slice") this.applySlice(settings, request);
    if (settings.mode === "profile") this.applyProfile(settings, request);
    const tableKey = this.requestKey(settings);
    if (this.shownKeys.table !== tableKey) {
      this.shownKeys.table = tableKey;
      const [low, high] = levelRange(field);
      const levels = Array.from({ length: LEVEL_STEPS }, (_, i) => low * (high / low) ** (i / (LEVEL_STEPS - 1)));
      this.tables.ask(async () => {
        const inside = await this.calls.call("inside", { ...request, levels });
        this.update({ table: { levels: [...inside.levels], percent: [...inside.percent] } });
      });
    }
  }

  /** A combination's facts come first: its level and colours follow from them. */
  private askFacts(settings: CrystalSettings, request: object): void {
    const key = this.requestKey(settings);
    if (this.state.density?.how === "sample" || this.shownKeys.facts === key) return;
    this.shownKeys = { surface: "", slice: "", profile: "", table: "", facts: key };
    this.update({ meshes: [], coarse: [] });
    this.facts.ask(async () => {
      const facts = await this.calls.call("fieldFacts", request);
      this.state = { ...this.state, combined: { key, facts } };
      this.apply(this.settings ?? settings);
      this.changed();
    });
  }

  /** The field's values along the straight line between two points, fractional. */
  askLine(
    settings: CrystalSettings,
    from: readonly [number, number, number],
    to: readonly [number, number, number],
  ): void {
    const field = this.field(settings);
    if (field === undefined) return;
    this.profiles.ask(async () =>
      this.update({ line: await this.calls.call("line", { ...this.request(settings), from, to }) }),
    );
  }

  /** The field's integral in a sphere around an atom. */
  askSphere(settings: CrystalSettings, centre: number, radius: number): void {
    const field = this.field(settings);
    if (field === undefined) return;
    this.tables.ask(async () =>
      this.update({ sphere: await this.calls.call("sphere", { ...this.request(settings), centre, radius }) }),
    );
  }

  /** The field's value at one point, fractional. */
  askProbe(settings: CrystalSettings, fractional: readonly [number, number, number]): void {
    if (this.field(settings) === undefined) return;
    const params = { ...this.request(settings), at: { fractional } };
    this.probes.ask(async () => this.update({ probe: await this.calls.call("probe", params) }));
  }

  async askSymmetry(frame: number | undefined): Promise<void> {
    try {
      const { symmetry } = await this.calls.call("symmetry", frame === undefined ? {} : { frame });
      if (symmetry) this.update({ symmetry });
    } catch {
      // Without its symmetry a crystal is shown all the same.
    }
  }

  forget(part: "line" | "sphere"): void {
    const { [part]: _, ...rest } = this.state;
    this.state = rest;
    this.changed();
  }

  private applySurface(settings: CrystalSettings, field: FieldFacts, request: object): void {
    const level = this.level(settings);
    if (!settings.surface || level === undefined) {
      if (this.state.meshes.length > 0) this.update({ meshes: [], coarse: [] });
      this.shownKeys.surface = "";
      return;
    }
    const surfaces = this.surfacesOf(settings, level, field);
    const levels = [...surfaces.keys()];
    const named = (meshes: readonly SurfaceMesh[]) =>
      meshes.map((mesh) => ({ ...mesh, surface: surfaces.get(mesh.level) ?? 0 }));
    const colour = this.colouring(settings)?.chosen;
    const key = JSON.stringify([request, levels, settings.closed, colour]);
    if (key === this.shownKeys.surface) return;
    this.shownKeys.surface = key;
    this.surfaces.ask(async () => {
      const whole = { ...request, levels, closed: settings.closed, ...(colour && { colour }) };
      const meshes = named((await this.calls.call("isosurface", whole)).meshes);
      const cells = settings.cells[0] * settings.cells[1] * settings.cells[2];
      const triangles = (cells * meshes.reduce((sum, { indices }) => sum + indices.length, 0)) / 3;
      const { smooth, moving } = TRIANGLES[this.isSlow() ? "none" : "card"];
      const isLarge = triangles > smooth;
      const most = Math.max(1000, moving / cells / Math.max(1, meshes.length));
      const coarse = isLarge
        ? named((await this.calls.call("isosurface", { ...whole, maxTriangles: Math.round(most) })).meshes)
        : [];
      this.update({ meshes, coarse });
    });
  }

  /** The levels of all surfaces with both lobes, each once, and to which surface it belongs. */
  private surfacesOf(
    settings: CrystalSettings,
    first: number,
    { minimum, maximum, signed }: FieldFacts,
  ): ReadonlyMap<number, number> {
    const further = settings.furtherLevels.flatMap(({ level }) => this.level({ ...settings, level }) ?? []);
    const surfaces = new Map<number, number>();
    for (const [surface, level] of [first, ...further].entries()) {
      for (const one of [level, -level]) {
        const isThere = one > minimum && one < maximum && (one > 0 || signed);
        if (isThere && !surfaces.has(one)) surfaces.set(one, surface);
      }
    }
    return surfaces;
  }

  private applySlice({ hkl, offset }: CrystalSettings, request: object): void {
    const key = JSON.stringify([request, hkl, offset]);
    if (key === this.shownKeys.slice || hkl.every((n) => n === 0)) return;
    this.shownKeys.slice = key;
    this.slices.ask(async () =>
      this.update({ slice: await this.calls.call("slice", { ...request, hkl, offset, size: SLICE_POINTS }) }),
    );
  }

  private applyProfile({ axis, window }: CrystalSettings, request: object): void {
    const key = JSON.stringify([request, axis, window]);
    if (key === this.shownKeys.profile) return;
    this.shownKeys.profile = key;
    const params = { ...request, axis, ...(window > 0 && { window }) };
    this.profiles.ask(async () => this.update({ profile: await this.calls.call("profile", params) }));
  }

  private update(part: Partial<DensityState>): void {
    const { problem: _, ...rest } = this.state;
    this.state = { ...rest, ...part };
    this.changed();
  }
}

/** The least and the largest level of the slider, in the field's unit. */
export function levelRange({ minimum, maximum, signed }: FieldFacts): readonly [number, number] {
  const high = signed ? Math.max(maximum, -minimum) : maximum;
  if (!(high > 0)) return [1e-3, 1];
  return [Math.max(high / 10 ** DECADES, signed ? 0 : Math.min(minimum, high * 0.5)), high];
}
