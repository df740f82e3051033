"""The machine that figures are from, and what else it does meanwhile."""
import datetime
import json
import os
import statistics
import sys
from pathlib import Path


def processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return "unknown processor"


def load():
    """Processes that ran or wanted to, averaged over the last minute."""
    return round(os.getloadavg()[0], 1)


def describe():
    memory = int(Path("/proc/meminfo").read_text().split()[1]) / 1024 ** 2
    return (f"{datetime.date.today()}, {os.cpu_count()} cores ({processor()}), {memory:.0f} GiB, "
            f"load {load()} at the start")


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def spread(values, digits=3):
    """median (smallest-largest)"""
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f}-{max(values):.{digits}f})"


def write_json(path, **figures):
    if path:
        path.write_text(json.dumps(dict(command=" ".join(sys.argv), machine=describe(), **figures), indent=1) + "\n")
