"""Instead of steps 1 and 2: go on from the released checkpoint beside this recipe.

    python begin_from_release.py

Takes over its tokenizer, the latent's scale that its decoder was trained with, and its transformer and text encoder (in
bf16, without the optimizer's state) as work/transformer/state.pt.
"""
import shutil

import torch
from diffusers import ZImageTransformer2DModel
from transformers import Qwen3Model

from configuration import LATENT_STATISTICS, RECIPE, TOKENIZER, TRAINING
from training_state import save_atomically

RELEASED = RECIPE.parent


def main():
    TRAINING.mkdir(parents=True, exist_ok=True)
    shutil.copytree(RELEASED / "tokenizer", TOKENIZER, dirs_exist_ok=True)
    shutil.copy(RECIPE / "released_latent_statistics.json", LATENT_STATISTICS)
    text_encoder = Qwen3Model.from_pretrained(RELEASED, subfolder="text_encoder", dtype=torch.float32).state_dict()
    transformer = ZImageTransformer2DModel.from_pretrained(RELEASED, subfolder="transformer", torch_dtype=torch.float32).state_dict()
    save_atomically(dict(te=text_encoder, tr=transformer, ema_te=text_encoder, ema_tr=transformer, step=0, samples=0, cpu=0.0),
                    TRAINING / "state.pt")


if __name__ == "__main__":
    main()
