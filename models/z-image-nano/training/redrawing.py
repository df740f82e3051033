"""Latents as the transformer draws them, each with the drawing that it stands for.

The latent of a drawing is mixed with noise as in one of the sampler's last steps, and sampled from there with the drawing's own
caption: what it shows stays where it was, its outlines become those of the transformer. A decoder that learns from such latents draws
edges that are as narrow as the drawings' from them, too.
"""
import torch

from batched_model import BatchedTransformer, encode_captions, pad_ids
from captions import CaptionTokenizer
from configuration import TRAINING
from precision import mixed_precision
from sampler import by_length, follow, sigmas
from training_state import load_averaged


class Redrawing:
    def __init__(self, state=TRAINING / "state.pt"):
        self.text_encoder, transformer, _ = load_averaged(state)
        self.network, self.tokenizer = BatchedTransformer(transformer), CaptionTokenizer()
        self.sigmas = sigmas()

    @torch.no_grad()
    def __call__(self, latents, captions, steps):
        """latents [n, channels, h, w] and their captions -> the same with the last `steps` of the sampler's steps done again"""
        if steps == 0:
            return latents
        latents, rows = latents.clone(), [self.tokenizer(caption) for caption in captions]
        for length, chosen in by_length(rows).items():
            ids, lengths = pad_ids([rows[k] for k in chosen], length, self.tokenizer.padding)
            features = encode_captions(self.text_encoder, ids).float()
            path = self.sigmas[len(self.sigmas) - 1 - steps:]
            x = (1 - path[0]) * latents[chosen] + path[0] * torch.randn_like(latents[chosen])
            with mixed_precision("cpu"):
                latents[chosen] = follow(self.network, path, x, features, lengths)
        return latents
