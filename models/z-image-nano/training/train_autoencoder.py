"""The learned autoencoder: first what the latent says, on drawings at a quarter of their size; then the decoder, on crops.

    python train_autoencoder.py x16 low     --steps 6000    encoder and inner levels of the decoder, drawings at a quarter
    python train_autoencoder.py x16 high    --steps 500     the decoder's outer levels, the rest as it is
    python train_autoencoder.py x16 decoder --steps 40000   the whole decoder
    python train_autoencoder.py x16 decay   --steps 2000    the whole decoder, learning rate down to zero
    python train_autoencoder.py x16 both    --steps 2000    the whole decoder and the encoder, for fast machines
    python train_autoencoder.py x16 export                  the averaged weights for diffusers: work/vae-x16

Candidates: x16 (16 times smaller, 16 channels) and x32 (32 times smaller, 64 channels). Steps count those of earlier runs.
After `low` the latent stays as it is, so the transformer can be trained on it while the decoder still learns. SIGTERM saves
and ends, SIGSTOP or the file PAUSE let it rest; the same command goes on. One thread.
"""
import argparse
import csv
import signal
import sys
import time

import numpy as np
import torch
import torch.nn as nn

import scenes
from autoencoder import CANDIDATES, decibels_of, low_decoded, low_encoded, new_candidate, outer_decoded, outer_levels, picture_loss
from configuration import WORK
from drawing import render
from fresh_scenes import wait_while_paused
from precision import mixed_precision
from training_state import save_atomically

STAGES = ["low", "high", "decoder", "decay", "both"]
ENCODER_STAGES = ("low", "both")  # in which the latent still changes
RATE = dict(low=2e-3, high=2e-3, decoder=1.2e-3, decay=1.2e-3, both=1.2e-3)
WARM_UP = 60
AVERAGE = 0.998           # of the weights, per step
NOISE, NOISY = 0.15, 0.7  # most of noise on the latent, whose spread is about 1; share of the pictures that get some
SPREAD_WEIGHT = 0.02      # holds the latent's spread at 1
SAVE_SECONDS = 240
MEASURED = 48             # drawings, for the latent's scale
CANVASES = [(1024, 1024), (1024, 576), (576, 1024), (512, 512), (768, 512)]
CANVAS_SHARES = [.6, .08, .08, .16, .08]
SHARES = dict(single=.35, several=.2, landscape=.45)
NEAR_EDGES = 0.8          # share of the crops that are taken where the drawing has edges
# pixels and number of the crops, and the share of the batches that have them: the norms are over whole pictures, so the
# last steps see some
CROPS = dict(low=[(64, 16, .7), (128, 4, .3)], high=[(128, 8, .7), (256, 2, .3)],
             decoder=[(128, 8, .6), (256, 2, .3), (512, 1, .1)], decay=[(256, 4, .4), (512, 1, .4), (1024, 1, .2)],
             both=[(128, 8, .4), (256, 2, .3), (512, 1, .3)])
AVERAGING_LEVELS = ("autoencoder.encoder.conv_in", "autoencoder.encoder.down_blocks.0.", "autoencoder.encoder.down_blocks.1.")
OUTER_LEVELS = {name: tuple(f"autoencoder.decoder.{part}" for part in outer_levels(len(widths)))
                for name, (_, widths) in CANDIDATES.items()}


def crop_of(rng, scene, height, width, side):
    """a square of the drawing, mostly one with edges"""
    if height <= side and width <= side:
        return (0, 0, height, width)
    coarse = render(scene, height // 8, width // 8)
    steep = np.abs(np.diff(coarse, axis=0))[:, :-1].sum(-1) + np.abs(np.diff(coarse, axis=1))[:-1].sum(-1)
    steep = np.minimum(steep, .3) * (steep > .04)
    if rng.random() < NEAR_EDGES and steep.any():
        row, column = np.unravel_index(rng.choice(steep.size, p=(steep / steep.sum()).ravel()), steep.shape)
        top, left = (int(at) * 8 - side // 2 + int(rng.integers(-side // 3, side // 3)) for at in (row, column))
    else:
        top, left = int(rng.integers(0, height)), int(rng.integers(0, width))
    rows, columns = min(side, height), min(side, width)
    return int(np.clip(top, 0, height - rows)), int(np.clip(left, 0, width - columns)), rows, columns


class Drawings:
    """the same batches for the same step"""

    def __init__(self, stage):
        self.crops, self.smaller = CROPS[stage], 4 if stage == "low" else 1
        self.key = STAGES.index(stage)

    def picture(self, rng, side):
        while True:
            width, height = CANVASES[int(rng.choice(len(CANVASES), p=CANVAS_SHARES))]
            if min(width, height) // self.smaller >= side or (width, height) == (1024, 1024):
                break
        scene = scenes.sample(rng, width, height, SHARES)[0]
        width, height = width // self.smaller, height // self.smaller
        return render(scene, height, width, crop_of(rng, scene, height, width, side))

    def batch(self, step):
        """-> [n, 3, side, side] in -1..1"""
        rng = np.random.default_rng([77, self.key, step])
        side, count, _ = self.crops[int(rng.choice(len(self.crops), p=[share for _, _, share in self.crops]))]
        pictures = np.stack([self.picture(rng, side) for _ in range(count)]).astype(np.float32)
        return (torch.from_numpy(pictures).permute(0, 3, 1, 2) * 2 - 1).contiguous(memory_format=torch.channels_last)


def with_noise(latent):
    uniform = lambda: torch.rand(len(latent), 1, 1, 1, device=latent.device)
    return latent + torch.randn_like(latent) * (uniform() * NOISE * (uniform() < NOISY))


class Networks(nn.Module):
    """the autoencoder, and what makes a picture at a quarter of the size from the inner half of its decoder"""

    def __init__(self, candidate):
        super().__init__()
        self.channels, widths = CANDIDATES[candidate]
        self.autoencoder, self.head = new_candidate(candidate), nn.Conv2d(widths[2], 3, 3, padding=1)

    def forward(self, picture, stage):
        """-> latent, what the decoder makes of it with some noise"""
        encoder, decoder = self.autoencoder.encoder, self.autoencoder.decoder
        quarter = picture if stage == "low" else nn.functional.avg_pool2d(picture, 4)
        with torch.set_grad_enabled(stage in ENCODER_STAGES):
            latent = low_encoded(encoder, quarter)[:, :self.channels].float()
        noisy = with_noise(latent).to(picture.dtype)
        with torch.set_grad_enabled(stage != "high"):
            inner = low_decoded(decoder, noisy)
        return latent, (self.head(inner) if stage == "low" else outer_decoded(decoder, inner)).float()


class Training:
    """On a GPU everything runs in bf16 with copies of the weights: autocast would leave the norms, most of the memory traffic
    there, in float32."""

    def __init__(self, candidate, stage, device="cpu"):
        self.candidate, self.stage, self.device = candidate, stage, torch.device(device)
        self.path = WORK / f"autoencoder-{candidate}.pt"
        self.channels = CANDIDATES[candidate][0]
        torch.manual_seed(0)
        self.done, self.seconds = {}, 0.0
        self.copies = self.device.type != "cpu"
        # CUDA's group norm would make channels_last contiguous each time
        layout = torch.contiguous_format if self.copies else torch.channels_last
        self.networks = Networks(candidate).to(self.device, memory_format=layout)
        self.autoencoder = self.networks.autoencoder
        names = [name for name, _ in self.networks.named_parameters() if self.trains(name)]
        self.parameters = [p for name, p in self.networks.named_parameters() if name in set(names)]
        for name, p in self.networks.named_parameters():
            p.requires_grad_(self.trains(name))
        self.optimizer = torch.optim.AdamW(self.parameters, lr=RATE[stage], betas=(0.9, 0.99), weight_decay=1e-4, fused=True)
        self.age = 0  # steps since the optimizer began
        if self.path.exists():
            self.load(torch.load(self.path, map_location=self.device, weights_only=False))
        self.average = getattr(self, "average", None) or {name: p.detach().clone() for name, p in self.networks.named_parameters()}
        self.averaged = [self.average[name] for name in names]

    def trains(self, name):
        outer = name.startswith(OUTER_LEVELS[self.candidate])
        if self.stage == "low":
            return not outer and not name.startswith(AVERAGING_LEVELS)
        if self.stage == "both":
            return name.startswith("autoencoder.") and not name.startswith(AVERAGING_LEVELS)
        return outer if self.stage == "high" else name.startswith("autoencoder.decoder")

    def load(self, state):
        self.networks.load_state_dict(state["networks"])
        self.average = state["average"]
        self.done, self.seconds = state["done"], state["seconds"]
        if state.get("stage") == self.stage and "optimizer" in state:
            self.optimizer.load_state_dict(state["optimizer"])
            self.age = state["age"]
        else:  # a new stage goes on from the average
            with torch.no_grad():
                for name, p in self.networks.named_parameters():
                    p.copy_(self.average[name])

    def save(self):
        save_atomically(dict(networks=self.networks.state_dict(), average=self.average, optimizer=self.optimizer.state_dict(),
                             age=self.age, stage=self.stage, done=self.done, seconds=self.seconds), self.path)

    def made(self, picture):
        """-> latent, what the decoder makes of it"""
        if self.copies:
            copies = {name: p.to(torch.bfloat16) for name, p in self.networks.named_parameters()}
            return torch.func.functional_call(self.networks, copies, (picture.to(torch.bfloat16), self.stage))
        with mixed_precision("cpu"):
            return self.networks(picture, self.stage)

    def step(self, picture, share):
        """-> mean square error, mean square of the latent; tensors, so that nothing waits for them"""
        for group in self.optimizer.param_groups:
            group["lr"] = RATE[self.stage] * share * min(1, (self.age + 1) / WARM_UP)
        latent, made = self.made(picture)
        power = latent.square().mean()
        loss = picture_loss(made, picture) + (SPREAD_WEIGHT * (power - 1) ** 2 if self.stage in ENCODER_STAGES else 0)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.parameters, 1.0)
        self.optimizer.step()
        torch._foreach_lerp_(self.averaged, [p.detach() for p in self.parameters], 1 - min(AVERAGE, (self.age + 1) / (self.age + 10)))
        self.age += 1
        return nn.functional.mse_loss(made.detach(), picture), power.detach()


def train(training, steps):
    stop = []
    signal.signal(signal.SIGTERM, lambda *_: stop.append(True))
    stage = training.stage
    drawings, first = Drawings(stage), training.done.get(stage, 0)
    decibels, powers, saved, cpu = [], [], time.time(), time.process_time()
    for step in range(first, steps):
        wait_while_paused()
        torch.manual_seed(step)
        share = 1 - step / steps if stage == "decay" else 1
        error, power = training.step(drawings.batch(step), share)
        training.done[stage] = step + 1
        decibels.append(decibels_of(float(error)))
        powers.append(float(power))
        if time.time() - saved > SAVE_SECONDS or step + 1 == steps or stop:
            training.seconds += time.process_time() - cpu
            means = round(float(np.mean(decibels)), 2), round(float(np.mean(powers)), 3)
            row = [training.candidate, stage, step + 1, round(training.seconds), *means]
            print(time.strftime("%H:%M:%S"), *row, flush=True)
            with open(WORK / "autoencoder-log.csv", "a", newline="") as file:
                csv.writer(file).writerow(row)
            training.save()
            decibels, powers, saved, cpu = [], [], time.time(), time.process_time()
        if stop:
            break
    if stop:
        sys.exit("stopped by SIGTERM; the state is saved")  # so that a chain of commands ends here


@torch.no_grad()
def export(training):
    """the averaged weights, and the scale and shift with which the latent has mean 0 and spread 1"""
    for name, p in training.networks.named_parameters():
        p.copy_(training.average[name])
    autoencoder = training.autoencoder.to(memory_format=torch.contiguous_format)
    rng, values = np.random.default_rng(5), []
    for _ in range(MEASURED):
        quarter = torch.from_numpy(render(scenes.sample(rng, 1024, 1024)[0], 256, 256)).permute(2, 0, 1)[None] * 2 - 1
        values.append(low_encoded(autoencoder.encoder, quarter)[0, :training.channels].flatten(1))
    values = torch.cat(values, 1)
    autoencoder.register_to_config(scaling_factor=round(1 / float(values.std()), 3), shift_factor=round(float(values.mean()), 3))
    print("spread of the channels", *[f"{spread:.2f}" for spread in values.std(1)])
    autoencoder.save_pretrained(WORK / f"vae-{training.candidate}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("candidate", choices=list(CANDIDATES))
    parser.add_argument("stage", choices=[*STAGES, "export"])
    parser.add_argument("--steps", type=int, default=0, help="in all, those of earlier runs included")
    options = parser.parse_args()
    torch.set_num_threads(1)
    WORK.mkdir(parents=True, exist_ok=True)
    if options.stage == "export":
        export(Training(options.candidate, "decoder"))
    else:
        train(Training(options.candidate, options.stage), options.steps)


if __name__ == "__main__":
    main()
