#!/usr/bin/env python3
"""Seconds per picture of z-image-nano, this project's pipeline against diffusers, in float32 on the same threads.

    benchmarks/pipeline.py [--rounds 10] [--threads 2] [--json FILE]

Runs of both sides alternate, so that a busy machine is busy for both. Installs the reference (torch, diffusers, transformers: some
gigabytes) below target/benchmarks the first time; needs the built product (./zimage builds it).
"""
import argparse
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from machine import describe, load, spread, write_json
from packages import DIFFUSERS, run_with

ROOT = Path(__file__).resolve().parent.parent
DISTRIBUTION = ROOT / "server-config/launcher/target/zimage"
CHECKPOINT = ROOT / "models/z-image-nano"
SIZES = [(512, 512), (1024, 1024), (1024, 576)]
STEPS = 9


class Ours:
    def __init__(self, threads, folder):
        subprocess.run([ROOT / "zimage", "export", CHECKPOINT, folder / "nano"], check=True, capture_output=True)
        environment = dict(os.environ, TF_CPP_MIN_LOG_LEVEL="2", DJL_CACHE_DIR=str(DISTRIBUTION / "native/djl"))
        self.process = subprocess.Popen(
            ["java", "-Xmx128m", f"-Dorg.bytedeco.javacpp.cachedir={DISTRIBUTION}/native/javacpp", "-cp",
             f"{DISTRIBUTION}/lib/*:{DISTRIBUTION}/server-lib/*", ROOT / "benchmarks/DrawTimes.java", folder / "nano",
             str(threads)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment)

    def draw(self, width, height):
        self.process.stdin.write(f"{width} {height} {STEPS}\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Reference:
    def __init__(self, threads):
        import torch
        from diffusers import ZImagePipeline
        torch.set_num_threads(threads)
        self.torch = torch
        self.pipeline = ZImagePipeline.from_pretrained(CHECKPOINT, torch_dtype=torch.float32)
        self.pipeline.set_progress_bar_config(disable=True)

    def draw(self, width, height):
        start = time.perf_counter()
        self.pipeline("a red circle on a white background", width=width, height=height, num_inference_steps=STEPS,
                      guidance_scale=0.0, generator=self.torch.Generator().manual_seed(1))
        return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    run_with(*DIFFUSERS)
    folder = Path(tempfile.mkdtemp())
    ours, reference, rows = Ours(arguments.threads, folder), Reference(arguments.threads), []
    print(f"{describe()}; {arguments.threads} threads, {STEPS} steps, float32")
    print(f"{'size':>10}  {'ours: median (min-max)':>24}  {'diffusers: median (min-max)':>28}  ratio")
    for width, height in SIZES:
        times = {"ours": [], "diffusers": []}
        for side in (ours, reference):
            side.draw(width, height)
        for _ in range(arguments.rounds):
            times["ours"].append(ours.draw(width, height))
            times["diffusers"].append(reference.draw(width, height))
        text = {side: spread(of) for side, of in times.items()}
        ratio = statistics.median(times["diffusers"]) / statistics.median(times["ours"])
        rows.append(dict(width=width, height=height, ratio=ratio, **times))
        print(f"{width:>5}x{height:<4}  {text['ours']:>24}  {text['diffusers']:>28}  {ratio:.2f}")
    print(f"load {load()} at the end")
    ours.close()
    shutil.rmtree(folder)
    write_json(arguments.json, threads=arguments.threads, steps=STEPS, rows=rows)


if __name__ == "__main__":
    main()
