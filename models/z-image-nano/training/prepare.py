"""Step 1: the tokenizer and the scale of the latent, from captions and drawings. The same every time.

    python prepare.py

The decoder is bound to the latent's scale: to go on from a released checkpoint, take that release's
latent_statistics.json and its tokenizer instead of running this (see README.md).
"""
import numpy as np

import scenes
from captions import CaptionTokenizer, train_tokenizer
from configuration import SMALL, TOKENIZER, VOCABULARY, WORK
from drawing import render
from latents import CHROMA, FREQUENCY, coefficients, write_statistics
from vocabulary import FILLERS

CAPTIONS, DRAWINGS = 24000, 1200
SIZES = [(1024, 1024), (512, 512), (1024, 576), (768, 512)]
# high frequencies are kept small, so that layout and colour dominate the loss
DAMPING = np.array([1.0, .72, .55, .45, .40, .38, .36])
WHITENING = 0.62   # 1 would give all channels the same spread
LUMA_SPREAD = 1.7  # of the mean brightness of a cell


def corpus(rng):
    captions = [scenes.sample(rng)[1] for _ in range(CAPTIONS)]
    # words around the captions, and the template's own, so that they get whole tokens
    return captions + [" " + word for word in FILLERS for _ in range(30)] + ["<x>user\n", "\nassistant\n"] * 200


def check_tokenizer(captions):
    from transformers import AutoTokenizer
    reference, own = AutoTokenizer.from_pretrained(TOKENIZER), CaptionTokenizer()
    for caption in captions[:300]:
        text = reference.apply_chat_template([{"role": "user", "content": caption}], tokenize=False,
                                             add_generation_prompt=True, enable_thinking=True)
        assert reference(text).input_ids == own(caption), (caption, text)
    lengths = np.array([len(own(caption)) for caption in captions[:3000]])
    print("tokens", len(reference), "in a caption: median", np.median(lengths), "share up to 32:", (lengths <= 32).mean())


def latent_scale(rng):
    columns = []
    for k in range(DRAWINGS):
        width, height = SIZES[k % len(SIZES)]
        small = render(scenes.sample(rng, width, height)[0], height // SMALL, width // SMALL)
        columns.append(coefficients(small).reshape(32, -1))
    values = np.concatenate(columns, 1)
    mean, spread = values.mean(1), values.std(1)
    scale = spread ** WHITENING
    scale *= (spread[0] / scale[0]) / LUMA_SPREAD
    chroma = FREQUENCY[:len(CHROMA)]
    return mean, scale / DAMPING[np.concatenate([FREQUENCY, chroma, chroma])]


def main():
    WORK.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(1)
    captions = corpus(rng)
    train_tokenizer(captions, VOCABULARY)
    check_tokenizer(captions)
    write_statistics(*latent_scale(rng))


if __name__ == "__main__":
    main()
