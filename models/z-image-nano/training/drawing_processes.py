"""Drawings by many processes at once, for a GPU that uses thousands a second.

Each process writes 8-bit drawings and the ids of their captions into rings in shared memory; `Gallery` moves them to the GPU,
where the newest stay. Start the processes before anything uses CUDA: they are forks.
"""
import mmap
import multiprocessing
import os
import threading
import time
import traceback
from dataclasses import dataclass

import numpy as np
import torch

import scenes
from captions import CaptionTokenizer, padded_length
from configuration import RECIPE
from drawing import render
from fresh_scenes import EMPTY_CAPTIONS, LONGEST
from train_autoencoder import crop_of

KINDS = dict(single=.40, several=.33, landscape=.27)
CANVAS = dict(small=512, large=1024, crop=1024, whole=1024)


@dataclass(frozen=True)
class Sort:
    """what waits together: drawings of one side in pixels, with captions of one padded length"""
    name: str
    length: int   # of the ids; 0: the captions are not kept
    side: int
    ring: int     # drawings of a process that wait in shared memory
    kept: int     # drawings that stay on the GPU


# small and large: whole drawings of 512x512 and 1024x1024 at a quarter of their size, which is all that a latent needs
SORTS = [Sort("small", 32, 128, 128, 160_000), Sort("small", 64, 128, 32, 40_000), Sort("large", 32, 256, 64, 120_000),
         Sort("large", 64, 256, 16, 30_000), Sort("crop", 0, 256, 64, 60_000), Sort("whole", 0, 1024, 6, 4_000)]
PAUSE_SECONDS = .1  # between two rounds of moving


def shared_array(shape, dtype):
    """anonymous shared memory, which forks inherit; /dev/shm may be small"""
    bytes_ = int(np.prod(shape)) * np.dtype(dtype).itemsize
    return np.frombuffer(mmap.mmap(-1, max(bytes_, 1)), dtype, int(np.prod(shape))).reshape(shape)


class DrawingProcesses:
    """`wanted`: how many drawings of each name in a thousand; it may change while they draw"""

    def __init__(self, count, wanted, seed):
        self.count, self.seed = count, seed
        self.wanted = shared_array((len(CANVAS),), np.float64)
        self.want(**wanted)
        self.made, self.taken = (shared_array((count, len(SORTS)), np.int64) for _ in range(2))
        self.pictures = [shared_array((count, sort.ring, sort.side, sort.side, 3), np.uint8) for sort in SORTS]
        self.ids = [shared_array((count, sort.ring, sort.length + 1), np.int16) for sort in SORTS]  # the last is their number
        context = multiprocessing.get_context("fork")
        self.processes = [context.Process(target=self.draw, args=(number,), daemon=True) for number in range(count)]
        for process in self.processes:
            process.start()

    def want(self, **wanted):
        self.wanted[:] = [wanted.get(name, 0) for name in CANVAS]

    def end(self):
        for process in self.processes:
            process.terminate()

    def draw(self, number):
        parent = os.getppid()
        os.nice(5)
        rng, tokenizer = np.random.default_rng([self.seed, number]), CaptionTokenizer(RECIPE.parent / "tokenizer")
        while os.getppid() == parent:
            try:
                self.draw_one(number, rng, tokenizer)
            except Exception:
                traceback.print_exc()
                time.sleep(1)

    def draw_one(self, number, rng, tokenizer):
        wanted = self.wanted.copy()
        name = list(CANVAS)[int(rng.choice(len(CANVAS), p=wanted / wanted.sum()))]
        canvas = CANVAS[name]
        scene, caption = scenes.sample(rng, canvas, canvas, KINDS)
        ids = tokenizer("" if rng.random() < EMPTY_CAPTIONS else caption)
        length = padded_length(ids) if name in ("small", "large") else 0
        if length > LONGEST:
            return
        kind = next(k for k, sort in enumerate(SORTS) if (sort.name, sort.length) == (name, length))
        sort = SORTS[kind]
        if self.made[number, kind] - self.taken[number, kind] >= sort.ring:
            time.sleep(.002)
            return
        if name == "crop":
            picture = render(scene, canvas, canvas, crop_of(rng, scene, canvas, canvas, sort.side))
        else:
            picture = render(scene, sort.side, sort.side)
        place = int(self.made[number, kind]) % sort.ring
        self.pictures[kind][number, place] = np.round(picture * 255).astype(np.uint8)
        if length:
            self.ids[kind][number, place] = tokenizer.padding
            self.ids[kind][number, place, :len(ids)] = ids
            self.ids[kind][number, place, -1] = len(ids)
        self.made[number, kind] += 1  # last: now it may be taken


class Gallery:
    """The newest drawings, on the GPU. A drawing that is replaced while it is read may be torn: one in a million. `share` makes it
    smaller, for a machine with less memory."""

    def __init__(self, processes, device, share=1.0):
        self.processes, self.device = processes, device
        self.kept = [max(64, int(sort.kept * share)) for sort in SORTS]
        self.pictures = [torch.empty((kept, sort.side, sort.side, 3), dtype=torch.uint8, device=device)
                         for sort, kept in zip(SORTS, self.kept)]
        self.ids = [torch.zeros((kept, sort.length + 1), dtype=torch.int16, device=device) for sort, kept in zip(SORTS, self.kept)]
        self.moved, self.used = np.zeros(len(SORTS), np.int64), np.zeros(len(SORTS), np.int64)
        # of its own, so that copying does not wait for training
        self.stream = torch.cuda.Stream(device) if torch.device(device).type == "cuda" else None
        self.ended = False
        self.thread = threading.Thread(target=self.move_all, daemon=True)
        self.thread.start()

    def end(self):
        self.ended = True
        self.thread.join(5)

    def move_all(self):
        while not self.ended:
            try:
                with torch.cuda.stream(self.stream):  # None changes nothing
                    for kind in range(len(SORTS)):
                        for number in range(self.processes.count):
                            self.move(number, kind)
            except Exception:
                traceback.print_exc()
            time.sleep(PAUSE_SECONDS)  # small copies would only keep the thread that trains from its work

    def move(self, number, kind):
        """what lies together in the ring of one process"""
        first, end = int(self.processes.taken[number, kind]), int(self.processes.made[number, kind])
        ring, kept, into = SORTS[kind].ring, self.kept[kind], int(self.moved[kind])
        count = min(end - first, ring - first % ring, kept - into % kept)
        if count > 0:
            rows, places = slice(first % ring, first % ring + count), slice(into % kept, into % kept + count)
            # blocks until it is copied
            self.pictures[kind][places].copy_(torch.from_numpy(self.processes.pictures[kind][number, rows]))
            self.ids[kind][places].copy_(torch.from_numpy(self.processes.ids[kind][number, rows]))
            self.processes.taken[number, kind] += count
            self.moved[kind] += count

    def there(self, name):
        return sum(int(self.moved[kind]) for kind, sort in enumerate(SORTS) if sort.name == name)

    def kind_of(self, rng, name):
        """one of the lengths of captions, as often as they are drawn"""
        kinds = [kind for kind, sort in enumerate(SORTS) if sort.name == name and self.moved[kind] > 0]
        counts = np.array([self.moved[kind] for kind in kinds], float)
        return kinds[int(rng.choice(len(kinds), p=counts / counts.sum()))]

    def batch(self, rng, name, count):
        """-> pictures [n, 3, side, side] in -1..1, ids, lengths"""
        kind = self.kind_of(rng, name)
        rows = torch.randint(min(int(self.moved[kind]), self.kept[kind]), (count,), device=self.device)
        self.used[kind] += count
        ids = self.ids[kind][rows].long()
        pictures = self.pictures[kind][rows].permute(0, 3, 1, 2).contiguous().float() / 127.5 - 1
        return pictures, ids[:, :-1], ids[:, -1]

    def told(self, seconds):
        """how many drawings there are, and how often each was used"""
        names = [f"{sort.name}{sort.length or ''}" for sort in SORTS]
        return ", ".join(f"{name} {made} ({made / seconds:.0f}/s, used {used / max(1, made):.1f} times)"
                         for name, made, used in zip(names, self.moved, self.used))
