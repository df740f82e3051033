#!/usr/bin/env python3
"""Exports a checkpoint and draws with it in a new process; prints seconds, memory and new disk of both.

    benchmarks/export.py CHECKPOINT OUT [--dtype bf16] [--sizes 256] [--steps 1] [--rounds 1]

--sizes is a list, smallest first, as 512,1024,2048; none without one: then it exports only. The product must be built (./zimage
builds it). Memory is from /proc/PID/status: RssAnon is what the process itself holds, RssFile the mapped weights, which the system
can drop at any time.
"""
import argparse
import subprocess
import time
from pathlib import Path

from machine import describe, load
from model import Model

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


def weights(folder):
    return sum(file.stat().st_size for file in folder.rglob("variables.data-*"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--dtype", default="bf16")
    parser.add_argument("--sizes", default="256")
    parser.add_argument("--steps", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=1)
    arguments = parser.parse_args()
    print(describe())
    size = sum(file.stat().st_size for file in arguments.checkpoint.rglob("*.safetensors"))
    seconds, peaks = watched([ZIMAGE, "export", arguments.checkpoint, arguments.out, "--dtype", arguments.dtype])
    own = sum(file.stat().st_size for file in arguments.out.rglob("*") if file.is_file() and file.stat().st_nlink == 1)
    print(f"weights {size / 1e9:.2f} GB | export {seconds:.1f} s, anonymous memory {peaks['RssAnon']} MB, mapped "
          f"{peaks['RssFile']} MB, new disk {own / 1e6:.2f} MB", flush=True)
    if not arguments.sizes:
        return
    model = Model(arguments.out)
    print(f"loaded in {model.loading:.1f} s: resident {model.memory('VmRSS')} MB, of it anonymous {model.memory('RssAnon')} MB, for "
          f"{weights(arguments.out) / 2 ** 20:.0f} MB of weights on the disk", flush=True)
    for side in map(int, arguments.sizes.split(",")):
        for _ in range(arguments.rounds):
            try:
                times = model.draw(side, side, arguments.steps)
            except ValueError as refused:
                print(f"{side}x{side}: {refused}")
                break
            print(f"{side}x{side}, {arguments.steps} step(s): {times.picture:.1f} s, of it prompt {times.prompt:.1f}, steps "
                  f"{times.steps:.1f}, decoding {times.decoding:.1f}; resident at most {model.memory('VmHWM')} MB, now "
                  f"{model.memory('VmRSS')} MB", flush=True)
    model.close()
    print(f"load {load()} at the end")


if __name__ == "__main__":
    main()
