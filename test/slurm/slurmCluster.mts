// A Slurm of the test's own: controller and several nodes on this machine, everything in one folder, bound to loopback,
// gone afterwards.
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { hostname, tmpdir, userInfo } from "node:os";
import path from "node:path";

const PROGRAMS = ["slurmctld", "slurmd", "sbatch", "squeue", "scontrol", "scancel", "sinfo"];
const PATHS = [...(process.env.PATH ?? "").split(path.delimiter), "/usr/sbin", "/sbin"];

/** Why there is no Slurm to test with; undefined where there is. */
export function whyNoSlurm(): string | undefined {
  if (process.platform !== "linux") return "Slurm runs on Linux only";
  const missing = PROGRAMS.filter((name) => !PATHS.some((folder) => existsSync(path.join(folder, name))));
  return missing.length === 0 ? undefined : `${missing.join(", ")} missing (Debian: apt-get install slurm-wlm)`;
}

/** Tells the daemons of steps which node's they are: they inherit it from the node's own. */
const NODE = "TEST_NODE";

export interface ClusterOptions {
  readonly nodes: number;
  readonly cpus: number;
  readonly maxArraySize?: number;
  /** Seconds after which a node that does not answer is lost: less than a busy machine may need only where a test loses one anyhow. */
  readonly lostAfter?: number;
}

export class SlurmCluster {
  readonly env: Record<string, string>;
  /** A socket lies below it: at most 108 characters in all. */
  readonly folder: string;
  private readonly options: ClusterOptions;
  private readonly daemons = new Map<string, ChildProcess>();

  private constructor(folder: string, options: ClusterOptions) {
    this.folder = folder;
    this.options = options;
    this.env = { SLURM_CONF: path.join(folder, "slurm.conf"), PATH: PATHS.join(path.delimiter) };
  }

  static async start(options: ClusterOptions): Promise<SlurmCluster> {
    const folder = mkdtempSync(path.join(tmpdir(), "slurm-"));
    const cluster = new SlurmCluster(folder, options);
    for (const name of ["log", "state", "spool"]) mkdirSync(path.join(folder, name));
    writeFileSync(cluster.env.SLURM_CONF ?? "", configOf(folder, options, await freePorts(options.nodes + 1)));
    cluster.startController();
    for (const node of cluster.nodes) cluster.startNode(node);
    await until(
      () => cluster.ask("sinfo", ["-h", "-N", "-t", "idle", "-o", "%N"]).trim().split("\n").length === options.nodes,
      30_000,
    );
    return cluster;
  }

  get nodes(): string[] {
    return Array.from({ length: this.options.nodes }, (_, index) => `n${index + 1}`);
  }

  /** What a client answers; empty where it fails. */
  ask(program: string, args: readonly string[]): string {
    return (
      spawnSync(program, args, { encoding: "utf8", env: { ...process.env, ...this.env }, timeout: 20_000 }).stdout ?? ""
    );
  }

  startController(): void {
    this.launch("slurmctld", ["slurmctld", "-D", "-f", this.env.SLURM_CONF ?? ""]);
  }

  startNode(node: string): void {
    mkdirSync(path.join(this.folder, "spool", node), { recursive: true });
    this.launch(node, ["slurmd", "-D", "-N", node, "-f", this.env.SLURM_CONF ?? ""]);
  }

  /** Ends a daemon as `signal` does. */
  async end(name: string, signal: NodeJS.Signals): Promise<void> {
    const child = this.daemons.get(name);
    this.daemons.delete(name);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await gone;
  }

  /** The machine of a node dies: its daemon, the daemons of its jobs, and the jobs. */
  async loseNode(node: string): Promise<void> {
    await this.end(node, "SIGKILL");
    this.killWhere((facts) => facts.node === node);
  }

  /** Processes of jobs by what their environment says. */
  processesWhere(isWanted: (facts: JobFacts) => boolean): number[] {
    return jobProcesses(this.env.SLURM_CONF ?? "").flatMap((facts) => (isWanted(facts) ? [facts.pid] : []));
  }

  killWhere(isWanted: (facts: JobFacts) => boolean): number {
    const pids = this.processesWhere(isWanted);
    for (const pid of pids) kill(pid);
    return pids.length;
  }

  async stop(): Promise<void> {
    this.ask("scontrol", ["-Q", "update", "partitionname=test", "state=down"]);
    const ids = [...new Set(this.ask("squeue", ["-h", "-o", "%A"]).split("\n").filter(Boolean))];
    if (ids.length > 0) this.ask("scancel", ids);
    await until(() => this.ask("squeue", ["-h"]).trim() === "", 15_000).catch(() => {});
    for (const name of [...this.daemons.keys()].sort()) await this.end(name, "SIGTERM");
    this.killWhere(() => true);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  private launch(name: string, [program = "", ...args]: readonly string[]): void {
    const log = openSync(path.join(this.folder, "log", `${name}.out`), "a");
    const child = spawn(program, args, {
      stdio: ["ignore", log, log],
      env: { ...process.env, ...this.env, [NODE]: name },
      detached: true,
    });
    this.daemons.set(name, child);
  }
}

export interface JobFacts {
  readonly pid: number;
  /** Of the array element, `17_4`. */
  readonly element: string;
  readonly node: string;
}

/** Every process that a cluster's jobs consist of, and the daemons of their steps. */
function jobProcesses(conf: string): JobFacts[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid): JobFacts[] => {
      const environment = readOr(`/proc/${pid}/environ`).split("\0");
      const of = (name: string) => environment.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1);
      if (of("SLURM_CONF") !== conf || Number(pid) === process.pid) return [];
      const command = readOr(`/proc/${pid}/cmdline`);
      const isStep = command.startsWith("slurmstepd");
      if (!isStep && of("SLURM_JOB_ID") === undefined) return [];
      return [
        {
          pid: Number(pid),
          element: `${of("SLURM_ARRAY_JOB_ID") ?? ""}_${of("SLURM_ARRAY_TASK_ID") ?? ""}`,
          node: of("SLURMD_NODENAME") ?? of(NODE) ?? "",
        },
      ];
    });
}

function readOr(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It is gone already.
  }
}

/** Waits until something holds. Throws where it does not within `ms`. */
export async function until(holds: () => boolean | Promise<boolean>, ms: number): Promise<void> {
  for (const end = performance.now() + ms; !(await holds()); ) {
    if (performance.now() > end) throw new Error(`it did not come within ${ms / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) => {
          server.listen(0, "127.0.0.1", () => {
            const address = server.address();
            resolve(typeof address === "object" && address !== null ? address.port : 0);
          });
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** No accounts, no cgroups, no key: the clients' word is taken, so nobody else may reach it. */
function configOf(
  folder: string,
  { nodes, cpus, maxArraySize = 1001, lostAfter = 60 }: ClusterOptions,
  [controller = 0, ...ports]: readonly number[],
): string {
  const host = execFileSync("hostname", ["-s"], { encoding: "utf8" }).trim() || hostname();
  const me = userInfo().username;
  const at = (name: string) => path.join(folder, name);
  const lines = [
    ...[
      "ClusterName=r3dvstest",
      `SlurmctldHost=${host}(127.0.0.1)`,
      `SlurmctldPort=${controller}`,
      `SlurmUser=${me}`,
      `SlurmdUser=${me}`,
    ],
    ...["AuthType=auth/none", "CredType=cred/none", "AuthInfo=cred_expire=5", `StateSaveLocation=${at("state")}`],
    ...[
      `SlurmdSpoolDir=${at("spool/%n")}`,
      `SlurmctldPidFile=${at("log/ctld.pid")}`,
      `SlurmdPidFile=${at("log/%n.pid")}`,
    ],
    ...[
      `SlurmctldLogFile=${at("log/slurmctld.log")}`,
      `SlurmdLogFile=${at("log/%n.log")}`,
      "ProctrackType=proctrack/pgid",
    ],
    ...[
      "TaskPlugin=task/none",
      "JobAcctGatherType=jobacct_gather/none",
      "AccountingStorageType=accounting_storage/none",
    ],
    ...[
      "JobCompType=jobcomp/filetxt",
      `JobCompLoc=${at("log/jobs.txt")}`,
      "SelectType=select/cons_tres",
      "SelectTypeParameters=CR_CPU",
    ],
    ...[
      "SchedulerType=sched/backfill",
      "SchedulerParameters=sched_interval=1,bf_interval=1,batch_sched_delay=0",
      "SlurmdParameters=config_overrides",
    ],
    ...[
      "MpiDefault=none",
      "SwitchType=switch/none",
      "ReturnToService=2",
      "SlurmctldTimeout=30",
      `SlurmdTimeout=${lostAfter}`,
    ],
    ...[
      "CommunicationParameters=NoCtldInAddrAny,NoInAddrAny",
      "MessageTimeout=10",
      "KillWait=20",
      "MinJobAge=300",
      "InactiveLimit=0",
    ],
    ...[`MaxArraySize=${maxArraySize}`, "MaxJobCount=10000", "JobRequeue=1", "PropagateResourceLimits=NONE"],
    ...ports.map(
      (port, index) =>
        `NodeName=n${index + 1} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${port} CPUs=${cpus} RealMemory=4000 State=UNKNOWN`,
    ),
    `PartitionName=test Nodes=n[1-${nodes}] Default=YES MaxTime=1:00:00 DefaultTime=10 State=UP`,
  ];
  return `${lines.join("\n")}\n`;
}
