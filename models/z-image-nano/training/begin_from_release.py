"""Instead of steps 1 and 2: go on from the released checkpoint beside this recipe.

    python begin_from_release.py

Takes over its tokenizer, the latent's scale that its decoder was trained with, and its transformer and text encoder (in
bf16, without the optimizer's state) as work/transformer/state.pt, and its autoencoder as work/decoder.pt and work/encoder.pt. For a
learned latent (NANO_LATENT) the transformer's first and last layer, whose shapes depend on the latent, begin anew, and the autoencoder
is not taken over.
"""
import shutil

import torch
from diffusers import AutoencoderKL, ZImageTransformer2DModel
from transformers import Qwen3Model

from configuration import (DECODER_STATE, ENCODER_STATE, LATENT, LATENT_STATISTICS, RECIPE, TOKENIZER, TRAINING, new_text_encoder,
                           new_transformer)
from train_transformer import initialise
from training_state import save_atomically

RELEASED = RECIPE.parent


def fitting(released, own):
    """the released weights, and our own where shapes differ"""
    return {name: released[name] if released[name].shape == value.shape else value for name, value in own.items()}


def main():
    TRAINING.mkdir(parents=True, exist_ok=True)
    shutil.copytree(RELEASED / "tokenizer", TOKENIZER, dirs_exist_ok=True)
    shutil.copy(RECIPE / "released_latent_statistics.json", LATENT_STATISTICS)
    torch.manual_seed(0)
    text_encoder, transformer = new_text_encoder(), new_transformer()
    initialise(text_encoder, transformer)
    te = Qwen3Model.from_pretrained(RELEASED, subfolder="text_encoder", dtype=torch.float32).state_dict()
    released = ZImageTransformer2DModel.from_pretrained(RELEASED, subfolder="transformer", torch_dtype=torch.float32).state_dict()
    tr = fitting(released, transformer.state_dict())
    save_atomically(dict(te=te, tr=tr, ema_te=te, ema_tr=tr, step=0, samples=0, cpu=0.0), TRAINING / "state.pt")
    if LATENT == "analytic":
        autoencoder = AutoencoderKL.from_pretrained(RELEASED, subfolder="vae", torch_dtype=torch.float32).state_dict()
        for path in (DECODER_STATE, ENCODER_STATE):
            save_atomically(dict(autoencoder=autoencoder, done={}), path)


if __name__ == "__main__":
    main()
