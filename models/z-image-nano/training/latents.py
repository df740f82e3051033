"""The latent that the transformer learns: defined analytically, or by a trained autoencoder (configuration.LATENT).

Analytically: a picture at 1/8 of its size, in Y, Cb, Cr, is cut into cells of 4x4 pixels; the 4x4 cosine transform of a cell gives 16
luma and 2 x 8 chroma coefficients (the lowest), which are shifted and scaled into 32 channels.
"""
import json

import numpy as np

from autoencoder import low_encoded
from configuration import AUTOENCODER_FOLDER, LATENT, LATENT_STATISTICS, SMALL
from drawing import render

_k = np.arange(4)
COSINES = (np.sqrt(np.where(_k[:, None] == 0, 1, 2) / 4)
           * np.cos(np.pi * (2 * _k[None] + 1) * _k[:, None] / 8)).astype(np.float32)
ZIGZAG = sorted([(row, column) for row in range(4) for column in range(4)], key=lambda at: (at[0] + at[1], at[0]))
LUMA = np.array([row * 4 + column for row, column in ZIGZAG])
CHROMA = LUMA[:8]
FREQUENCY = np.array([row + column for row, column in ZIGZAG])  # of each luma channel
RGB_TO_YCC = np.array([[0.299, 0.587, 0.114], [-0.1687, -0.3313, 0.5], [0.5, -0.4187, -0.0813]], np.float32)
YCC_TO_RGB = np.linalg.inv(RGB_TO_YCC)


def coefficients(small):
    """[..., h, w, 3] in 0..1 at 1/8 size, h and w multiples of 4 -> [..., 32, h/4, w/4], not scaled"""
    ycc = (small * 2 - 1) @ RGB_TO_YCC.T
    *batch, h, w, _ = ycc.shape
    cells = ycc.reshape(*batch, h // 4, 4, w // 4, 4, 3)
    waves = np.einsum("ai,...hiwjc,bj->...hwabc", COSINES, cells, COSINES, optimize=True)
    waves = waves.reshape(*batch, h // 4, w // 4, 16, 3)
    chosen = np.concatenate([waves[..., LUMA, 0], waves[..., CHROMA, 1], waves[..., CHROMA, 2]], -1)
    return np.moveaxis(chosen, -1, -3).astype(np.float32)


class LatentScale:
    """Mean and scale of the 32 channels; they belong to the decoder that was trained with them."""

    def __init__(self, path=LATENT_STATISTICS):
        statistics = json.loads(path.read_text())
        self.mean = np.array(statistics["mean"], np.float32)[:, None, None]
        self.scale = np.array(statistics["scale"], np.float32)[:, None, None]

    def of_scene(self, scene, width, height):
        return self.latent(render(scene, height // SMALL, width // SMALL))

    def latent(self, small):
        return (coefficients(small) - self.mean) / self.scale

    def preview(self, latent):
        """[32, h, w] -> picture [4h, 4w, 3] in 0..1 through the inverse transform, without the decoder"""
        chosen = np.asarray(latent) * self.scale + self.mean
        h, w = chosen.shape[1:]
        waves = np.zeros((h, w, 16, 3), np.float32)
        waves[..., LUMA, 0] = np.moveaxis(chosen[:16], 0, -1)
        waves[..., CHROMA, 1] = np.moveaxis(chosen[16:24], 0, -1)
        waves[..., CHROMA, 2] = np.moveaxis(chosen[24:], 0, -1)
        ycc = np.einsum("ai,hwabc,bj->hiwjc", COSINES, waves.reshape(h, w, 4, 4, 3), COSINES)
        return np.clip((ycc.reshape(4 * h, 4 * w, 3) @ YCC_TO_RGB.T) / 2 + 0.5, 0, 1)


class LearnedLatent:
    """What a trained encoder makes of the drawing, computed from the drawing at a quarter of its size (autoencoder.py)."""

    def __init__(self, folder=AUTOENCODER_FOLDER):
        from diffusers import AutoencoderKL
        self.autoencoder = AutoencoderKL.from_pretrained(folder).eval()
        config = self.autoencoder.config
        self.scaling, self.shift = config.scaling_factor, config.shift_factor

    def of_scene(self, scene, width, height):
        import torch
        quarter = torch.from_numpy(render(scene, height // 4, width // 4)).permute(2, 0, 1)[None] * 2 - 1
        with torch.no_grad():
            mean = low_encoded(self.autoencoder.encoder, quarter)[0, :self.autoencoder.config.latent_channels]
        return ((mean - self.shift) * self.scaling).numpy()

    def preview(self, latent):
        """[channels, h, w] -> picture 0..1, through the decoder"""
        import torch
        from precision import mixed_precision
        z = torch.as_tensor(latent).float()[None] / self.scaling + self.shift
        with torch.no_grad(), mixed_precision("cpu"):
            picture = self.autoencoder.decode(z).sample[0].float()
        return (picture.permute(1, 2, 0).numpy() / 2 + .5).clip(0, 1)


def chosen_latent():
    return LatentScale() if LATENT == "analytic" else LearnedLatent()


def write_statistics(mean, scale, path=LATENT_STATISTICS):
    rounded = lambda values: [float(f"{value:.7g}") for value in values]
    path.write_text(json.dumps(dict(mean=rounded(mean), scale=rounded(scale)), indent=1) + "\n")
