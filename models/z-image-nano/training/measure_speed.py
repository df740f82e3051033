"""CPU seconds per picture with diffusers in float32, one thread: the median of five 1024x1024 pictures after a warm-up.

    python measure_speed.py [--checkpoint FOLDER]
"""
import argparse
import time

import numpy as np
import torch
from diffusers import ZImagePipeline

from configuration import RELEASE

PROMPT, SIDE, PICTURES = "a red circle on a white background", 1024, 5


@torch.no_grad()
def seconds(pipeline, seed):
    """-> (the whole picture, of it before the decoder)"""
    start = time.process_time()
    latents = pipeline(PROMPT, height=SIDE, width=SIDE, num_inference_steps=9, guidance_scale=0.0,
                       generator=torch.Generator().manual_seed(seed), output_type="latent").images
    before = time.process_time() - start
    pipeline.vae.decode(latents / pipeline.vae.config.scaling_factor + pipeline.vae.config.shift_factor)
    return time.process_time() - start, before


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", default=RELEASE)
    options = parser.parse_args()
    torch.set_num_threads(1)
    pipeline = ZImagePipeline.from_pretrained(options.checkpoint, torch_dtype=torch.float32)
    pipeline.set_progress_bar_config(disable=True)
    whole, before = zip(*(seconds(pipeline, seed) for seed in range(PICTURES + 1)))
    print(f"{np.median(whole[1:]):.2f} s, of it {np.median(before[1:]):.2f} s before the decoder")


if __name__ == "__main__":
    main()
