"""Step 2: text encoder and transformer, trained jointly by flow matching on endless fresh scenes.

    python train_transformer.py                       goes on from (or begins) work/transformer/state.pt
    python train_transformer.py --decay-steps 2500    from state.pt to work/transformer/landed.pt, learning rate down to zero

The learning rate is constant after a short warm-up, so training can stop and go on at any step: SIGTERM saves and ends,
SIGSTOP or the file PAUSE let it rest. To land weights, stop it and run the decay; state.pt is not touched by that and
training can go on from it afterwards.
"""
import argparse
import csv
import os
import signal
import time

import numpy as np
import torch

import chances
import scenes
from batched_model import encode_captions, pad_ids
from captions import CaptionTokenizer
from configuration import LATENT, TRAINING, new_text_encoder, new_transformer
from fresh_scenes import Drawings, Pool, wait_while_paused
from latents import chosen_latent
from muon import MuonAndAdam
from precision import fastest_network, mixed_precision
from training_state import save_atomically

# canvas, batch size, and the share of the steps in each stage
SIZES = [(512, 512), (1024, 1024), (768, 512), (512, 768), (1024, 576), (576, 1024), (768, 768)]
BATCH = [12, 4, 8, 8, 8, 8, 4] if LATENT == "x16" else [48, 16, 32, 32, 24, 24, 24]  # x16 has four times the tokens
STAGES = {"small": [.58, .20, .06, .06, .04, .04, .02],   # cheap canvases first
          "all": [.16, .24, .08, .08, .20, .22, .02],     # then more of the others
          "long": [.10, .20, .08, .06, .28, .27, .01],    # then the canvases on which a shape has the fewest cells
          "square": [.12, .45, .08, .08, .12, .12, .03]}  # last, the canvas that most pictures are drawn on
KINDS = dict(single=.42, several=.34, landscape=.24)
WARM_UP = 60
AVERAGE = 0.995            # of the weights, per step
LAYOUT_SAMPLES = 0.23      # share of the samples with extra noise: there the layout and the kinds are decided
BLIND_SAMPLES = 0.35       # share of those that are nearly nothing but noise: there outlines are learned
SAVE_SECONDS, LOG_SECONDS = 180, 60


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stage", choices=list(STAGES), default="small")
    parser.add_argument("--rate", type=float, default=1e-3, help="learning rate")
    parser.add_argument("--fresh", type=float, default=1.0, help="scenes drawn for each one used")
    parser.add_argument("--decay-steps", type=int, default=0, help="decay the learning rate to zero over so many steps and end")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def initialise(text_encoder, transformer):
    """Blocks begin as near identities with open gates, the output begins at zero."""
    with torch.no_grad():
        for name, p in text_encoder.named_parameters():
            if "embed_tokens" in name:
                p.normal_(0, 0.5)
            elif p.ndim == 2:
                p.normal_(0, 0.7 / p.shape[1] ** .5)
        for name, p in transformer.named_parameters():
            if "pad_token" in name:
                p.normal_(0, 0.5)
            elif "adaLN_modulation" in name:
                p.zero_()
                if name.endswith("bias") and "final" not in name:
                    quarter = p.numel() // 4
                    p[quarter:2 * quarter] = 0.4
                    p[3 * quarter:] = 0.4
            elif "all_final_layer" in name:
                p.zero_()
            elif "t_embedder" in name and p.ndim == 2:
                p.normal_(0, 0.02 if "0" in name else 0.03)
            elif p.ndim == 2:
                p.normal_(0, 1 / p.shape[1] ** .5)


def named_parameters(text_encoder, transformer):
    """What is trained: everything but the last layer and the norm of the text encoder, which the pipeline does not use."""
    text = [(f"te.{n}", p) for n, p in text_encoder.named_parameters() if not n.startswith(("layers.3", "norm"))]
    return text + [(f"tr.{n}", p) for n, p in transformer.named_parameters()]


class Training:
    def __init__(self, rate, folder=TRAINING, device="cpu", network=None):
        self.folder, self.rate, self.device = folder, rate, device
        folder.mkdir(parents=True, exist_ok=True)
        self.text_encoder, self.transformer = new_text_encoder().to(device), new_transformer().to(device)
        self.text_encoder.set_attn_implementation("eager")  # faster backward for captions this short
        for p in self.text_encoder.parameters():
            p.requires_grad_(False)
        self.named = named_parameters(self.text_encoder, self.transformer)
        self.parameters = [p.requires_grad_(True) for _, p in self.named]
        self.averaged_text_encoder, self.averaged_transformer = new_text_encoder().to(device), new_transformer().to(device)
        self.optimizer = MuonAndAdam(self.named, rate)
        self.step, self.samples, self.warm_from, self.cpu = 0, 0, 0, 0.0
        self.network_type = network or fastest_network(device)
        self.network = self.network_type(self.transformer)
        if (folder / "state.pt").exists():
            self.load(torch.load(folder / "state.pt", map_location=device, weights_only=False))
        else:
            torch.manual_seed(0)
            initialise(self.text_encoder, self.transformer)
            self.average = [p.detach().clone() for p in self.parameters]

    def load(self, state):
        self.text_encoder.load_state_dict(state["te"])
        self.transformer.load_state_dict(state["tr"])
        averaged = {**{f"te.{n}": v for n, v in state["ema_te"].items()}, **{f"tr.{n}": v for n, v in state["ema_tr"].items()}}
        self.average = [averaged[name].clone() for name, _ in self.named]
        self.step, self.samples, self.cpu = state["step"], state["samples"], state["cpu"]
        self.warm_from = state["warm"] if "opt" in state else self.step
        if "opt" in state:  # a state without an optimizer warms up again
            self.optimizer.load_state_dict(state["opt"])

    def averaged(self):
        """the averaged weights, in modules"""
        pairs = ((self.averaged_text_encoder, self.text_encoder), (self.averaged_transformer, self.transformer))
        for module, source in pairs:
            module.load_state_dict(source.state_dict())
        modules = dict(named_parameters(self.averaged_text_encoder, self.averaged_transformer))
        with torch.no_grad():
            for (name, _), value in zip(self.named, self.average):
                modules[name].copy_(value)
        return self.averaged_text_encoder.eval(), self.averaged_transformer.eval()

    def save(self, name):
        text_encoder, transformer = self.averaged()
        save_atomically(dict(te=self.text_encoder.state_dict(), tr=self.transformer.state_dict(), ema_te=text_encoder.state_dict(),
                             ema_tr=transformer.state_dict(), opt=self.optimizer.state_dict(), step=self.step,
                             samples=self.samples, warm=self.warm_from, cpu=self.cpu), self.folder / name)

    def train_on(self, latents, ids, lengths, share):
        """one step at `share` of the learning rate -> loss, a tensor, so that nothing waits for it"""
        for group in self.optimizer.param_groups:
            group["lr"] = self.rate * share * min(1, (self.step - self.warm_from + 1) / WARM_UP)
        sigma = noise_levels(len(latents), latents.device)
        noise = torch.randn_like(latents)
        loss = flow_loss(self.network, self.text_encoder, latents, noise, sigma, ids, lengths)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.parameters, 1.0)
        self.optimizer.step()
        age = self.step - self.warm_from
        torch._foreach_lerp_(self.average, [p.detach() for p in self.parameters], 1 - min(AVERAGE, (age + 1) / (age + 10)))
        self.step += 1
        self.samples += len(latents)
        return loss.detach()


def shifted(u):
    """uniform 0..1 -> noise level with the pipeline's time shift of 3: the density of the sampler's own steps"""
    return 3 * u / (1 + 2 * u)


def noise_levels(count, device="cpu"):
    """Even over the sampler's steps, and more often where there is most noise. With nothing but noise the network has to know from the
    caption where a shape's outline is: measured there, its outlines are nearly as uneven as after nine steps."""
    uniform = lambda: torch.rand(count, device=device)
    u = ((uniform() + torch.arange(count, device=device)) / count)[torch.randperm(count, device=device)]
    usual = shifted(torch.where(uniform() < LAYOUT_SAMPLES / (1 - BLIND_SAMPLES), 0.5 + 0.5 * uniform(), u))
    return torch.where(uniform() < BLIND_SAMPLES, 1 - 0.1 * uniform() ** 2, usual)


def flow_loss(network, text_encoder, latents, noise, sigma, ids, lengths):
    """Z-Image's convention: t = 1 - sigma, and the network predicts latents - noise."""
    level = sigma[:, None, None, None]
    with mixed_precision(latents.device):
        captions = encode_captions(text_encoder, ids)
        out = network((1 - level) * latents + level * noise, 1 - sigma, captions.float(), lengths)
    return (out - (latents - noise)).pow(2).mean()


class Validation:
    """the loss on fixed scenes, noises and noise levels"""

    def __init__(self, device="cpu"):
        self.sets = {name: tuple(values.to(device) for values in self.fixed(kind, side)) for name, kind, side in (
            ("single512", "single", 512), ("several512", "several", 512), ("single1024", "single", 1024), ("landscape512", "landscape", 512))}

    def fixed(self, kind, side, count=32):
        rng, tokenizer, latent = np.random.default_rng(999), CaptionTokenizer(), chosen_latent()
        latents, rows = [], []
        while len(latents) < count:
            scene, caption = scenes.sample(rng, side, side, {kind: 1})
            if len(tokenizer(caption)) <= 32:
                latents.append(latent.of_scene(scene, side, side))
                rows.append(tokenizer(caption))
        latents = torch.tensor(np.stack(latents))
        noise = torch.randn(latents.shape, generator=torch.Generator().manual_seed(0))
        return latents, noise, shifted((torch.arange(count) + .5) / count), *pad_ids(rows, 32, tokenizer.padding)

    @torch.no_grad()
    def losses(self, training):
        text_encoder, transformer = training.averaged()
        network = training.network_type(transformer)
        return {name: round(float(flow_loss(network, text_encoder, *fixed)), 4) for name, fixed in self.sets.items()}


class Log:
    """a line each minute, and a row in log.csv each time the state is saved"""

    def __init__(self, training):
        self.training, self.validation = training, Validation()
        self.lap()

    def lap(self):
        self.losses, self.since, self.cpu_then, self.samples_then = {}, time.time(), time.process_time(), self.training.samples

    def add(self, width, height, loss):
        self.losses.setdefault(f"{width}x{height}", []).append(loss)
        seconds = time.time() - self.since
        if seconds > LOG_SECONDS:
            cpu = time.process_time() - self.cpu_then
            self.training.cpu += cpu
            losses = " ".join(f"{size} {np.mean(values):.4f}" for size, values in sorted(self.losses.items()))
            print(f"{time.strftime('%H:%M:%S')} step {self.training.step} {losses} | {self.rate():.1f} pictures/s, "
                  f"{cpu / seconds:.2f} cores", flush=True)
            self.lap()

    def rate(self):
        return (self.training.samples - self.samples_then) / (time.time() - self.since)

    def validate(self):
        training = self.training
        losses = self.validation.losses(training)
        path = training.folder / "log.csv"
        fresh = not path.exists()
        with open(path, "a", newline="") as file:
            writer = csv.writer(file)
            if fresh:
                writer.writerow(["step", "pictures", "cpu_seconds", "rate", *losses])
            writer.writerow([training.step, training.samples, round(training.cpu),
                             f"{training.optimizer.param_groups[0]['lr']:.2e}", *losses.values()])
        print("validation", training.step, losses, flush=True)


def next_batch(pool, rng, shares):
    batch = None
    while batch is None:  # a rare canvas size may not have been drawn yet
        index = int(rng.choice(len(SIZES), p=shares))
        batch = pool.batch(rng, *SIZES[index], BATCH[index])
    return SIZES[index], batch


def main():
    options = arguments()
    stop = []
    signal.signal(signal.SIGTERM, lambda *_: stop.append(True))
    chances.fix()
    training = Training(options.rate)
    torch.manual_seed(options.seed * 1_000_003 + training.step)
    rng = np.random.default_rng([options.seed, training.step])
    shares = np.array(STAGES[options.stage]) / sum(STAGES[options.stage])
    drawn = shares * BATCH
    pool = Pool(Drawings(SIZES, drawn / drawn.sum(), KINDS, options.seed * 7919 + training.step), options.fresh)
    log, first, saved = Log(training), training.step, time.time()
    name = "landed.pt" if options.decay_steps else "state.pt"
    while not stop:
        wait_while_paused()
        share = 1 - (training.step - first) / options.decay_steps if options.decay_steps else 1
        if share <= 0:
            break
        size, batch = next_batch(pool, rng, shares)
        log.add(*size, float(training.train_on(*batch, share)))
        if time.time() - saved > SAVE_SECONDS:
            training.save(name)
            log.validate()
            saved = time.time()
    training.save(name)
    log.validate()
    os._exit(0)  # the drawing process and the thread that reads from it have no end of their own


if __name__ == "__main__":
    main()
