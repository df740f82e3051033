"""Step 3: the autoencoder of the analytic latent. Parts, one after the other; each can be run again to go on.

    python train_decoder.py low      --steps 4000    the decoder's inner levels, up to a quarter of the size, with a head of their own
    python train_decoder.py decoder  --steps 2050    the whole decoder, on crops and on whole pictures
    python train_decoder.py encoder  --steps 3200    the encoder, regressed on the latent (text to image does not use it)

The decoder learns from latents as the transformer draws them (redrawing.py), so a transformer must be there. Its outer
levels begin as those of the learned autoencoder (autoencoder-x16.safetensors).
SIGTERM saves and ends, SIGSTOP or the file PAUSE let it rest; the same command goes on. One thread, and one that draws.
"""
import argparse
import signal
import sys
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

import scenes
from autoencoder import initialise_decoder, initialise_encoder, low_decoded, outer_decoded, outer_levels, picture_loss, signal_to_noise
from configuration import DECODER_STATE, ENCODER_STATE, LATENT_CHANNELS, RECIPE, SCALING, SHIFT, SMALL, new_autoencoder
from drawing import render
from fresh_scenes import wait_while_paused
from latents import LatentScale
from precision import mixed_precision
from redrawing import Redrawing
from styles import STYLES
from training_state import load_weights, save_atomically

RATE = dict(low=2e-3, decoder=1e-3, encoder=1.6e-3)
WARM_UP = 100
AVERAGE = 0.998         # of the weights, per step
SAVE_SECONDS = 240
# canvas, drawings of a batch, share of the batches
CANVASES = [((512, 512), 8, .4), ((1024, 1024), 2, .3), ((768, 512), 4, .1), ((1024, 576), 3, .1), ((576, 1024), 3, .1)]
KINDS = dict(single=.40, several=.24, landscape=.27, styled=.09)  # styled: as an adapter draws, whose strokes are to stay as they are
# share of the batches in which so many of the sampler's last steps are done again; what is drawn of a landscape soon becomes another one
SHAPES_STEPS = [.12, .06, .08, .12, .16, .18, .16, .12]  # seven steps leave a shape where it was, with all of the unevenness
STEPS = dict(single=SHAPES_STEPS, several=SHAPES_STEPS, landscape=[.35, .30, .25, .10], styled=[1])
NOISE = 0.08            # at most, on latents that are not redrawn
CROP = 192              # pixels of a crop's side in `decoder`
WHOLE = 0.25            # share of the batches of `decoder` that are whole pictures of 512x512: the norms are over whole pictures
QUARTER = 4
EIGHTH = 2               # the level at an eighth of the size


class Redrawn(torch.utils.data.IterableDataset):
    """what one of the parts learns from: latents, pictures [n, 3, ...] in -1..1, and where in a quarter of the size these begin"""

    def __init__(self, part, seed):
        self.part, self.seed = part, seed

    def __iter__(self):
        torch.set_num_threads(1)
        rng, scale, redrawing = np.random.default_rng(self.seed), LatentScale(), Redrawing()
        torch.manual_seed(int(rng.integers(1 << 40)))
        while True:
            wait_while_paused()
            kind = str(rng.choice(list(KINDS), p=list(KINDS.values())))
            (width, height), count, _ = CANVASES[int(rng.choice(len(CANVASES), p=[share for _, _, share in CANVASES]))]
            shares = scenes.SHARES if kind == "styled" else {kind: 1}
            drawn, captions = zip(*[scenes.sample(rng, width, height, shares) for _ in range(count)])
            style = STYLES[str(rng.choice(list(STYLES)))] if kind == "styled" else None
            small = np.stack([render(scene, height // SMALL, width // SMALL) for scene in drawn])
            small = small if style is None else np.stack([style(picture) for picture in small])
            latents = torch.from_numpy(scale.latent(small))
            steps = int(rng.choice(len(STEPS[kind]), p=STEPS[kind]))
            if steps == 0:
                latents = latents + torch.randn_like(latents) * NOISE * float(rng.random())
            smaller, (top, left, rows, columns) = self.window(rng, width, height)
            if style is None:
                crop = (top, left, rows, columns)
                pictures = np.stack([render(scene, height // smaller, width // smaller, crop) for scene in drawn])
            else:
                pictures = enlarged(small, SMALL // smaller)[:, top:top + rows, left:left + columns]
            pictures = torch.from_numpy(pictures.astype(np.float32)).permute(0, 3, 1, 2) * 2 - 1
            yield redrawing(latents, captions, steps), pictures, top * smaller // QUARTER, left * smaller // QUARTER

    def window(self, rng, width, height):
        """-> how many times smaller the pictures are, and top, left, rows and columns of what is looked at"""
        if self.part == "low":
            return QUARTER, (0, 0, height // QUARTER, width // QUARTER)
        if (width, height) == (512, 512) and rng.random() < WHOLE / CANVASES[0][2]:
            return 1, (0, 0, height, width)
        top, left = (QUARTER * int(rng.integers(0, (side - CROP) // QUARTER + 1)) for side in (height, width))
        return 1, (top, left, CROP, CROP)


def enlarged(pictures, times):
    """[n, h, w, 3], smoothly"""
    channels_first = torch.from_numpy(pictures.astype(np.float32)).permute(0, 3, 1, 2)
    return F.interpolate(channels_first, scale_factor=times, mode="bicubic").clamp(0, 1).permute(0, 2, 3, 1).numpy()


class Drawings(torch.utils.data.IterableDataset):
    """whole pictures [n, 3, side, side] in -1..1, and their latents"""

    def __init__(self, seed):
        self.seed = seed

    def __iter__(self):
        torch.set_num_threads(1)
        rng, scale = np.random.default_rng(self.seed), LatentScale()
        while True:
            wait_while_paused()
            side, count = (512, 2) if rng.random() < .5 else (256, 8)
            pictures = np.stack([render(scenes.sample(rng, side, side)[0], side, side) for _ in range(count)]).astype(np.float32)
            few = side // SMALL
            small = pictures.reshape(count, few, SMALL, few, SMALL, 3).mean((2, 4))
            yield torch.from_numpy(scale.latent(small)), torch.from_numpy(pictures).permute(0, 3, 1, 2) * 2 - 1, 0, 0


def vae_latent(latent):
    return (latent / SCALING + SHIFT).to(memory_format=torch.channels_last)


@torch.no_grad()
def take_over_outer_levels(decoder, head):
    """from the learned autoencoder what fits, from an eighth of the size on; its decoder has one level less"""
    learned, _ = load_weights(RECIPE / "autoencoder-x16.safetensors")
    theirs = {f"head.{name}": p for name, p in head.named_parameters()}
    theirs.update({f"autoencoder.decoder.up_blocks.{level - 1}.{name}": p for level in range(EIGHTH, len(decoder.up_blocks))
                   for name, p in decoder.up_blocks[level].named_parameters()})
    theirs.update({f"autoencoder.decoder.{name}": p for name, p in decoder.named_parameters()
                   if name.startswith(("conv_norm_out", "conv_out"))})
    for name, p in theirs.items():
        if learned[name].shape == p.shape:
            p.copy_(learned[name])


class Part:
    """one of the three parts: what is trained, on which drawings, with which loss"""

    def __init__(self, name):
        self.name, self.path = name, ENCODER_STATE if name == "encoder" else DECODER_STATE
        torch.manual_seed(0)
        self.autoencoder, self.finished = new_autoencoder(), {}
        self.head = nn.Conv2d(self.autoencoder.config.block_out_channels[2], 3, 3, padding=1)
        if self.path.exists():
            state = torch.load(self.path, weights_only=False)
            self.autoencoder.load_state_dict(state["autoencoder"])
            if "head" in state:  # not of a released autoencoder
                self.head.load_state_dict(state["head"])
            self.finished = state["done"]
        elif name == "encoder":
            initialise_encoder(self.autoencoder.encoder, LATENT_CHANNELS)
        else:
            initialise_decoder(self.autoencoder.decoder)
            take_over_outer_levels(self.autoencoder.decoder, self.head)
        self.done = self.finished.get(name, 0)
        self.network = self.autoencoder.encoder if name == "encoder" else self.autoencoder.decoder
        self.network.to(memory_format=torch.channels_last)
        outer = outer_levels(len(self.network.up_blocks)) if name == "low" else ()
        trained = [p for n, p in self.network.named_parameters() if not n.startswith(outer)]
        self.parameters = trained + (list(self.head.parameters()) if name == "low" else [])
        self.average = [p.detach().clone() for p in self.parameters]

    def drawings(self):
        seed = [len(self.name), self.done]
        return Drawings(seed) if self.name == "encoder" else Redrawn(self.name, seed)

    def loss(self, latent, picture, top, left):
        """-> loss, decibels"""
        if self.name == "encoder":
            found = self.network(picture.to(memory_format=torch.channels_last))[:, :LATENT_CHANNELS].float()
            return F.smooth_l1_loss(found, vae_latent(latent)), signal_to_noise(found, vae_latent(latent))
        inner = low_decoded(self.network, vae_latent(latent))
        if self.name == "low":
            made = self.head(inner).float()
        else:
            rows, columns = (side // QUARTER for side in picture.shape[2:])
            made = outer_decoded(self.network, inner[..., top:top + rows, left:left + columns]).float()
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


def train(part, steps):
    stop = []
    signal.signal(signal.SIGTERM, lambda *_: stop.append(True))
    optimizer = torch.optim.AdamW(part.parameters, lr=RATE[part.name], betas=(0.9, 0.99), weight_decay=1e-4, fused=True)
    first, decibels, saved, cpu = part.done, [], time.time(), time.process_time()
    batches = iter(torch.utils.data.DataLoader(part.drawings(), batch_size=None, num_workers=1, prefetch_factor=4))
    for step in range(first, steps):
        wait_while_paused()
        for group in optimizer.param_groups:  # a short warm-up, also when going on, and a cosine down to the end
            group["lr"] = RATE[part.name] * min(1, (step - first + 1) / WARM_UP) * (0.02 + 0.49 * (1 + np.cos(np.pi * step / steps)))
        with mixed_precision("cpu"):
            loss, quality = part.loss(*next(batches))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(part.parameters, 1.0)
        optimizer.step()
        torch._foreach_lerp_(part.average, [p.detach() for p in part.parameters], 1 - min(AVERAGE, (step + 1) / (step + 10)))
        decibels.append(quality)
        if time.time() - saved > SAVE_SECONDS or step + 1 == steps or stop:
            print(f"{time.strftime('%H:%M:%S')} {part.name} step {step + 1}: {np.mean(decibels):.2f} dB, "
                  f"{(time.process_time() - cpu) / len(decibels):.2f} s a step", flush=True)
            part.done, decibels, saved, cpu = step + 1, [], time.time(), time.process_time()
            part.save()
        if stop:
            sys.exit("stopped by SIGTERM; the state is saved")  # so that a chain of commands ends here


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=list(RATE))
    parser.add_argument("--steps", type=int, required=True, help="in all, those of earlier runs included")
    options = parser.parse_args()
    torch.set_num_threads(1)
    train(Part(options.part), options.steps)


if __name__ == "__main__":
    main()
