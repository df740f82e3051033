#!/usr/bin/env python3
"""Layers of Z-Image-Turbo's real size with random weights, here and in PyTorch: seconds a call, and how far the results are apart.

    benchmarks/real_layers.py [--only cut,blocks-1024,…] [--dtypes f32,bf16] [--rounds 5] [--threads 2] [--profile FOLDER]
                              [--json FILE]

    cut            a step of 1 + 1 + 2 layers (one noise refiner, one context refiner, two layers), 256 + 64 tokens
    blocks-1024    the same at 1,024 + 64 tokens, without refining the caption, which diffusers does in each step and the
                   exported model once
    blocks-4096    the same at 4,096 + 64 tokens
    text           two layers of the text encoder, at 64 and 512 tokens
    decoder-512    the whole VAE decoder, at 512x512
    decoder-1024   the same at 1024x1024

Calls of both sides alternate, so that a busy machine is busy for both. Makes the checkpoints (random_checkpoint.py) and exports
them; each side holds one network at a time. The distance of a result is the root mean square of the differences by that of
PyTorch's result in the first of the types, so name f32 first. With --profile, what TensorFlow's operations took is written into a
folder, one file a case. Needs the built product (./zimage builds it).
"""
import argparse
import os
import statistics
import subprocess
import sys
from pathlib import Path

from packages import DIFFUSERS, run_with

run_with(*DIFFUSERS)

import time

import diffusers
import numpy
import torch
import transformers

from machine import describe, load, spread, write_json
from model import TENSORFLOW
from servers import ROOT, Home, java

TYPES = {"f32": torch.float32, "bf16": torch.bfloat16}
CAPTION_TOKENS, CAPTION_DIM, TIME = 64, 2560, 0.3


class Ours:
    """One exported network in a process of its own; see SignatureTimes.java."""

    def __init__(self, network, folder, threads):
        self.folder = folder
        environment = dict(os.environ, **TENSORFLOW)
        self.process = subprocess.Popen(
            java("SignatureTimes.java", network, threads),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment)

    def ask(self, *words):
        print(*words, file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit(f"SignatureTimes ended at: {' '.join(map(str, words))}")
        return answer

    def feed(self, **tensors):
        for name, values in tensors.items():
            file = self.folder / f"{name}.input"
            values.tofile(file)
            self.ask("input", name, ",".join(map(str, values.shape)), file)

    def seconds(self, signature):
        return float(self.ask("run", signature))

    def result(self, signature, output):
        file = self.folder / "output"
        self.ask("write", signature, output, file)
        return numpy.fromfile(file, numpy.float32)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def angles(positions, dims, theta):
    """Rotary tables of places on several axes, as both sides keep them: cosines and sines [tokens, 1, pairs]."""
    columns = [positions[:, axis, None] / theta ** (numpy.arange(0, dim, 2) / dim) for axis, dim in enumerate(dims)]
    table = numpy.concatenate(columns, axis=1)[:, None, :]
    return numpy.cos(table).astype(numpy.float32), numpy.sin(table).astype(numpy.float32)


class Transformer:
    component = "transformer"

    def __init__(self, rows, refines):
        self.name = "whole transformer" if refines else "transformer"
        self.rows, self.tokens, self.refines = rows, rows * rows, refines
        self.title = f"{self.tokens:,} + {CAPTION_TOKENS} tokens"
        random = numpy.random.default_rng(1)
        self.latents = random.standard_normal((16, 2 * rows, 2 * rows), numpy.float32)
        self.caption = random.standard_normal((CAPTION_TOKENS, CAPTION_DIM), numpy.float32)
        parts = 1 if self.tokens + CAPTION_TOKENS < 2048 else 8
        self.signature, self.output = "denoise" if parts == 1 else f"denoise_in_{parts}_parts", "prediction"

    def feed(self, ours, model, refine="refine"):
        own = numpy.stack([1 + numpy.arange(CAPTION_TOKENS)] + 2 * [numpy.zeros(CAPTION_TOKENS)], axis=1)
        places = numpy.stack([numpy.full(self.tokens, CAPTION_TOKENS + 1), *divmod(numpy.arange(self.tokens), self.rows)], axis=1)
        if self.refines:
            cos, sin = angles(own, (32, 48, 48), 256.0)
            ours.feed(embeddings=self.caption, cos=cos, sin=sin)
            refined = ours.result(refine, "caption").reshape(CAPTION_TOKENS, -1)
        else:
            model.context_refiner = torch.nn.ModuleList()
            refined = model.cap_embedder(torch.from_numpy(self.caption).to(model.dtype)).float().numpy()
        cos, sin = angles(numpy.concatenate([places, own]), (32, 48, 48), 256.0)
        ours.feed(latents=self.latents, time=numpy.array([TIME], numpy.float32), caption=refined, cos=cos, sin=sin)

    @staticmethod
    def reference(checkpoint, dtype):
        return diffusers.ZImageTransformer2DModel.from_pretrained(checkpoint / "transformer", torch_dtype=dtype)

    def call(self, model, dtype):
        latents = torch.from_numpy(self.latents).to(dtype)[:, None]
        return model([latents], torch.tensor([TIME]), [torch.from_numpy(self.caption).to(dtype)], return_dict=False)[0][0]


class TextEncoder:
    name, component, signature, output = "text encoder", "text_encoder", "encode", "embeddings"

    def __init__(self, tokens):
        self.title = f"{tokens} tokens"
        self.ids = numpy.random.default_rng(1).integers(0, 151936, tokens, dtype=numpy.int32)

    def feed(self, ours, model):
        cos, sin = angles(numpy.arange(len(self.ids))[:, None], (128,), 1e6)
        ours.feed(ids=self.ids, cos=cos[:, 0], sin=sin[:, 0])

    @staticmethod
    def reference(checkpoint, dtype):
        """Without the last layer, whose result the pipeline does not use: it is not exported either."""
        model = transformers.Qwen3Model.from_pretrained(checkpoint / "text_encoder", dtype=dtype)
        del model.layers[-1]
        model.norm = torch.nn.Identity()
        return model

    def call(self, model, dtype):
        return model(torch.from_numpy(self.ids).long()[None], use_cache=False).last_hidden_state


class Decoder:
    name, component, output = "VAE decoder", "vae_decoder", "sample"

    def __init__(self, size, signature):
        self.title, self.signature = f"{size}x{size}", signature
        self.z = numpy.random.default_rng(1).standard_normal((16, size // 8, size // 8), numpy.float32)

    def feed(self, ours, model):
        ours.feed(latents=(self.z - numpy.float32(0.1159)) * numpy.float32(0.3611))

    @staticmethod
    def reference(checkpoint, dtype):
        from safetensors.torch import load_file
        vae = diffusers.AutoencoderKL.from_config(diffusers.AutoencoderKL.load_config(checkpoint / "vae"))
        # The checkpoint holds the decoder only
        vae.load_state_dict(load_file(checkpoint / "vae/diffusion_pytorch_model.safetensors"), strict=False)
        return vae.to(dtype)

    def call(self, model, dtype):
        return model.decode(torch.from_numpy(self.z).to(dtype)[None], return_dict=False)[0][0].permute(1, 2, 0)


# What a checkpoint has beside the whole decoder, and what is done with it
SETS = {
    "cut": (dict(layers=2, refiner_layers=1, text_layers=2), [Transformer(16, True)]),
    "blocks-1024": (dict(layers=2, refiner_layers=1, text_layers=2), [Transformer(32, False)]),
    "blocks-4096": (dict(layers=2, refiner_layers=1, text_layers=2), [Transformer(64, False)]),
    "text": (dict(layers=1, refiner_layers=1, text_layers=3), [TextEncoder(64), TextEncoder(512)]),
    "decoder-512": (dict(layers=1, refiner_layers=1, text_layers=2), [Decoder(512, "decode")]),
    "decoder-1024": (dict(layers=1, refiner_layers=1, text_layers=2), [Decoder(1024, "decode_in_stripes")]),
}


def distance(values, exact):
    return float(numpy.sqrt(numpy.mean((values - exact) ** 2) / numpy.mean(exact ** 2)))


def measure(case, dtype, ours, model, exact, rounds):
    """Seconds of both sides in turn, and their distances from the exact result; PyTorch's first result is exact."""
    case.feed(ours, model)
    theirs = case.call(model, TYPES[dtype]).float().numpy().ravel()
    exact = exact if exact is not None else theirs
    told = dict(ours_distance=distance(ours.result(case.signature, case.output), exact), reference_distance=distance(theirs, exact))
    times = {"ours": [], "reference": []}
    for _ in range(rounds):
        times["ours"].append(ours.seconds(case.signature))
        start = time.perf_counter()
        case.call(model, TYPES[dtype])
        times["reference"].append(time.perf_counter() - start)
    ratio = statistics.median(times["reference"]) / statistics.median(times["ours"])
    return exact, dict(network=case.name, case=case.title, dtype=dtype, ratio=ratio, **told, **times)


def show(row):
    print(f"{row['network']:<18}{row['case']:<20}{row['dtype']:<5} {spread(row['ours']):>22}  {spread(row['reference']):>22}"
          f"  {row['ratio']:>5.2f}  {row['ours_distance']:.1e}  {row['reference_distance']:.1e}", flush=True)


def measure_set(name, arguments, folder):
    layers, cases = SETS[name]
    checkpoint, exact, rows = folder / name, {}, []
    options = [word for key, value in layers.items() for word in (f"--{key.replace('_', '-')}", str(value))]
    subprocess.run([sys.executable, ROOT / "benchmarks/random_checkpoint.py", checkpoint, *options], check=True, stdout=subprocess.DEVNULL)
    for dtype in arguments.dtypes.split(","):
        exported = folder / f"{name}-{dtype}"
        subprocess.run([ROOT / "zimage", "export", checkpoint, exported, "--dtype", dtype], check=True, stdout=subprocess.DEVNULL)
        ours = Ours(exported / cases[0].component, folder, arguments.threads)
        model = cases[0].reference(checkpoint, TYPES[dtype]).eval()
        for case in cases:
            exact[case], row = measure(case, dtype, ours, model, exact.get(case), arguments.rounds)
            show(row)
            rows.append(row)
            if arguments.profile:
                arguments.profile.mkdir(parents=True, exist_ok=True)
                ours.ask("trace", case.signature, (arguments.profile / f"{name}-{case.title}-{dtype}.tsv".replace(" ", "")).resolve())
        ours.close()
    return rows


@torch.inference_mode()
def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(SETS))
    parser.add_argument("--dtypes", default="f32,bf16")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--profile", type=Path)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    for library in (diffusers, transformers):
        library.logging.set_verbosity_error()
        library.logging.disable_progress_bar()
    print(f"{describe()}; {arguments.threads} threads")
    print(f"{'':<43} {'ours, s: median':>22}  {'PyTorch, s: median':>22}  ratio  distance  PyTorch's")
    rows = []
    with Home() as home:
        for name in arguments.only.split(","):
            rows += measure_set(name, arguments, home.folder)
    print(f"load {load()} at the end")
    write_json(arguments.json, threads=arguments.threads, rows=rows)


if __name__ == "__main__":
    main()
