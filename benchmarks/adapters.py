#!/usr/bin/env python3
"""Adapters (LoRA): what one of rank 32 over all linear layers costs in a step, and what changing it costs, here and in diffusers.

    benchmarks/adapters.py [--rows 32] [--layers 2] [--dtype f32] [--rounds 5] [--changes 20] [--threads 2] [--json FILE]

A step: a transformer of Z-Image-Turbo's real width with random weights, cut to --layers layers and one of each refiner, at --rows x --rows
+ 64 tokens, without and with the adapter; in PyTorch by diffusers with peft, unfused, as it is after load_lora_adapter. The four calls
alternate, so that a busy machine is busy for all. diffusers refines the caption in each step, the exported model once before the first. The
distances say whether both sides compute the same.

A change: what a picture waits for because the one before had another adapter of the same rank, the median over --changes pictures of
64x64 and one step; of z-image-nano, and of the transformer above.

Targets: a step with the adapter takes at most 5 % more than without, and no longer than diffusers' with it; a change of z-image-nano takes
less than 50 ms. Needs the built product (./zimage builds it).
"""
import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

from packages import ADAPTERS, run_with

run_with(*ADAPTERS)

import diffusers
import torch
from safetensors.torch import save_file

from machine import describe, load, spread, write_json
from model import NANO, Model, export
from real_layers import TYPES, Ours, Transformer, distance
from servers import ROOT, Home

RANK = 32
ADDED = 0.3  # of what a layer computes itself, so that a distance shows whether it is added


def linears(transformer):
    return {name: module.weight for name, module in transformer.named_modules() if isinstance(module, torch.nn.Linear)}


def make_adapter(transformer, file, seed):
    """bfloat16, in diffusers' layout."""
    generator, tensors = torch.Generator().manual_seed(seed), {}
    for name, weight in linears(transformer).items():
        out, inside = weight.shape
        down = torch.randn(RANK, inside, generator=generator) / inside ** 0.5
        up = torch.randn(out, RANK, generator=generator) * (ADDED * weight.float().std() * (inside / RANK) ** 0.5)
        tensors[f"transformer.{name}.lora_A.weight"] = down.to(torch.bfloat16)
        tensors[f"transformer.{name}.lora_B.weight"] = up.to(torch.bfloat16)
    save_file(tensors, file)
    return tensors


def put_into_ours(ours, tensors):
    """As the pipeline does."""
    for key, values in tensors.items():
        layer = key.removeprefix("transformer.").removesuffix(".weight")
        name = layer.removesuffix(".lora_A") + ".down" if layer.endswith(".lora_A") else layer.removesuffix(".lora_B") + ".up"
        file = ours.folder / f"{name}.input"
        values.float().numpy().tofile(file)
        ours.ask("input", name, ",".join(map(str, values.shape)), file)
    ours.seconds("adapt")


def step(case, ours, model, dtype, signature, adapted):
    (model.enable_lora if adapted else model.disable_lora)()
    start = time.perf_counter()
    theirs = case.call(model, TYPES[dtype])
    return ours.seconds(signature), time.perf_counter() - start, theirs.float().numpy().ravel()


def measure_steps(checkpoint, exported, folder, file, arguments):
    case = Transformer(arguments.rows, True)
    ours = Ours(exported / "transformer", folder, arguments.threads)
    model = case.reference(checkpoint, TYPES[arguments.dtype]).eval()
    tensors = make_adapter(model, file, 1)
    put_into_ours(ours, tensors)
    model.load_lora_adapter(dict(tensors))
    endings = {"without": "", "with": "_with_adapters"}
    times, distances = {(side, name): [] for side in ("ours", "diffusers") for name in endings}, {}
    for round in range(arguments.rounds + 1):
        for name, ending in endings.items():
            signature = case.signature + ending
            if round == 0:
                case.feed(ours, model, "refine" + ending)  # the caption's own layers have adapters, too
            here, there, result = step(case, ours, model, arguments.dtype, signature, name == "with")
            if round == 0:  # warms up
                distances[name] = distance(ours.result(signature, case.output), result)
                continue
            times["ours", name].append(here)
            times["diffusers", name].append(there)
    ours.close()
    return case, times, distances


def show_steps(case, times, distances):
    print(f"\nA step at {case.title}, seconds: median (smallest-largest)")
    for name in distances:
        print(f"  {name:<8} here {spread(times['ours', name]):>22}  diffusers {spread(times['diffusers', name]):>22}"
              f"  distance {distances[name]:.1e}")
    median = {key: statistics.median(values) for key, values in times.items()}
    costs = {side: median[side, "with"] / median[side, "without"] - 1 for side in ("ours", "diffusers")}
    print(f"  the adapter costs {costs['ours']:+.1%} here, {costs['diffusers']:+.1%} in diffusers; target: at most +5 %; "
          f"with it, diffusers takes {median['diffusers', 'with'] / median['ours', 'with']:.2f} times as long as here; target: at least 1")
    return costs


def measure_changes(exported, adapters, arguments):
    model = Model(exported, arguments.threads)
    for file in adapters:  # reads each, and warms up
        model.draw(64, 64, 1, adapters=[file])
    seconds = [model.draw(64, 64, 1, adapters=[adapters[change % 2]]).adapters for change in range(arguments.changes)]
    model.close()
    return seconds


def measure_nano(folder, arguments):
    transformer = diffusers.ZImageTransformer2DModel.from_pretrained(NANO / "transformer")
    files = [folder / f"nano-{seed}.safetensors" for seed in (1, 2)]
    for seed, file in enumerate(files):
        make_adapter(transformer, file, seed)
    return measure_changes(export(NANO, folder / "nano", arguments.dtype), files, arguments)


@torch.inference_mode()
def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=32)
    parser.add_argument("--layers", type=int, default=2)
    parser.add_argument("--dtype", choices=TYPES, default="f32")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--changes", type=int, default=20)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    diffusers.logging.set_verbosity_error()
    diffusers.logging.disable_progress_bar()
    print(f"{describe()}; {arguments.threads} threads, {arguments.dtype}, rank {RANK}")
    with Home() as home:
        folder = home.folder
        checkpoint, files = folder / "real", [folder / f"real-{seed}.safetensors" for seed in (1, 2)]
        subprocess.run([sys.executable, ROOT / "benchmarks/random_checkpoint.py", checkpoint, "--layers", str(arguments.layers),
                        "--refiner-layers", "1", "--text-layers", "2"], check=True, stdout=subprocess.DEVNULL)
        exported = export(checkpoint, folder / "exported", arguments.dtype)
        case, times, distances = measure_steps(checkpoint, exported, folder, files[0], arguments)
        costs = show_steps(case, times, distances)
        make_adapter(case.reference(checkpoint, TYPES[arguments.dtype]), files[1], 2)
        changes = {"real width": measure_changes(exported, files, arguments), "z-image-nano": measure_nano(folder, arguments)}
    print("\nA change of adapters between two pictures, seconds")
    for name, seconds in changes.items():
        print(f"  {name:<13} {spread(seconds):>22}" + ("; target: below 0.050" if name == "z-image-nano" else ""))
    print(f"load {load()} at the end")
    write_json(arguments.json, threads=arguments.threads, dtype=arguments.dtype, rank=RANK, costs=costs, changes=changes, distances=distances,
               steps={f"{side} {name}": values for (side, name), values in times.items()})


if __name__ == "__main__":
    main()
