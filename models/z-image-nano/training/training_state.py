"""Saving and loading of the trained networks."""
import os

import torch
from safetensors import safe_open
from safetensors.torch import save_file

from configuration import TRAINING, new_text_encoder, new_transformer


def load_averaged(path=TRAINING / "state.pt"):
    """-> text encoder, transformer (averaged weights), step"""
    state = torch.load(path, weights_only=False)
    text_encoder, transformer = new_text_encoder(), new_transformer()
    text_encoder.load_state_dict(state["ema_te"])
    transformer.load_state_dict(state["ema_tr"])
    return text_encoder.eval(), transformer.eval(), state["step"]


def save_atomically(state, path):
    temporary = f"{path}.tmp"
    torch.save(state, temporary)
    os.replace(temporary, path)


def save_weights_atomically(weights, path, dtype, **about):
    """safetensors, with what is told about them as text"""
    temporary = f"{path}.tmp"
    save_file({name: value.detach().to("cpu", dtype).contiguous() for name, value in weights.items()}, temporary, metadata=about)
    os.replace(temporary, path)


def load_weights(path):
    """-> weights in float32, what is told about them; as save_weights_atomically wrote them"""
    with safe_open(path, "pt") as file:
        return {name: file.get_tensor(name).float() for name in file.keys()}, file.metadata()
