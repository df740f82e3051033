"""An endless supply of freshly drawn scenes for training: a drawing process, and a pool that batches are taken from.

Batches need one canvas size and one padded caption length, so drawings wait in the pool until a batch of their sort is
wanted. The pool keeps the newest few thousand of each sort; a scene may be seen again, each time with other noise.
"""
import threading
import time

import numpy as np
import torch

import scenes
from captions import CaptionTokenizer, padded_length
from configuration import LATENT, PAUSE
from latents import chosen_latent

CHUNK = 16              # drawings travel from the drawing process in chunks of one sort
LONGEST = 64            # captions of more tokens are dropped
EMPTY_CAPTIONS = 0.03   # so that guidance has something to start from


def wait_while_paused():
    while PAUSE.exists():
        time.sleep(1)


class Drawings(torch.utils.data.IterableDataset):
    """chunks of one sort: (width, height, caption length), latents float16, ids, lengths"""

    def __init__(self, sizes, shares, kinds, seed):
        self.sizes, self.shares, self.kinds, self.seed = sizes, shares, kinds, seed

    def draw(self, rng, tokenizer, latent, width, height):
        scene, caption = scenes.sample(rng, width, height, self.kinds)
        ids = tokenizer("" if rng.random() < EMPTY_CAPTIONS else caption)
        return latent.of_scene(scene, width, height).astype(np.float16), ids

    def __iter__(self):
        torch.set_num_threads(1)
        rng = np.random.default_rng([self.seed, torch.utils.data.get_worker_info().id])
        tokenizer, latent, waiting = CaptionTokenizer(), chosen_latent(), {}
        while True:
            wait_while_paused()
            width, height = self.sizes[int(rng.choice(len(self.sizes), p=self.shares))]
            for _ in range(CHUNK):
                drawn, ids = self.draw(rng, tokenizer, latent, width, height)
                length = padded_length(ids)
                if length <= LONGEST:
                    waiting.setdefault((width, height, length), []).append((drawn, ids))
            for sort, chunk in waiting.items():
                if len(chunk) >= CHUNK:
                    yield sort, *packed(chunk[:CHUNK], sort[2], tokenizer.padding)
                    waiting[sort] = chunk[CHUNK:]


def packed(drawn, length, padding):
    ids = np.full((len(drawn), length), padding, np.int64)
    for row, (_, values) in enumerate(drawn):
        ids[row, :len(values)] = values
    return np.stack([latent for latent, _ in drawn]), ids, np.array([len(values) for _, values in drawn])


class Pool:
    KEPT = 256 if LATENT == "analytic" else 64    # chunks of each sort
    AHEAD = 1600 if LATENT == "analytic" else 160  # drawings before the first batch

    def __init__(self, drawings, fresh):
        """fresh: drawings made for each one used; 1 means that a scene is seen about once"""
        self.sorts, self.lock, self.made, self.used, self.fresh = {}, threading.Lock(), 0, 0, fresh
        self.loader = torch.utils.data.DataLoader(drawings, batch_size=None, num_workers=1, prefetch_factor=4)
        threading.Thread(target=self.fill, daemon=True).start()
        while self.made < self.AHEAD:
            time.sleep(.2)

    def fill(self):
        for sort, latents, ids, lengths in self.loader:
            while self.made > self.AHEAD + self.fresh * self.used:
                time.sleep(.05)
            sort = tuple(int(value) for value in sort)
            with self.lock:
                kept, count = self.sorts.get(sort, ([], 0))
                if len(kept) < self.KEPT:
                    kept.append((latents, ids, lengths))
                else:
                    kept[count % self.KEPT] = (latents, ids, lengths)
                self.sorts[sort] = (kept, count + 1)
                self.made += CHUNK

    def batch(self, rng, width, height, size):
        """-> latents, ids, lengths; None while nothing of this canvas size was drawn. Four drawings of a chunk at a time."""
        with self.lock:
            sorts = [sort for sort in self.sorts if sort[:2] == (width, height)]
            if not sorts:
                return None
            counts = np.array([self.sorts[sort][1] for sort in sorts], float)
            sort = sorts[int(rng.choice(len(sorts), p=counts / counts.sum()))]
            kept = self.sorts[sort][0]
            wanted = size if sort[2] == 32 else size * 3 // 4  # longer captions, smaller batch
            taken = []
            for _ in range(-(-wanted // 4)):
                chunk, rows = kept[int(rng.integers(len(kept)))], rng.permutation(CHUNK)[:4]
                taken.append([part[rows] for part in chunk])
            self.used += 4 * len(taken)
        latents, ids, lengths = (torch.as_tensor(np.concatenate([np.asarray(part) for part in parts])) for parts in zip(*taken))
        return latents.float(), ids.long(), lengths.long()
