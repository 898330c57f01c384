// Reads one file several times in this process and prints what each reading cost, as one line of JSON. `npm run bench
// -- read` runs it.
import { readVolumetric } from "../../src/jobs/densities/readVolumetric.js";

const [file = "", threads = "1", hash = "no", times = "4"] = process.argv.slice(2);

async function main(): Promise<void> {
  const readings = [];
  for (let i = 0; i < Number(times); i++) {
    const start = performance.now();
    const before = process.cpuUsage();
    const { value } = await readVolumetric(file, { kind: "CHGCAR", threads: Number(threads), hash: hash === "hash" });
    const { user, system } = process.cpuUsage(before);
    const waves = value?.blocks[0]?.spectrum?.amplitude.length ?? 0;
    if (waves === 0) throw new Error(`${file} was not read`);
    readings.push({ cpu: (user + system) / 1e6, wall: (performance.now() - start) / 1000 });
  }
  const { user, system } = process.cpuUsage();
  const peak = process.resourceUsage().maxRSS / 1024;
  process.stdout.write(`${JSON.stringify({ readings, process: (user + system) / 1e6, peak })}\n`);
  process.exit(0); // the threads that stay warm would else be waited for
}

void main();
