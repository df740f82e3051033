"""Keeps an unfinished autoencoder small enough for the repository: the averaged weights as float16, and how far training got.

    python autoencoder_state.py pack x16      work/autoencoder-x16.pt -> autoencoder-x16.safetensors beside this script
    python autoencoder_state.py unpack x16    and back, without the optimizer's state
"""
import json
import sys

import torch

from configuration import RECIPE, WORK
from training_state import load_weights, save_atomically, save_weights_atomically


def pack(state, file, dtype=torch.float16):
    save_weights_atomically(state["average"], file, dtype, done=json.dumps(state["done"]), seconds=str(round(state["seconds"])))


def unpack(file, state):
    weights, about = load_weights(file)
    save_atomically(dict(networks=weights, average={name: value.clone() for name, value in weights.items()},
                         done=json.loads(about["done"]), seconds=float(about["seconds"]), stage=None), state)


def main():
    action, candidate = sys.argv[1:]
    WORK.mkdir(parents=True, exist_ok=True)
    state, file = WORK / f"autoencoder-{candidate}.pt", RECIPE / f"autoencoder-{candidate}.safetensors"
    if action == "pack":
        pack(torch.load(state, weights_only=False), file)
    else:
        unpack(file, state)


if __name__ == "__main__":
    main()
