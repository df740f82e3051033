"""The machine that figures are from, and what else it does meanwhile."""
import datetime
import json
import os
import statistics
import sys
import time
from pathlib import Path


def processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return "unknown processor"


def load():
    """Processes that ran or wanted to, averaged over the last minute."""
    return round(os.getloadavg()[0], 1)


def idle_seconds():
    """of all processors together, since the machine was started"""
    return int(Path("/proc/stat").read_text().split(maxsplit=5)[4]) / os.sysconf("SC_CLK_TCK")


def await_idle(share=0.8, longest=30):
    """
    Returns when so much of the processors is idle for a second: what a server has put off is done, and does not slow the next one.
    Says so when that takes too long, and returns.
    """
    until = time.time() + longest
    while time.time() < until:
        idle, begun = idle_seconds(), time.time()
        time.sleep(1)
        if (idle_seconds() - idle) / (time.time() - begun) > share * os.cpu_count():
            return
    print(f"  the machine is not idle after {longest} s", flush=True)


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
