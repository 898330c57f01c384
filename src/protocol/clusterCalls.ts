/** What a site or a user asks of Slurm; nothing of it is guessed. */
export interface SlurmOptions {
  readonly partition?: string;
  readonly account?: string;
  readonly qos?: string;
  readonly constraint?: string;
  /** As Slurm takes it: minutes, or hours:minutes:seconds. */
  readonly time?: string;
  readonly mem?: string;
  readonly cpusPerTask?: number;
  /** Any further lines, verbatim. */
  readonly lines?: readonly string[];
  /** Commands before the work begins: `module load ...`. */
  readonly setup?: readonly string[];
  /** A script of one's own with the marker where the work stands. */
  readonly template?: string;
  /** How many elements run at once at most. */
  readonly maxRunning?: number;
  /** Array elements; by measured or estimated times where it is left out. */
  readonly chunks?: number;
  /** What calls r3dvs on a node, as a shell takes it, where it is not this installation. */
  readonly command?: string;
  /** Tries again what was given up. */
  readonly retryFailed?: boolean;
}

/** What Slurm says of a run's jobs. */
export interface ClusterStatus {
  /** Array elements by what Slurm says of them; none where it does not answer. */
  readonly elements: Readonly<Record<string, number>>;
  readonly isAnswering: boolean;
  /** What keeps elements waiting for ever, in Slurm's words. */
  readonly warnings: readonly string[];
}

/** How a run stands, by what is in its folder. Counted are work items: each member of an ensemble is one. */
export interface RunStatus {
  readonly run: string;
  readonly total: number;
  readonly done: number;
  readonly running: number;
  /** Neither done, nor given up, nor being worked on. */
  readonly open: number;
  readonly failed: readonly { readonly task: string; readonly reason: string }[];
  /** Of those that work on it now; null where nobody does. */
  readonly secondsLeft: number | null;
  /** Of a run that was submitted. */
  readonly cluster?: ClusterStatus;
}

/** Work on a run by others than its owner: array elements, or chunks that were started by hand. */
export interface SharedWork extends Pick<RunStatus, "running" | "secondsLeft" | "cluster"> {}

/** The scheduler as this machine reaches it. */
export interface ClusterFacts {
  /** Whether `sbatch` is there. */
  readonly isInstalled: boolean;
  readonly host: string;
  /** Partitions, the default one first; empty where Slurm does not answer. */
  readonly partitions: readonly string[];
}

/** What would be submitted, or was. */
export interface SubmissionAmount {
  /** Tasks that are neither done, given up nor in the queue. */
  readonly open: number;
  readonly elements: number;
  /** Elements that Slurm has already. */
  readonly live: number;
  /** Time limit of an element. */
  readonly minutes: number;
  /** Whether that follows from measured times. */
  readonly isMeasured: boolean;
}

export interface SubmissionPreview extends SubmissionAmount {
  /** Scripts and commands, as one could run them by hand. */
  readonly text: string;
}

export interface Submission extends SubmissionAmount {
  /** Numbers of the arrays. */
  readonly jobs: readonly string[];
}

interface SlurmRequest {
  readonly run: string;
  readonly options: SlurmOptions;
}

/**
 * Runs on a cluster, as the editor asks for them. A run that is not prepared yet is prepared first: its materials are
 * read.
 */
export type ClusterMethods = {
  inspectCluster(params: Record<string, never>): Promise<ClusterFacts>;
  prepareRun(params: { run: string }): Promise<void>;
  planSubmission(params: SlurmRequest): Promise<SubmissionPreview>;
  /** What Slurm says to the scripts, without taking them. */
  testSubmission(params: SlurmRequest): Promise<{ readonly answers: readonly string[] }>;
  submitRun(params: SlurmRequest): Promise<Submission>;
  runStatus(params: { folder: string }): Promise<RunStatus>;
};
