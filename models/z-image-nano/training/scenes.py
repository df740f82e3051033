"""Scenes with English and Chinese captions: the only training data of z-image-nano.

    python scenes.py sheet.png [seed]        24 random scenes on a sheet, their captions on the terminal
"""
import sys

import numpy as np

from drawing import render
from landscape_scenes import landscape
from shape_scenes import several, single
from vocabulary import AFTER_CHINESE, AFTER_ENGLISH, BEFORE_CHINESE, BEFORE_ENGLISH, FILLERS, chance, pick

KINDS = dict(single=single, several=several, landscape=landscape)
SHARES = dict(single=.42, several=.20, landscape=.38)
CHINESE = 0.33


def dressed_chinese(rng, caption):
    if chance(rng, 0.08):
        caption = pick(rng, BEFORE_CHINESE) + caption
    if chance(rng, 0.08):
        caption = caption + pick(rng, AFTER_CHINESE)
    if chance(rng, 0.2):
        caption += "。"
    if chance(rng, 0.5):  # both widths of punctuation are typed
        caption = caption.replace(",", "\uff0c").replace(":", "\uff1a")
    return caption


def dressed_english(rng, caption):
    if chance(rng, 0.12):
        caption = pick(rng, BEFORE_ENGLISH) + " " + caption
    if chance(rng, 0.08):
        caption = caption + pick(rng, AFTER_ENGLISH)
    if chance(rng, 0.05):
        words = caption.split(" ")
        for _ in range(int(rng.integers(1, 3))):
            words.insert(int(rng.integers(len(words) + 1)), pick(rng, FILLERS))
        caption = " ".join(words)
    u = rng.random()
    if u < 0.2:
        caption = caption[0].upper() + caption[1:]
    elif u < 0.23:
        caption = caption.upper()
    elif u < 0.26:
        caption = caption.title()
    return caption + pick(rng, [".", ".", ".", "!", " "]) if chance(rng, 0.2) else caption


def sample(rng, width=1024, height=1024, shares=SHARES):
    """-> (operations for render(), caption) for a canvas of that many pixels; shares: {kind of scene: weight}"""
    weights = np.array(list(shares.values()), float)
    kind = list(shares)[int(rng.choice(len(shares), p=weights / weights.sum()))]
    chinese = bool(chance(rng, CHINESE))
    scene, caption = KINDS[kind](rng, width, height, chinese)
    return scene, dressed_chinese(rng, caption) if chinese else dressed_english(rng, caption)


def main():
    from sheet import sheet
    rng = np.random.default_rng(int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    pictures, captions = [], []
    for k in range(24):
        width, height = (1024, 1024) if k % 6 < 4 else (1024, 576) if k % 6 == 4 else (576, 1024)
        scene, caption = sample(rng, width, height)
        pictures.append(render(scene, height // 2, width // 2))
        captions.append(caption)
    sheet(pictures, captions, sys.argv[1])
    print("\n".join(captions))


if __name__ == "__main__":
    main()
