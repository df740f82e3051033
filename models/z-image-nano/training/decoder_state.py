"""Keeps an unfinished decoder of the analytic latent small enough for the repository: the averaged weights as float16.

    python decoder_state.py pack      work/decoder.pt -> decoder.safetensors beside this script
    python decoder_state.py unpack    and back
"""
import json
import sys

import torch

from configuration import DECODER_STATE, RECIPE, WORK, new_autoencoder
from training_state import load_weights, save_atomically, save_weights_atomically

KEPT = RECIPE / "decoder.safetensors"


def pack():
    state = torch.load(DECODER_STATE, weights_only=False)
    decoder = {name: value for name, value in state["autoencoder"].items() if name.startswith("decoder.")}
    save_weights_atomically({**decoder, **{f"head.{name}": value for name, value in state["head"].items()}}, KEPT, torch.float16,
                            done=json.dumps(state["done"]))


def unpack():
    weights, about = load_weights(KEPT)
    head = {name[5:]: value for name, value in weights.items() if name.startswith("head.")}
    decoder = {name: value for name, value in weights.items() if name.startswith("decoder.")}
    WORK.mkdir(parents=True, exist_ok=True)
    save_atomically(dict(autoencoder={**new_autoencoder().state_dict(), **decoder}, head=head, done=json.loads(about["done"])), DECODER_STATE)


def main():
    dict(pack=pack, unpack=unpack)[sys.argv[1]]()


if __name__ == "__main__":
    main()
