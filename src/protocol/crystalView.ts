import type { EncodeSettings } from "../core/descriptors/encodeSettings.js";
import type { DensityUnit, FieldName } from "../core/formats/volumetricFields.js";
import type { Matrix3, Vector3 } from "../core/math/matrix3.js";
import type { Problem } from "../core/text/problem.js";
import type { VoxelViewData } from "./voxelView.js";

/*
 * The crystal and density view. Frames of reference: Cartesian coordinates in Å, in which the rows of `lattice` are a,
 * b, c; fractional ones with r = x a + y b + z c, and of every grid the first point at the cell's origin. Plain data:
 * structured clone carries all of it, and typed arrays of a result are its own, so that they may be transferred on.
 */

/** What the first lines of a file tell: atoms and cell, at once, however large the file is. */
export interface CrystalData {
  /** The file's base name. */
  readonly title: string;
  /** CHGCAR, POSCAR, XDATCAR, vasprun, cif, ... */
  readonly kind: string;
  /** Reduced; empty where the file names no elements. */
  readonly formula: string;
  /** Rows a, b, c, Å. */
  readonly lattice: Matrix3;
  /** Å³ */
  readonly volume: number;
  /** One label per atom: an element symbol; `X` where the file names none. */
  readonly species: readonly string[];
  /** 3 per atom, in the file's order, not reduced into [0, 1). */
  readonly fractional: Float64Array;
  /** Selective dynamics, 3 per atom: 1 is free. */
  readonly free?: Uint8Array;
  /** Of a file with several (XDATCAR, vasprun.xml): how many, and which of them this is, from 1. */
  readonly frames?: { readonly count: number; readonly shown: number };
  /** Whether a grid of values follows, for `openDensity`. */
  readonly hasDensity: boolean;
}

export type { DensityUnit, FieldName };

export interface FieldFacts {
  readonly name: FieldName;
  readonly unit: DensityUnit;
  /** Of the grid's points, in `unit`. */
  readonly minimum: number;
  readonly maximum: number;
  readonly mean: number;
  /**
   * It takes both signs by its nature (magnetisation, potential, differences): surfaces have two lobes, colours
   * diverge.
   */
  readonly signed: boolean;
  /** The integral over the cell: electrons, or μ_B; of densities alone. */
  readonly integral?: number;
  /** A level to begin with, in `unit`: above zero; for signed fields the other lobe is at minus it. */
  readonly suggestedLevel: number;
}

/** A field that is added to another one, `factor` times (-1: difference, 1: sum). */
export interface FieldTerm {
  /** Absent: another field of the same file and frame. */
  readonly file?: string;
  /** Default: the one of the same name as the first. */
  readonly field?: FieldName;
  readonly factor: number;
}

/** What is shown. */
export interface ShownSource {
  /** Absolute path. */
  readonly file: string;
  /** Of a file with several, from 1. Default: the last complete one. */
  readonly frame?: number;
  /** Of a file with spectra of many: the material's name. Its field is the Patterson function. */
  readonly material?: string;
}

/** One grid of one file, or a combination of several on like grids. */
export interface FieldRequest extends ShownSource {
  /** Default: the file's first. */
  readonly field?: FieldName;
  /** What is added. Grids and cells must be alike, else the call rejects with the reason. */
  readonly terms?: readonly FieldTerm[];
  /** Uses the coarse sample of `sampleDensity`, where the whole grid is not there yet. */
  readonly sample?: boolean;
}

/** A second file that a person chose beside the one of a view. */
export interface OtherDensity {
  readonly file: string;
  /** Its folder and name. */
  readonly title: string;
  readonly kind: string;
  readonly fields: readonly FieldFacts[];
  /**
   * Fields of unlike grids cannot be added, but colour each other's surfaces; of unlike cells nothing can be compared.
   */
  readonly differs?: { readonly what: "grid" | "cell"; readonly own: string; readonly other: string };
}

/** A grid that is kept for pictures. */
export interface DensityData {
  readonly title: string;
  readonly kind: string;
  /** Points along a, b, c in the file. */
  readonly grid: Vector3;
  /**
   * Points along a, b, c that are kept: fewer for a sample, and where the file's grid has more than 32 million points
   * (block means).
   */
  readonly kept: Vector3;
  /**
   * whole: every point; means: averages over blocks of points; sample: every so many points, so that extremes are
   * estimates.
   */
  readonly how: "whole" | "means" | "sample";
  readonly fields: readonly FieldFacts[];
  /** Of a file that stores a density: the integral of its first block. */
  readonly electrons?: number;
  /** The file lacks values; the blocks that are complete are here. */
  readonly truncated: boolean;
}

export interface SurfaceRequest extends FieldRequest {
  /** In the field's unit, any number of them, also negative ones. */
  readonly levels: readonly number[];
  /**
   * Faces of the cell are closed where the field there is beyond the level. Default false: open, so that repeated cells
   * join without walls.
   */
  readonly closed?: boolean;
  /**
   * Takes every second, third, ... point until a mesh has no more triangles than that (a mesh to show while turning).
   */
  readonly maxTriangles?: number;
  /**
   * Values of another field at the vertices, to colour the surface; without `file` of the same file and frame. Cells
   * must be alike.
   */
  readonly colour?: { readonly file?: string; readonly field?: FieldName };
}

/** One level of one field inside the cell [0, 1]³. */
export interface SurfaceMesh {
  readonly level: number;
  /** Cartesian, Å, 3 per vertex. */
  readonly positions: Float32Array;
  /** Unit vectors, 3 per vertex, towards smaller |values|: out of the enclosed region. */
  readonly normals: Float32Array;
  /** 3 per triangle, counterclockwise seen from outside. */
  readonly indices: Uint32Array;
  /** Å², of the isosurface, without the closed faces. */
  readonly area: number;
  /** Å³ of the cell in which the field is beyond the level (above a positive, below a negative one). */
  readonly volume: number;
  /**
   * From which index on (in `indices`) the triangles of closed faces stand; equal to the length where the surface is
   * open.
   */
  readonly facesFrom: number;
  /** One per vertex, in the unit of the field that colours. */
  readonly colour?: Float32Array;
  /** Points along an axis between two that were used: 1 is the whole mesh. */
  readonly stride: number;
}

export interface SurfaceResult {
  readonly unit: DensityUnit;
  readonly meshes: readonly SurfaceMesh[];
}

/** Of a plane: h x + k y + l z = offset + an integer, in fractional coordinates. */
export interface SliceRequest extends FieldRequest {
  readonly hkl: Vector3;
  /** In spacings of the planes, 0 to 1. */
  readonly offset: number;
  /** Points per side, 2 to 2048. */
  readonly size: number;
  /**
   * lattice: u and v are the plane's shortest lattice vectors, so that the picture repeats. rectangle: v is made
   * perpendicular to u. Default lattice.
   */
  readonly axes?: "lattice" | "rectangle";
}

export interface SliceData {
  readonly unit: DensityUnit;
  /** Cartesian, Å: the point (i, j) is origin + (i u + j v) / size; u and v span whole periods of the plane. */
  readonly origin: Vector3;
  readonly u: Vector3;
  readonly v: Vector3;
  /** u runs fastest. */
  readonly size: number;
  readonly values: Float32Array;
  readonly minimum: number;
  readonly maximum: number;
  /** Å between neighbouring planes. */
  readonly spacing: number;
  /** Which lies in the plane: h x + k y + l z. */
  readonly offset: number;
}

export interface ProfileRequest extends FieldRequest {
  readonly axis: "a" | "b" | "c";
  /** Å: also a running mean over this length, periodic (macroscopic average). */
  readonly window?: number;
}

export interface ProfileData {
  readonly unit: DensityUnit;
  /** One per grid plane: position along the axis, Å. */
  readonly z: Float64Array;
  readonly planar: Float64Array;
  readonly macroscopic?: Float64Array;
  /** Å: after which it repeats, the axis' length. */
  readonly length: number;
  /** Of a LOCPOT with vacuum: the level there (eV) and between which z (Å; `to` may exceed `length`) it was taken. */
  readonly vacuum?: { readonly level: number; readonly from: number; readonly to: number; readonly slope: number };
  /** eV, where OUTCAR, DOSCAR or vasprun.xml beside the file gives it; work function = vacuum level - Fermi energy. */
  readonly fermi?: { readonly energy: number; readonly source: string };
  readonly workFunction?: number;
}

export interface LineRequest extends FieldRequest {
  /** Fractional; the straight line between the two, which may leave the cell. */
  readonly from: Vector3;
  readonly to: Vector3;
  /** Points, both ends included. Default 200. */
  readonly points?: number;
}

export interface LineData {
  readonly unit: DensityUnit;
  /** From the first point, Å. */
  readonly distance: Float64Array;
  readonly values: Float64Array;
}

export interface ProbeData {
  readonly unit: DensityUnit;
  /** Interpolated between grid points by a cubic, within the grid's extremes. */
  readonly value: number;
  readonly fractional: Vector3;
  /** Å */
  readonly cartesian: Vector3;
  /** The nearest atom under periodicity: from 0, its label and distance in Å; absent where the file holds none. */
  readonly nearest?: { readonly atom: number; readonly species: string; readonly distance: number };
}

export interface SphereData {
  readonly unit: DensityUnit;
  /** Å³ of the sphere. */
  readonly volume: number;
  /** The field's integral: electrons, μ_B, eV Å³ or Å³. */
  readonly integral: number;
  readonly mean: number;
}

/** What follows from the stored values by sums over the grid. Energies in eV, of the cell; lengths in Å. */
export interface Integrals {
  /** means: the grid was averaged over blocks, so that extremes and energies are near, not exact. */
  readonly how: DensityData["how"];
  readonly atoms: number;
  /** Of the first field. */
  readonly unit: DensityUnit;
  readonly electrons?: number;
  /** μ_B: integrals of the magnetisation's blocks. */
  readonly moments?: readonly number[];
  /** Of all waves of the grid but the mean, and the part of those beyond g_cut. */
  readonly eHartree?: number;
  readonly eHartreeBeyondCutoff?: number;
  /** E_xc - int(v_xc rho) and E_xc in the local density approximation, of the stored density. */
  readonly xcLda?: number;
  readonly exchangeCorrelationLda?: number;
  /** Of the first field, in its unit, and where (fractional). */
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly minAt: Vector3;
  readonly maxAt: Vector3;
  /** e Å: of the electrons (negative charge) about the cell's middle, the cell taken from 0 to 1. */
  readonly dipole?: Vector3;
  /** Of a slab's density, ions included, where a file beside it tells their charges. */
  readonly slabDipole?: SlabDipole;
}

export interface SlabDipole {
  readonly axis: "a" | "b" | "c";
  /** e Å along the slab's normal; positive towards the axis' end when its positive charge lies there. */
  readonly value: number;
  /** The file that tells the ions' charges. */
  readonly source: string;
}

/**
 * How levels and the share of the field's integral beyond them belong together; of fields that are nowhere of two
 * signs, else of |value|.
 */
export interface InsideData {
  readonly unit: DensityUnit;
  /** In the order of what was asked for. */
  readonly levels: readonly number[];
  /** Percent of the integral (electrons, of a density) where the field is beyond the level. */
  readonly percent: readonly number[];
  /** Percent of the cell's volume there. */
  readonly volumePercent: readonly number[];
}

export interface SymmetryData {
  /** International Tables, 1 to 230. */
  readonly number: number;
  /** Hermann-Mauguin, short: `Fm-3m`. */
  readonly symbol: string;
  /** `-F 4 2 3` */
  readonly hall: string;
  /** `cF8` */
  readonly pearson: string;
  /** Å: the tolerance that was used. */
  readonly tolerance: number;
  /** One letter per atom of the file. */
  readonly wyckoff: readonly string[];
  /** One site symmetry per atom: `m-3m`. */
  readonly siteSymmetry: readonly string[];
  /** The first atom, from 0, that is equivalent to each atom. */
  readonly orbits: readonly number[];
  readonly operations: number;
  /** In their standard settings. */
  readonly primitive: CellData;
  readonly conventional: CellData;
}

export interface CellData {
  readonly lattice: Matrix3;
  readonly species: readonly string[];
  readonly fractional: Float64Array;
}

/** Methods of the job process for this view. Every one can be cancelled; those that read files report progress 0..1. */
export type CrystalMethods = {
  /**
   * Atoms and cell from the head of any file that has them (densities, POSCAR, CONTCAR, XDATCAR, vasprun.xml, .cif,
   * .h5, .cube): a few ms.
   */
  openStructure(params: ShownSource): Promise<{ crystal?: CrystalData; problems: readonly Problem[] }>;
  /** The same crystal in every frame (XDATCAR, vasprun.xml): lattices 9 and coordinates 3 x atoms numbers per frame. */
  openFrames(params: {
    file: string;
  }): Promise<{ count: number; lattices: Float64Array; fractional: Float32Array; problems: readonly Problem[] }>;
  /**
   * A coarse sample of a large plain file, by seeking: well below a second. Without `density` where it has no such
   * columns: wait for `openDensity`.
   */
  sampleDensity(params: { file: string }): Promise<{ density?: DensityData; problems: readonly Problem[] }>;
  /**
   * Reads the file once: grids that are kept for what follows, and with `settings` the descriptor view's data. There is
   * a `density` whenever one block is complete, also beside errors. The other methods open a file by themselves where
   * its grids are no longer kept, or were never read.
   */
  openDensity(
    params: ShownSource & { readonly settings?: EncodeSettings },
  ): Promise<{ density?: DensityData; voxels?: VoxelViewData; problems: readonly Problem[] }>;
  /** Reads a second file and says what can be done with it beside the first. */
  openOther(
    params: ShownSource & { readonly other: string },
  ): Promise<{ other?: OtherDensity; problems: readonly Problem[] }>;
  /** The facts of a field that is combined of several. */
  fieldFacts(params: FieldRequest): Promise<FieldFacts>;
  isosurface(params: SurfaceRequest): Promise<SurfaceResult>;
  /** Give levels or percents. */
  inside(
    params: FieldRequest & ({ readonly levels: readonly number[] } | { readonly percents: readonly number[] }),
  ): Promise<InsideData>;
  slice(params: SliceRequest): Promise<SliceData>;
  profile(params: ProfileRequest): Promise<ProfileData>;
  line(params: LineRequest): Promise<LineData>;
  /** `fractional` or `cartesian` (Å). */
  probe(
    params: FieldRequest & { readonly at: { readonly fractional: Vector3 } | { readonly cartesian: Vector3 } },
  ): Promise<ProbeData>;
  /** `atom` (from 0) or a fractional centre; radius in Å. */
  sphere(params: FieldRequest & { readonly centre: number | Vector3; readonly radius: number }): Promise<SphereData>;
  /** `cutoff`: g_cut in Å⁻¹. */
  integrals(params: ShownSource & { readonly cutoff: number }): Promise<Integrals>;
  /** Space group, Wyckoff positions, standard cells; `tolerance` in Å, default 0.01. */
  symmetry(
    params: ShownSource & { readonly tolerance?: number },
  ): Promise<{ symmetry?: SymmetryData; problems: readonly Problem[] }>;
  /** The same of the text of a POSCAR, which may not be saved. */
  symmetryOfText(params: {
    text: string;
    tolerance?: number;
  }): Promise<{ symmetry?: SymmetryData; problems: readonly Problem[] }>;
  /** Lets go of the grids of a file whose last view was closed. */
  closeDensity(params: { file: string }): Promise<void>;
};

/** Of each member of a union by itself. */
type WithoutFile<T> = T extends unknown ? Omit<T, "file" | "material"> : never;

/**
 * Calls of the webview that its host passes on, with the view's own file put in (the files of terms and colours stay as
 * they are).
 */
export type CrystalViewCalls = {
  readonly [K in
    | "fieldFacts"
    | "isosurface"
    | "inside"
    | "slice"
    | "profile"
    | "line"
    | "probe"
    | "sphere"
    | "integrals"
    | "symmetry"
    | "openFrames"]: (params: WithoutFile<Parameters<CrystalMethods[K]>[0]>) => ReturnType<CrystalMethods[K]>;
};

/** Host to view, in this order; densities come twice where a sample comes first. */
export type ToCrystalView =
  | { readonly type: "crystalOpened"; readonly crystal: CrystalData }
  | { readonly type: "reading"; readonly fraction?: number }
  | { readonly type: "densityOpened"; readonly density: DensityData }
  /** `former`: the path of the file when the page last asked for it, where it was opened again. */
  | { readonly type: "otherChosen"; readonly other: OtherDensity; readonly former?: string }
  | { readonly type: "otherFailed"; readonly title: string; readonly problems: readonly string[] }
  | { readonly type: "failed"; readonly problems: readonly string[] }
  | { readonly type: "warned"; readonly problems: readonly string[] };

/** View to host, beside its calls. */
export type FromCrystalView =
  | { readonly type: "ready" }
  /** At a line and column from 1. */
  | { readonly type: "showText"; readonly line?: number; readonly column?: number }
  | { readonly type: "chooseFrame"; readonly frame: number }
  /**
   * Asks for a second file in the same cell; the host answers with `otherChosen` or `otherFailed`, and not at all where
   * nobody chooses one.
   */
  | { readonly type: "chooseOther" }
  /**
   * Asks again for files that were chosen for this view before the window was reloaded; answered like `chooseOther`.
   */
  | { readonly type: "reopenOthers"; readonly files: readonly string[] }
  | { readonly type: "export"; readonly format: "png" | "glb" | "obj" | "csv"; readonly bytes: Uint8Array };
