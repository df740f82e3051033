"""An adapter (LoRA) for z-image-nano: the same captions, drawn in another style.

    python train_lora.py blueprint                  from the released checkpoint to ../loras/blueprint.safetensors
    python train_lora.py chalk --steps 600 --sheet chalk.png

Only the two small matrices beside each linear layer of the blocks are trained; the checkpoint stays as it is. The file has the
names of diffusers and peft. Some twenty minutes of one CPU core.
"""
import argparse
import time
from pathlib import Path

import numpy as np
import torch
from diffusers import ZImageTransformer2DModel
from safetensors.torch import save_file
from transformers import Qwen3Model

import chances
import scenes
from batched_model import BatchedTransformer, pad_ids
from captions import CaptionTokenizer, padded_length
from configuration import RECIPE, SMALL
from drawing import render
from latents import LatentScale
from sampler import sample
from styles import STYLES
from train_transformer import flow_loss, noise_levels

CHECKPOINT = Path(__file__).resolve().parent.parent
RANK = 8
TARGETS = ("attention.to_q", "attention.to_k", "attention.to_v", "attention.to_out.0", "feed_forward.w1", "feed_forward.w2",
           "feed_forward.w3")
# canvas, batch size, share of the steps
SIZES = [(512, 512, 24, .6), (768, 512, 16, .1), (512, 768, 16, .1), (1024, 1024, 6, .2)]
WARM_UP = 30
SHEET = ["a red circle on a white background", "a blue star on a yellow background", "a small red house on green hills at sunset",
         "a green triangle left of a red square"]


class Adapted(torch.nn.Module):
    """a linear layer with its two small matrices"""

    def __init__(self, linear):
        super().__init__()
        self.linear = linear
        self.down = torch.nn.Parameter(torch.randn(RANK, linear.in_features) / linear.in_features ** .5)
        self.up = torch.nn.Parameter(torch.zeros(linear.out_features, RANK))

    def forward(self, x):
        return self.linear(x) + (x @ self.down.T) @ self.up.T


def adapt(transformer):
    """puts them in place of the linear layers -> by the layers' names"""
    adapted = {}
    for name, module in list(transformer.named_modules()):
        if name.endswith(TARGETS):
            parent, _, last = name.rpartition(".")
            adapted[name] = Adapted(module)
            setattr(transformer.get_submodule(parent), last, adapted[name])
    return adapted


def batch(rng, tokenizer, scale, style):
    """latents and captions of scenes of one canvas and one padded length"""
    width, height, count, _ = SIZES[int(rng.choice(len(SIZES), p=[share for *_, share in SIZES]))]
    by_length = {}
    while True:
        scene, caption = scenes.sample(rng, width, height)
        row = tokenizer(caption)
        same = by_length.setdefault(padded_length(row), [])
        same.append((scale.latent(style(render(scene, height // SMALL, width // SMALL))), row))
        if len(same) == count:
            latents = torch.tensor(np.stack([latent for latent, _ in same]))
            return latents, *pad_ids([row for _, row in same], padded_length(row), tokenizer.padding)


def save(adapted, path):
    tensors = {}
    for name, layer in adapted.items():
        tensors[f"transformer.{name}.lora_A.weight"] = layer.down.detach().to(torch.float16).contiguous()
        tensors[f"transformer.{name}.lora_B.weight"] = layer.up.detach().to(torch.float16).contiguous()
    path.parent.mkdir(exist_ok=True)
    save_file(tensors, path)


def sheet(text_encoder, transformer, tokenizer, scale, path):
    from PIL import Image
    latents = sample(text_encoder, transformer, tokenizer, SHEET, range(len(SHEET)), 512, 512)
    pictures = np.concatenate([scale.preview(latent.numpy()) for latent in latents], 1)
    Image.fromarray((255 * pictures).round().astype(np.uint8)).resize((1600, 400)).save(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("style", choices=STYLES)
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--sheet", type=Path, help="pictures of it, without the decoder")
    arguments = parser.parse_args()
    torch.manual_seed(0)
    chances.fix()
    rng, tokenizer = np.random.default_rng(7), CaptionTokenizer(CHECKPOINT / "tokenizer")
    scale = LatentScale(RECIPE / "released_latent_statistics.json")
    text_encoder = Qwen3Model.from_pretrained(CHECKPOINT / "text_encoder", torch_dtype=torch.float32).eval()
    transformer = ZImageTransformer2DModel.from_pretrained(CHECKPOINT / "transformer", torch_dtype=torch.float32)
    text_encoder.requires_grad_(False)
    transformer.requires_grad_(False)
    adapted = adapt(transformer)
    parameters = [p for layer in adapted.values() for p in (layer.down, layer.up)]
    optimizer = torch.optim.AdamW(parameters, lr=arguments.rate, weight_decay=0)
    network, out = BatchedTransformer(transformer), arguments.out or CHECKPOINT / f"loras/{arguments.style}.safetensors"
    recent, begun = [], time.time()
    for step in range(arguments.steps):
        rate = arguments.rate * min(1, (step + 1) / WARM_UP) * (1 - step / arguments.steps)
        for group in optimizer.param_groups:
            group["lr"] = rate
        latents, ids, lengths = batch(rng, tokenizer, scale, STYLES[arguments.style])
        sigma, noise = noise_levels(len(latents)), torch.randn_like(latents)
        loss = flow_loss(network, text_encoder, latents, noise, sigma, ids, lengths)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        recent.append(loss.item())
        if step % 25 == 24:
            print(f"step {step + 1}, loss {np.mean(recent[-25:]):.4f}, {time.time() - begun:.0f} s", flush=True)
            save(adapted, out)
    save(adapted, out)
    if arguments.sheet:
        sheet(text_encoder, transformer, tokenizer, scale, arguments.sheet)


if __name__ == "__main__":
    main()
