#!/usr/bin/env python3
"""Exports a checkpoint and draws with it in a new process; prints seconds, memory and new disk of both.

    benchmarks/export.py CHECKPOINT OUT [--dtype bf16] [--size 256] [--steps 1]

The product must be built (./zimage builds it). Memory is the highest seen of /proc/PID/status: RssAnon is what the process
itself holds, RssFile the mapped weights, which the system can drop at any time.
"""
import argparse
import os
import subprocess
import time
from pathlib import Path

ZIMAGE = Path(__file__).resolve().parent.parent / "zimage"


def watched(command):
    """Runs a command; returns its seconds and the peaks of its memory in MB."""
    start, peaks = time.time(), {"RssAnon": 0, "RssFile": 0}
    process = subprocess.Popen(command)
    while process.poll() is None:
        try:
            for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
                field = line.split(":")[0]
                if field in peaks:
                    peaks[field] = max(peaks[field], int(line.split()[1]) // 1024)
        except (FileNotFoundError, ProcessLookupError):
            pass
        time.sleep(0.02)
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))} failed")
    return time.time() - start, peaks



def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--dtype", default="bf16")
    parser.add_argument("--size", default="256")
    parser.add_argument("--steps", default="1")
    arguments = parser.parse_args()
    size = sum(file.stat().st_size for file in arguments.checkpoint.rglob("*.safetensors"))
    seconds, peaks = watched([ZIMAGE, "export", arguments.checkpoint, arguments.out, "--dtype", arguments.dtype])
    own = sum(file.stat().st_size for file in arguments.out.rglob("*") if file.is_file() and file.stat().st_nlink == 1)
    print(f"weights {size / 1e9:.2f} GB | export {seconds:.1f} s, anonymous memory {peaks['RssAnon']} MB, mapped "
          f"{peaks['RssFile']} MB, new disk {own / 1e6:.2f} MB")
    seconds, peaks = watched([ZIMAGE, "draw", "--model", arguments.out, "--prompt", "a red circle", "--seed", "1", "--width",
                              arguments.size, "--height", arguments.size, "--steps", arguments.steps, "-o", "/tmp/random.png"])
    print(f"load and draw {arguments.size}x{arguments.size}, {arguments.steps} step(s) in a new process: {seconds:.1f} s, "
          f"anonymous memory {peaks['RssAnon']} MB, mapped {peaks['RssFile']} MB")


if __name__ == "__main__":
    main()
