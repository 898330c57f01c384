# The conversation of a measured Python process with the script that measures it.
import json, os, resource, sys, time


def say(message):
    print(json.dumps(message), flush=True)


def peak_memory(): # in MB; Linux counts what the parent held at the fork into ru_maxrss, but not into this line
    try:
        return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) / 1024
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "linux" else 1024**2)


def started(): # seconds since this process began, by the kernel's clock ticks where there are any
    try:
        ticks = float(open("/proc/self/stat").read().rsplit(")", 1)[1].split()[19])
        return float(open("/proc/uptime").read().split()[0]) - ticks / os.sysconf("SC_CLK_TCK")
    except OSError:
        return None


def serve(train, began, batch, parameters, name):
    first = train()
    seconds = started()
    say({"name": name, "parameters": parameters, "firstLoss": first, "firstStepSeconds": time.time() - began if seconds is None else seconds})
    for line in sys.stdin:
        limit, steps = float(line), 0
        wall, cpu = time.perf_counter(), time.process_time()
        while steps == 0 or time.perf_counter() - wall < limit:
            train()
            steps += 1
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        say({"samples": steps * batch, "wall": wall, "cpu": cpu, "peakMb": peak_memory()})
