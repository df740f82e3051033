#!/usr/bin/env python3
"""Layers of Z-Image-Turbo's real size with random weights draw the same picture here as with diffusers, in float32.

    benchmarks/real_layers.py [--layers 2] [--refiner-layers 1] [--text-layers 2] [--size 256] [--json FILE]

Makes the checkpoint (random_checkpoint.py), exports it, and draws one step on both sides, one after the other: each holds about
eight gigabytes. Prints how far the pictures are from each other in steps of 255, and the highest resident memory and the seconds
of both. Needs the built product (./zimage builds it).
"""
import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from packages import DIFFUSERS, run_with

run_with(*DIFFUSERS)

from machine import describe, load, write_json
from servers import ROOT, Home

PROMPT = "a red circle on a white background"


def reference(checkpoint, size, out):
    """Draws with diffusers in a process of its own, so that its memory is gone afterwards."""
    import numpy
    import torch
    from diffusers import AutoencoderKL, FlowMatchEulerDiscreteScheduler, ZImagePipeline, ZImageTransformer2DModel
    from safetensors.torch import load_file
    from transformers import AutoTokenizer, Qwen3Model

    vae = AutoencoderKL.from_config(AutoencoderKL.load_config(checkpoint / "vae"))
    # The checkpoint holds the decoder only
    vae.load_state_dict({key: value.float() for key, value in load_file(
        checkpoint / "vae/diffusion_pytorch_model.safetensors").items()}, strict=False)
    pipeline = ZImagePipeline(
        scheduler=FlowMatchEulerDiscreteScheduler.from_pretrained(checkpoint / "scheduler"), vae=vae,
        text_encoder=Qwen3Model.from_pretrained(checkpoint / "text_encoder", dtype=torch.float32),
        tokenizer=AutoTokenizer.from_pretrained(checkpoint / "tokenizer"),
        transformer=ZImageTransformer2DModel.from_pretrained(checkpoint / "transformer", torch_dtype=torch.float32))
    pipeline.set_progress_bar_config(disable=True)
    picture = pipeline(PROMPT, width=size, height=size, num_inference_steps=1, guidance_scale=0.0,
                       generator=torch.Generator().manual_seed(1)).images[0]
    numpy.save(out, numpy.asarray(picture))


def watched(command):
    start = time.perf_counter()
    process = subprocess.Popen([str(word) for word in command])
    _, status, used = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit(f"{' '.join(map(str, command))} failed")
    return dict(seconds=time.perf_counter() - start, resident_mb=used.ru_maxrss // 1024)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for option, value in (("layers", 2), ("refiner-layers", 1), ("text-layers", 2), ("size", 256)):
        parser.add_argument("--" + option, type=int, default=value)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--reference", nargs=2, type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.reference:
        reference(*arguments.reference[:1], arguments.size, arguments.reference[1])
        return
    import numpy
    from PIL import Image
    print(describe())
    with Home() as home:
        checkpoint, exported = home.folder / "checkpoint", home.folder / "exported"
        subprocess.run([sys.executable, ROOT / "benchmarks/random_checkpoint.py", checkpoint, "--layers", str(arguments.layers),
                        "--refiner-layers", str(arguments.refiner_layers), "--text-layers", str(arguments.text_layers)], check=True)
        subprocess.run([ROOT / "zimage", "export", checkpoint, exported], check=True)
        ours = watched([ROOT / "zimage", "draw", "--model", exported, "--prompt", PROMPT, "--seed", 1, "--width", arguments.size,
                        "--height", arguments.size, "--steps", 1, "-o", home.folder / "ours.png"])
        theirs = watched([sys.executable, __file__, "--size", arguments.size, "--reference", checkpoint, home.folder / "theirs.npy"])
        a = numpy.asarray(Image.open(home.folder / "ours.png").convert("RGB")).astype(int)
        b = numpy.load(home.folder / "theirs.npy").astype(int)
    distance = abs(a - b)
    told = dict(equal=float((distance == 0).mean()), within_one=float((distance <= 1).mean()), furthest=int(distance.max()))
    print(f"{arguments.refiner_layers}+{arguments.refiner_layers}+{arguments.layers} layers of the transformer, "
          f"{arguments.text_layers} of the text encoder, the whole decoder; {arguments.size}x{arguments.size}, one step: "
          f"{100 * told['equal']:.2f} % of the values equal, {100 * told['within_one']:.2f} % within 1 of 255, furthest {told['furthest']}; "
          f"values spread over {a.min()}-{a.max()}")
    print(f"with loading: ours {ours['seconds']:.1f} s, {ours['resident_mb']} MB; diffusers {theirs['seconds']:.1f} s, "
          f"{theirs['resident_mb']} MB; load {load()}")
    write_json(arguments.json, **told, ours=ours, reference=theirs)


if __name__ == "__main__":
    main()
