#!/usr/bin/env python3
"""Seconds per picture of z-image-nano, this project's pipeline against diffusers, on the same threads.

    benchmarks/pipeline.py [--rounds 10] [--threads 2] [--dtype f32] [--strength 0.6] [--json FILE]

With --strength pictures of 1024x1024 are made from a picture (image to image) instead of from noise. Runs of both sides alternate, so that a busy machine is busy for both. Installs the reference (torch, diffusers, transformers: some
gigabytes) below target/benchmarks the first time; needs the built product (./zimage builds it).
"""
import argparse
import random
import statistics
import time
from pathlib import Path

from machine import describe, load, spread, write_json
from model import NANO, Model, export
from packages import DIFFUSERS, run_with
from servers import Home

SIZES = [(512, 512), (1024, 1024), (1024, 576)]
PICTURE_SIZES = [(1024, 1024)]
STEPS = 9


class Reference:
    def __init__(self, threads, dtype, strength):
        import torch
        from diffusers import ZImageImg2ImgPipeline, ZImagePipeline
        torch.set_num_threads(threads)
        self.torch = torch
        self.strength = strength
        self.pipeline = (ZImageImg2ImgPipeline if strength else ZImagePipeline).from_pretrained(NANO, torch_dtype={"f32": torch.float32, "bf16": torch.bfloat16}[dtype])
        self.pipeline.set_progress_bar_config(disable=True)
        self.pictures = 0

    def draw(self, width, height):
        self.pictures += 1
        more = dict(image=self.grain(width, height), strength=self.strength) if self.strength else {}
        start = time.perf_counter()
        self.pipeline(f"a red circle on a white background, {self.pictures}", width=width, height=height, num_inference_steps=STEPS,
                      guidance_scale=0.0, generator=self.torch.Generator().manual_seed(1), **more)
        return time.perf_counter() - start

    @staticmethod
    def grain(width, height):
        from PIL import Image
        return Image.frombytes("RGB", (width, height), random.Random(1).randbytes(3 * width * height))


def measure(ours, reference, width, height, rounds):
    ours.draw(width, height, STEPS, reference.strength)
    reference.draw(width, height)
    pictures, times = [], []
    for _ in range(rounds):
        pictures.append(ours.draw(width, height, STEPS, reference.strength))
        times.append(reference.draw(width, height))
    seconds = [picture.picture for picture in pictures]
    return dict(width=width, height=height, ratio=statistics.median(times) / statistics.median(seconds), ours=seconds, diffusers=times,
                **{part: statistics.median(getattr(picture, part) for picture in pictures) for part in ("prompt", "encoding", "steps", "decoding")})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--dtype", choices=("f32", "bf16"), default="f32")
    parser.add_argument("--strength", type=float, default=0, help="of image to image; 0: from noise")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    run_with(*DIFFUSERS)
    rows = []
    with Home() as home:
        ours = Model(export(NANO, home.folder / "nano", arguments.dtype), arguments.threads)
        reference = Reference(arguments.threads, arguments.dtype, arguments.strength)
        print(f"{describe()}; {arguments.threads} threads, {STEPS} steps, {arguments.dtype}")
        print(f"{'size':>10}  {'ours: median (min-max)':>24}  {'diffusers: median (min-max)':>28}  ratio  of ours: encoding, steps, decoding")
        for width, height in PICTURE_SIZES if arguments.strength else SIZES:
            row = measure(ours, reference, width, height, arguments.rounds)
            rows.append(row)
            print(f"{width:>5}x{height:<4}  {spread(row['ours']):>24}  {spread(row['diffusers']):>28}  {row['ratio']:>5.2f}  "
                  f"{row['encoding']:.3f}, {row['steps']:.3f}, {row['decoding']:.3f}", flush=True)
        print(f"load {load()} at the end")
        ours.close()
    write_json(arguments.json, threads=arguments.threads, steps=STEPS, dtype=arguments.dtype,
               strength=arguments.strength, rows=rows)


if __name__ == "__main__":
    main()
