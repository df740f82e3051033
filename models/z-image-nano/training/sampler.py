"""Batched sampling with the trained networks: the pipeline's nine Euler steps, without its per-picture cost."""
import torch

from batched_model import BatchedTransformer, encode_captions, pad_ids
from captions import padded_length
from configuration import CELL, LATENT_CHANNELS

STEPS = 9
TIME_SHIFT = 3.0


def sigmas(steps=STEPS):
    plain = torch.linspace(1, 1 / steps, steps)
    return torch.cat([TIME_SHIFT * plain / (1 + (TIME_SHIFT - 1) * plain), torch.zeros(1)])


def noise(seeds, width, height, channels=LATENT_CHANNELS):
    shape = (channels, height // CELL, width // CELL)
    return torch.stack([torch.randn(shape, generator=torch.Generator().manual_seed(seed)) for seed in seeds])


def follow(network, path, x, captions, lengths):
    """-> x at the last of these sigmas, from x at the first one"""
    for now, then in zip(path[:-1], path[1:]):
        velocity = network(x, (1 - now).expand(len(x)), captions, lengths)
        x = x - (then - now) * velocity.float()
    return x


def by_length(rows):
    """{padded length: the captions that have it}, of token ids"""
    lengths = [padded_length(row) for row in rows]
    return {length: [k for k, own in enumerate(lengths) if own == length] for length in set(lengths)}


@torch.no_grad()
def sample(text_encoder, transformer, tokenizer, prompts, seeds, width, height, batch=32, model=BatchedTransformer):
    """-> latents, on the device of the transformer, [n, channels, height / CELL, width / CELL]"""
    rows = [tokenizer(prompt) for prompt in prompts]
    device = next(transformer.parameters()).device
    latents = noise(seeds, width, height).to(device)
    network, steps = model(transformer), sigmas().to(device)
    for length, chosen in by_length(rows).items():
        for first in range(0, len(chosen), batch):
            part = chosen[first:first + batch]
            ids, lengths = pad_ids([rows[k] for k in part], length, tokenizer.padding)
            ids, lengths = ids.to(device), lengths.to(device)
            captions = encode_captions(text_encoder, ids).float()
            latents[part] = follow(network, steps, latents[part], captions, lengths)
    return latents
