"""Keeps an unfinished transformer and its text encoder small enough for the repository: the averaged weights as float16.

    python transformer_state.py pack      work/transformer-x16/state.pt -> transformer-x16.safetensors beside this script
    python transformer_state.py unpack    and back, without the optimizer's state

NANO_LATENT says which latent it has learned.
"""
import sys

import torch

from configuration import LATENT, RECIPE, TRAINING
from training_state import load_weights, save_atomically, save_weights_atomically

KEPT = RECIPE / f"transformer-{LATENT}.safetensors"


def pack(text_encoder, transformer, step, samples, file=KEPT):
    """two dictionaries of weights -> one file"""
    weights = {f"{part}.{name}": value for part, values in (("te", text_encoder), ("tr", transformer)) for name, value in values.items()}
    save_weights_atomically(weights, file, torch.float16, step=str(step), samples=str(samples))


def unpack(file=KEPT, folder=TRAINING):
    folder.mkdir(parents=True, exist_ok=True)
    weights, about = load_weights(file)
    te, tr = ({name[3:]: value for name, value in weights.items() if name.startswith(part)} for part in ("te.", "tr."))
    save_atomically(dict(te=te, tr=tr, ema_te=te, ema_tr=tr, step=int(about["step"]), samples=int(about["samples"]), cpu=0.0),
                    folder / "state.pt")


def main():
    if sys.argv[1] == "pack":
        state = torch.load(TRAINING / "state.pt", map_location="cpu", weights_only=False)
        pack(state["ema_te"], state["ema_tr"], state["step"], state["samples"])
    else:
        unpack()


if __name__ == "__main__":
    main()
