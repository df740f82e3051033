#!/usr/bin/env python3
"""What content credentials cost when a picture is encoded as PNG and WebP.

    benchmarks/credentials.py [--picture FILE] [--rounds 200] [--json FILE]

Encodes one picture without and with credentials in turn, PNG and WebP side by side as a worker does, and signs each of the two files alone.
The first half of the rounds warms up and is not counted. The key is one of `zimage credentials init`, without time stamps.

Target: a picture of 1024x1024 takes less than 5 ms more. Needs the built product (./zimage builds it).
"""
import argparse
import statistics
import subprocess
from pathlib import Path

from machine import describe, load, percentile, spread, write_json
from servers import ROOT, java

PICTURE = ROOT / "inference/src/test/resources/fixtures/nano-goldens/08_1024x1024.png"
WHAT = ("encoded without credentials", "encoded with credentials", "the PNG signed alone", "the WebP signed alone")


def measure(picture, rounds):
    """Milliseconds of each round, and the bytes of PNG without and with and of WebP without and with."""
    lines = subprocess.run(java("CredentialTimes.java", picture, rounds), check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    *rows, sizes = [[int(number) for number in line.split()] for line in lines]
    return [[nanoseconds / 1e6 for nanoseconds in row] for row in rows], sizes


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--picture", type=Path, default=PICTURE)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    print(f"{describe()}; {options.picture.name}")
    rows, sizes = measure(options.picture, options.rounds)
    columns = list(zip(*rows[len(rows) // 2:]))
    for what, times in zip(WHAT, columns):
        print(f"  {what:<28} {spread(times, 1)} ms, 90 of 100 below {percentile(times, 0.9):.1f}")
    more = statistics.median(columns[1]) - statistics.median(columns[0])
    print(f"  credentials cost {more:.1f} ms; target: below 5")
    print(f"  PNG {sizes[0]:,} bytes without, {sizes[1]:,} with; WebP {sizes[2]:,} without, {sizes[3]:,} with\nload {load():.1f} at the end")
    if options.json:
        write_json(options.json, rows=rows, sizes=sizes, more=more)


if __name__ == "__main__":
    main()
