"""Autoencoder and transformer in a few minutes, on one GPU and many CPU cores.

    python train_on_gpu.py --seconds 280 --out FOLDER [--parts autoencoder,transformer]

Goes on from the states kept beside this script: autoencoder-x16.safetensors, and transformer-x16.safetensors or else the released
transformer. FOLDER gets both again, float32 and float16, with contact sheets and log.csv, every half minute; SIGTERM saves and
ends. A part that fails leaves what it had to the next one. `--device cpu --drawers 1 --gallery 0.001` tries it without a GPU.
"""
import os

os.environ.setdefault("NANO_LATENT", "x16")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import argparse
import copy
import csv
import json
import shutil
import signal
import threading
import time
import traceback
from pathlib import Path

START = time.time()

import numpy as np
import torch

from autoencoder import decibels_of, low_encoded
from configuration import AUTOENCODER_FOLDER, LATENT, LATENT_CHANNELS, RECIPE, TOKENIZER, TRAINING, WORK
from drawing_processes import DrawingProcesses, Gallery
from latents import LearnedLatent
from precision import mixed_precision

# the share of the time at which each part ends; the time begins when all is imported, which may take a minute
AUTOENCODER_ENDS = dict(low=.19, high=.21, both=.45)
LAST_SECONDS = 9        # for the last sheet
DECAY = .4              # the share of a part in which its learning rate goes down to zero
TELL_SECONDS, SAVE_SECONDS, SHEET_SECONDS = 5, 25, 60
# drawings in a batch, and the share of the batches
PICTURES = dict(low=[("large", 16, .6), ("small", 64, .4)], high=[("crop", 32, .5), ("whole", 2, .5)],
                both=[("crop", 32, .4), ("whole", 2, .6)])
# until that share of the time: canvas, scenes in a batch, share of the batches
SCENES = [(.5, [("small", 128, 1)]), (1, [("large", 48, .85), ("small", 128, .15)])]
DRAWN = dict(autoencoder=dict(large=400, small=270, crop=280, whole=50), small=dict(small=650, large=350),
             large=dict(small=100, large=900))
FEWEST = 64             # drawings of a sort before the first batch
RATE = 1.5e-3           # of the transformer
UNSEEN = 4              # drawings of each kind of scene, to measure decibels


class Run:
    """the time, what is drawn, and what is told and saved"""

    def __init__(self, options):
        self.device, self.out, self.seconds = torch.device(options.device), options.out, options.seconds
        self.batch_share = options.batch
        self.out.mkdir(parents=True, exist_ok=True)
        self.stopped = False
        self.rng = np.random.default_rng(int(START))
        self.processes = DrawingProcesses(options.drawers, DRAWN["autoencoder"], int(START))
        signal.signal(signal.SIGTERM, self.stop)
        self.gallery = Gallery(self.processes, self.device, options.gallery)

    def stop(self, *_):
        self.stopped = True

    def now(self):
        return time.time() - START

    def over(self, end):
        return self.stopped or self.now() >= end

    def tell(self, *words):
        print(f"{self.now():6.1f} s", *words, flush=True)

    def log(self, part, step, pictures, **values):
        fresh = not (self.out / "log.csv").exists()
        with open(self.out / "log.csv", "a", newline="") as file:
            writer = csv.writer(file)
            if fresh:
                writer.writerow(["seconds", "part", "step", "pictures", "values"])
            writer.writerow([round(self.now(), 1), part, step, pictures, json.dumps(values)])
        self.tell(part, f"step {step}, {pictures} pictures,", ", ".join(f"{name} {value}" for name, value in values.items()))

    def batch(self, choices):
        """one of (name, count, share) -> pictures, ids, lengths"""
        name, count, _ = choices[int(self.rng.choice(len(choices), p=[share for _, _, share in choices]))]
        while self.gallery.there(name) < FEWEST * self.batch_share and not self.stopped:
            time.sleep(.1)
        return self.gallery.batch(self.rng, name, max(1, int(count * self.batch_share)))

    def part(self, work, *arguments):
        try:
            return work(self, *arguments)
        except Exception:
            traceback.print_exc()
            self.tell("failed:", work.__name__, *arguments)


class Laps:
    """when to tell and when to save; means since the last time"""

    def __init__(self, run):
        self.run, self.told, self.saved, self.values = run, run.now(), run.now(), []

    def add(self, *tensors):
        """-> the means of each, now and then; else None"""
        self.values.append(torch.stack(tensors))
        if self.run.now() - self.told < TELL_SECONDS:
            return None
        means = torch.stack(self.values).mean(0).tolist()
        self.told, self.values = self.run.now(), []
        return means

    def save_now(self):
        if self.run.now() - self.saved < SAVE_SECONDS:
            return False
        self.saved = self.run.now()
        return True


def rate_share(run, begin, end):
    return min(1, max(0, end - run.now()) / ((end - begin) * DECAY))


# ---------------------------------------------------------------- autoencoder
class RoundTrips:
    """unseen drawings 1024x1024, the first ones of evaluate.py"""

    def __init__(self, device):
        from evaluate import unseen_drawings
        self.device, self.drawings = device, dict(unseen_drawings(UNSEEN))

    @torch.no_grad()
    def decibels(self, training):
        """through the averaged weights in float32 -> {kind: mean}"""
        from train_autoencoder import Networks
        networks = Networks(training.candidate).to(self.device)
        for name, p in networks.named_parameters():
            p.copy_(training.average[name])
        results = {}
        for kind, drawings in self.drawings.items():
            values = []
            for drawing in drawings:
                picture = torch.from_numpy(drawing).to(self.device).permute(2, 0, 1)[None].contiguous() * 2 - 1
                made = networks.autoencoder.decode(networks.autoencoder.encode(picture).latent_dist.mode()).sample
                values.append(decibels_of((made.clamp(-1, 1) - picture).square().mean()))
            results[kind] = round(float(np.mean(values)), 2)
        return results


def save_autoencoder(run, training, trips):
    from autoencoder_state import pack
    training.save()
    state, file = dict(average=training.average, done=training.done, seconds=training.seconds), run.out / f"autoencoder-{LATENT}.safetensors"
    pack(state, file, torch.float32)
    run.log(training.stage, training.done[training.stage], "unseen", **trips.decibels(training))


def autoencoder_part(run, stage, end, trips):
    from train_autoencoder import Training
    training = Training(LATENT, stage, run.device)
    begin, laps, pictures = run.now(), Laps(run), 0
    while not run.over(end):
        picture, _, _ = run.batch(PICTURES[stage])
        picture = picture.flip(3) if run.rng.random() < .5 else picture
        means = laps.add(*training.step(picture, rate_share(run, begin, end)))
        training.done[stage] = training.done.get(stage, 0) + 1
        pictures += len(picture)
        if means:
            run.log(stage, training.done[stage], pictures, decibels=round(decibels_of(means[0]), 2), power=round(means[1], 3))
        if laps.save_now():
            save_autoencoder(run, training, trips)
    if pictures:
        save_autoencoder(run, training, trips)


def train_autoencoder(run, share):
    """share: of the seconds that are left"""
    trips = RoundTrips(run.device)
    begin = run.now()
    run.tell("drawn", run.gallery.told(begin))
    for stage, end in AUTOENCODER_ENDS.items():
        run.part(autoencoder_part, stage, begin + (run.seconds - LAST_SECONDS - begin) * end / AUTOENCODER_ENDS["both"] * share, trips)


def export_autoencoder(run):
    """for diffusers, as everything after it reads it"""
    from train_autoencoder import Training, export
    export(Training(LATENT, "decoder"))
    run.tell("exported", AUTOENCODER_FOLDER)


# ---------------------------------------------------------------- transformer
class Encoder(LearnedLatent):
    """drawings at a quarter of their size -> what the transformer sees; and back"""

    def __init__(self, device):
        super().__init__()
        self.autoencoder.to(device)
        self.encoder = copy.deepcopy(self.autoencoder.encoder).to(torch.bfloat16)

    @torch.no_grad()
    def latents(self, quarter):
        return (low_encoded(self.encoder, quarter.bfloat16())[:, :LATENT_CHANNELS].float() - self.shift) * self.scaling

    @torch.no_grad()
    def picture(self, latent):
        """[channels, h, w] -> 0..1 [h, w, 3]"""
        made = self.autoencoder.decode(latent[None].float() / self.scaling + self.shift).sample[0]
        return (made.permute(1, 2, 0) / 2 + .5).clamp(0, 1).cpu().numpy()


def save_transformer(run, training, validation):
    from transformer_state import pack
    text_encoder, transformer = training.averaged()
    file = run.out / f"transformer-{LATENT}.safetensors"
    pack(text_encoder.state_dict(), transformer.state_dict(), training.step, training.samples, file)
    run.log("transformer", training.step, training.samples, **validation.losses(training))


def draw_sheet(run, training, encoder):
    """the square ones of the fixed prompts; a thread writes the file -> the thread"""
    from captions import CaptionTokenizer
    from contact_sheet import PROMPTS, SEED, SQUARE, caption_of
    from sampler import sample
    from sheet import sheet
    chosen = [k for k, prompt in enumerate(PROMPTS) if prompt[1] == SQUARE]
    with mixed_precision(run.device):
        latents = sample(*training.averaged(), CaptionTokenizer(), [PROMPTS[k][0] for k in chosen], [SEED + k for k in chosen], *SQUARE)
    captions = [caption_of(PROMPTS[k]) for k in chosen]
    pictures = [encoder.picture(latent) for latent in latents]
    thread = threading.Thread(target=sheet, args=(pictures, captions, run.out / "contact.png"), daemon=True)
    thread.start()
    run.tell("draws contact.png")
    return thread


def begin_transformer():
    from begin_from_release import main
    from transformer_state import KEPT, unpack
    if (TRAINING / "state.pt").exists():
        return
    if KEPT.exists():
        unpack()
    else:
        main()


def train_transformer(run, end):
    from train_transformer import Training, Validation
    begin_transformer()
    encoder, validation = Encoder(run.device), Validation(run.device)
    training = Training(RATE, device=run.device)
    laps, begin, canvas, drawn = Laps(run), run.now(), None, run.now()
    run.tell("drawn", run.gallery.told(run.now()))
    while not run.over(end):
        share = (run.now() - begin) / (end - begin)
        choices = next(choices for until, choices in SCENES if share < until or until == 1)
        if canvas != choices[0][0]:
            canvas = choices[0][0]
            run.processes.want(**DRAWN[canvas])
        pictures, ids, lengths = run.batch(choices)
        loss = training.train_on(encoder.latents(pictures), ids, lengths, rate_share(run, begin, end))
        means = laps.add(loss)
        if means:
            run.log("transformer", training.step, training.samples, canvas=canvas, loss=round(means[0], 4))
        if laps.save_now():
            save_transformer(run, training, validation)
        if run.now() - drawn > SHEET_SECONDS:
            run.part(draw_sheet, training, encoder)
            drawn = run.now()
    save_transformer(run, training, validation)
    run.tell("drawn", run.gallery.told(run.now()))
    run.processes.end()
    writing = run.part(draw_sheet, training, encoder)
    training.save("landed.pt")
    if writing:
        writing.join()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=280, help="in all, from the start of this script")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--parts", default="autoencoder,transformer")
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--drawers", type=int, default=14, help="processes that draw")
    parser.add_argument("--gallery", type=float, default=1, help="the share of the usual number of drawings that is kept")
    parser.add_argument("--batch", type=float, default=1, help="the share of the usual size of a batch")
    options = parser.parse_args()
    WORK.mkdir(parents=True, exist_ok=True)
    shutil.copytree(RECIPE.parent / "tokenizer", TOKENIZER, dirs_exist_ok=True)
    run = Run(options)
    run.tell("drawing with", options.drawers, "processes;", torch.__version__,
             torch.cuda.get_device_name(run.device) if run.device.type == "cuda" else "")
    torch.set_num_threads(2)
    torch.backends.cudnn.benchmark, torch.backends.cudnn.benchmark_limit = True, 4  # a few tries, so that it begins soon
    torch.manual_seed(int(START))
    from autoencoder_state import unpack
    from diffusers import AutoencoderKL, ZImageTransformer2DModel  # noqa: F401, slow imports before the time is shared out
    from transformers import Qwen3Model  # noqa: F401
    run.tell("imported")
    state = WORK / f"autoencoder-{LATENT}.pt"
    if not state.exists():
        unpack(RECIPE / f"autoencoder-{LATENT}.safetensors", state)
    both = "transformer" in options.parts
    if "autoencoder" in options.parts:
        run.part(train_autoencoder, AUTOENCODER_ENDS["both"] if both else 1)
    run.part(export_autoencoder)
    if both and not run.stopped:
        run.part(train_transformer, options.seconds - LAST_SECONDS)
    run.processes.end()
    run.gallery.end()
    run.tell("done")
    os._exit(0)


if __name__ == "__main__":
    main()
