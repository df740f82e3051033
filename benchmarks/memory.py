#!/usr/bin/env python3
"""Resident memory of one process that draws again and again: it must not grow with the number of pictures.

    benchmarks/memory.py [--pictures 1000] [--size 128]
"""
import argparse
import shutil
import tempfile
from pathlib import Path

from pipeline import Ours


def resident(pid):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) // 1024
    raise ValueError(f"process {pid} has no VmRSS")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=1000)
    parser.add_argument("--size", type=int, default=128)
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp())
    ours = Ours(2, folder)
    for picture in range(arguments.pictures + 1):
        ours.draw(arguments.size, arguments.size)
        if picture % max(1, arguments.pictures // 10) == 0:
            print(f"{picture:>6} pictures  {resident(ours.process.pid)} MB", flush=True)
    ours.close()
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
