"""Step 2: the autoencoder. Three parts, one after the other; each can be run again to go on.

    python train_decoder.py low      --steps 1500    the decoder's low half (1/32 -> 1/8), with a temporary head
    python train_decoder.py decoder  --steps 6000    the whole decoder, latent -> picture
    python train_decoder.py encoder  --steps 4000    the encoder, regressed on the latent (text to image does not use it)

Nearest-neighbour upsampling cannot tell where in a cell a pixel is, so the low half (an inverse cosine transform that looks
at neighbouring cells) is the hard part of this decoder; it is trained first, on cheap drawings at 1/8 of the size.
"""
import argparse
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

import scenes
from autoencoder import initialise_decoder, initialise_encoder, picture_loss, signal_to_noise
from configuration import DECODER_STATE, ENCODER_STATE, SCALING, SHIFT, SMALL, new_autoencoder
from drawing import render
from fresh_scenes import wait_while_paused
from latents import LatentScale
from training_state import save_atomically

RATE = dict(low=2e-3, decoder=1.6e-3, encoder=1.6e-3)
LARGE_FROM = 0.6  # share of the steps after which most pictures are 512 instead of 256 pixels


class SmallDrawings(torch.utils.data.IterableDataset):
    """pictures at 1/8 size [12, 3, 64, 64] in -1..1, and their latents"""

    def __init__(self, seed):
        self.seed = seed

    def picture(self, rng, whole):
        if whole:
            return render(scenes.sample(rng, 512, 512)[0], 64, 64)
        large = render(scenes.sample(rng, 1024, 1024)[0], 128, 128)
        top, left = rng.integers(0, 17, 2) * 4
        return large[top:top + 64, left:left + 64]

    def __iter__(self):
        torch.set_num_threads(1)
        rng, scale = np.random.default_rng(self.seed), LatentScale()
        while True:
            wait_while_paused()
            pictures = np.stack([self.picture(rng, k % 3 > 0) for k in range(12)]).astype(np.float32)
            yield torch.from_numpy(pictures).permute(0, 3, 1, 2) * 2 - 1, torch.from_numpy(scale.latent(pictures))


class FullDrawings(torch.utils.data.IterableDataset):
    """pictures [n, 3, side, side] in -1..1, and their latents: four of 256 pixels, or one of 512"""

    def __init__(self, seed, large):
        self.seed, self.large = seed, large

    def picture(self, rng, side):
        shares = scenes.SHARES if rng.random() < .8 else {"landscape": 1}
        if rng.random() >= 0.3:
            return render(scenes.sample(rng, side, side, shares)[0], side, side)
        whole = render(scenes.sample(rng, 2 * side, 2 * side, shares)[0], 2 * side, 2 * side)
        top, left = rng.integers(0, side // 32 + 1, 2) * 32
        return whole[top:top + side, left:left + side]

    def __iter__(self):
        torch.set_num_threads(1)
        rng, scale = np.random.default_rng(self.seed), LatentScale()
        while True:
            wait_while_paused()
            side, count = (512, 1) if rng.random() < self.large else (256, 4)
            pictures = np.stack([self.picture(rng, side) for _ in range(count)]).astype(np.float32)
            few = side // SMALL
            small = pictures.reshape(count, few, SMALL, few, SMALL, 3).mean((2, 4))
            yield torch.from_numpy(pictures).permute(0, 3, 1, 2) * 2 - 1, torch.from_numpy(scale.latent(small))


def low_half(decoder, latent):
    """up to the residual blocks of the third up block: 48 channels at 1/8 of the size"""
    h = decoder.mid_block(decoder.conv_in(latent))
    h = decoder.up_blocks[1](decoder.up_blocks[0](h))
    for block in decoder.up_blocks[2].resnets:
        h = block(h, None)
    return h


def disturbed(latent):
    """most latents get a little noise, since those of the transformer are not perfect either"""
    amount = torch.rand(len(latent), 1, 1, 1) * 0.10 * (torch.rand(len(latent), 1, 1, 1) < .6)
    return latent + torch.randn_like(latent) * amount


def vae_latent(latent):
    return (latent / SCALING + SHIFT).to(memory_format=torch.channels_last)


class Part:
    """one of the three parts: what is trained, on which drawings, with which loss"""

    def __init__(self, name):
        self.name, self.path = name, ENCODER_STATE if name == "encoder" else DECODER_STATE
        torch.manual_seed(0)
        self.autoencoder, self.head, self.finished = new_autoencoder(), nn.Conv2d(48, 3, 1), {}
        if self.path.exists():
            state = torch.load(self.path, weights_only=False)
            self.autoencoder.load_state_dict(state["autoencoder"])
            self.head.load_state_dict(state["head"])
            self.finished = state["done"]
        elif name == "encoder":
            initialise_encoder(self.autoencoder.encoder, 32)
        else:
            initialise_decoder(self.autoencoder.decoder)
        self.done = self.finished.get(name, 0)
        self.network = self.autoencoder.encoder if name == "encoder" else self.autoencoder.decoder
        self.network.to(memory_format=torch.channels_last)
        later = ("up_blocks.3", "up_blocks.4", "up_blocks.5", "up_blocks.2.upsamplers", "conv_norm_out", "conv_out")
        trained = [p for n, p in self.network.named_parameters() if name != "low" or not n.startswith(later)]
        self.parameters = trained + (list(self.head.parameters()) if name == "low" else [])
        self.average = [p.detach().clone() for p in self.parameters]

    def drawings(self, share):
        seed = [len(self.name), self.done]
        return SmallDrawings(seed) if self.name == "low" else FullDrawings(seed, large=0.75 if share > LARGE_FROM else 0.25)

    def loss(self, picture, latent):
        """-> loss, decibels"""
        if self.name == "encoder":
            found = self.network(picture.to(memory_format=torch.channels_last))[:, :32].float()
            return F.smooth_l1_loss(found, vae_latent(latent)), signal_to_noise(found, vae_latent(latent))
        if self.name == "low":
            made = self.head(low_half(self.network, vae_latent(latent))).float()
            return (made - picture).abs().mean() + ((made - picture) ** 2).mean(), signal_to_noise(made, picture)
        made = self.network(vae_latent(disturbed(latent))).float()
        return picture_loss(made, picture), signal_to_noise(made, picture)

    def save(self):
        with torch.no_grad():  # the averaged weights are what is kept
            current = [p.detach().clone() for p in self.parameters]
            for p, value in zip(self.parameters, self.average):
                p.copy_(value)
            state = {name: value.clone() for name, value in self.autoencoder.state_dict().items()}
            head = {name: value.clone() for name, value in self.head.state_dict().items()}
            for p, value in zip(self.parameters, current):
                p.copy_(value)
        save_atomically(dict(autoencoder=state, head=head, done={**self.finished, self.name: self.done}), self.path)


def train(part, steps, save_every=200):
    optimizer = torch.optim.AdamW(part.parameters, lr=RATE[part.name], betas=(0.9, 0.99), weight_decay=1e-4, fused=True)
    start, first, decibels, batches, large = time.time(), part.done, [], None, None
    for step in range(first, steps):
        wait_while_paused()
        if batches is None or (step / steps > LARGE_FROM) != large:
            large = step / steps > LARGE_FROM
            batches = iter(torch.utils.data.DataLoader(part.drawings(step / steps), batch_size=None, num_workers=1, prefetch_factor=4))
        for group in optimizer.param_groups:  # a short warm-up, also when going on, and a cosine down to the end
            group["lr"] = RATE[part.name] * min(1, (step - first + 1) / 100) * (
                0.02 + 0.49 * (1 + np.cos(np.pi * step / steps)))
        with torch.autocast("cpu", torch.bfloat16):
            loss, quality = part.loss(*next(batches))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(part.parameters, 1.0)
        optimizer.step()
        torch._foreach_lerp_(part.average, [p.detach() for p in part.parameters], 1 - min(0.998, (step + 1) / (step + 10)))
        decibels.append(quality)
        if (step + 1) % save_every == 0 or step + 1 == steps:
            print(f"{part.name} step {step + 1}: {np.mean(decibels):.2f} dB, {time.time() - start:.0f} s", flush=True)
            part.done, decibels = step + 1, []
            part.save()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=list(RATE))
    parser.add_argument("--steps", type=int, required=True, help="in all, those of earlier runs included")
    options = parser.parse_args()
    torch.set_num_threads(1)
    train(Part(options.part), options.steps)


if __name__ == "__main__":
    main()
