# The same as read.ts for other programs: read.py pymatgen|pymatgen+fft|ase FILE TIMES
import json, resource, sys, time

what, file, times = sys.argv[1], sys.argv[2], int(sys.argv[3])
if what == "ase":
    from ase.calculators.vasp import VaspChargeDensity
else:
    from pymatgen.io.vasp import Chgcar
import numpy as np


def read():
    if what == "ase":
        return VaspChargeDensity(file).chg[0]
    grid = Chgcar.from_file(file).data["total"]
    return np.fft.rfftn(grid) if what == "pymatgen+fft" else grid


readings = []
for _ in range(times):
    wall, cpu = time.perf_counter(), time.process_time()
    read()
    readings.append({"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall})
usage = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({"readings": readings, "process": usage.ru_utime + usage.ru_stime, "peak": usage.ru_maxrss / 1024}))
