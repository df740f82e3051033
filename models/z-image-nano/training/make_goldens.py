"""Step 5: pictures and latents of an exported checkpoint with real diffusers: float32, CPU, one thread, deterministic.

    python make_goldens.py [--checkpoint work/release] [--out work/nano-goldens]
"""
import argparse
import json
import shutil
from pathlib import Path

import diffusers
import numpy as np
import torch
import transformers
from diffusers import ZImagePipeline
from safetensors.torch import save_file

from configuration import GOLDENS, RELEASE

PROMPTS = [("a red circle on a white background", 42), ("a yellow star to the left of a blue heart on a dark gray background", 7),
           ("a red house on green hills at sunset", 1), ("Mountains by the sea at night with a full moon.", 2**31),
           ("夜晚的雪山和月亮", 5), ("蓝色背景上的一个黄色的五角星", 123456789)]
SIZES = [(512, 512), (1024, 1024), (768, 512)]
NOTE = ("latents = final latents before the VAE; noise = torch.randn(latents_shape, "
        "generator=torch.Generator('cpu').manual_seed(seed))")


def call(pipeline, prompt, seed, width, height, **more):
    return pipeline(prompt, height=height, width=width, num_inference_steps=9, guidance_scale=0.0,
                    generator=torch.Generator("cpu").manual_seed(seed), **more).images


def make_case(pipeline, out, index, prompt, seed, width, height):
    latents = call(pipeline, prompt, seed, width, height, output_type="latent")
    vae = pipeline.vae
    raw = vae.decode(latents / vae.config.scaling_factor + vae.config.shift_factor, return_dict=False)[0]
    picture = pipeline.image_processor.postprocess(raw, output_type="pil")[0]
    if index == 0:  # the public call gives the same picture
        assert np.array_equal(np.array(picture), np.array(call(pipeline, prompt, seed, width, height)[0]))
    name = f"{index:02d}_{width}x{height}"
    picture.save(out / f"{name}.png", optimize=True)
    save_file({"latents": latents.contiguous()}, out / f"{name}.safetensors")
    return dict(name=name, prompt=prompt, seed=seed, width=width, height=height, num_inference_steps=9, guidance_scale=0.0,
                latents_shape=list(latents.shape), image_mean=float(np.array(picture).mean()))


@torch.no_grad()
def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", default=RELEASE)
    parser.add_argument("--out", type=Path, default=GOLDENS)
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    pipeline = ZImagePipeline.from_pretrained(options.checkpoint, torch_dtype=torch.float32)
    pipeline.set_progress_bar_config(disable=True)
    shutil.rmtree(options.out, ignore_errors=True)
    options.out.mkdir(parents=True)
    rows = [(prompt, seed, *size) for size in SIZES for prompt, seed in PROMPTS]
    cases = [make_case(pipeline, options.out, index, *row) for index, row in enumerate(rows)]
    goldens = dict(checkpoint="z-image-nano", torch=torch.__version__, diffusers=diffusers.__version__,
                   transformers=transformers.__version__, dtype="float32", note=NOTE, cases=cases)
    (options.out / "goldens.json").write_text(json.dumps(goldens, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
