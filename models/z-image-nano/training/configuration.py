"""Sizes of the three networks, and where the recipe keeps its work."""
import os
from pathlib import Path

RECIPE = Path(__file__).resolve().parent
WORK = Path(os.environ.get("NANO_WORK", RECIPE / "work"))
TOKENIZER = WORK / "tokenizer"
LATENT_STATISTICS = WORK / "latent_statistics.json"
DECODER_STATE = WORK / "decoder.pt"
ENCODER_STATE = WORK / "encoder.pt"
# the latent: "analytic", or a candidate of autoencoder.py as exported by train_autoencoder.py
LATENT = os.environ.get("NANO_LATENT", "analytic")
LATENT_CHANNELS, CELL = {"analytic": (32, 32), "x16": (16, 16), "x32": (64, 32)}[LATENT]  # CELL: its pixels, per side
AUTOENCODER_FOLDER = WORK / f"vae-{LATENT}"  # of a learned latent
# state.pt (to go on), landed.pt (after the decay), log.csv
TRAINING = WORK / ("transformer" if LATENT == "analytic" else f"transformer-{LATENT}")
RELEASE = WORK / "release"               # what export.py writes: the Hugging Face folder
GOLDENS = WORK / "nano-goldens"
PAUSE = Path(os.environ.get("NANO_PAUSE", WORK / "PAUSE"))  # while this file exists, training rests

VOCABULARY = 2000
EMBEDDING_ROWS = 2016                    # vocabulary and special tokens, rounded up
# what the transformer sees is (vae latent - SHIFT) * SCALING, for the analytic latent
SCALING, SHIFT = 0.6, 0.1
SMALL = 8                                # the analytic latent is defined on the picture at 1 / SMALL of its size

TEXT_ENCODER = dict(
    hidden_size=128, intermediate_size=384, num_hidden_layers=4, num_attention_heads=4, num_key_value_heads=2,
    head_dim=32, rms_norm_eps=1e-6, max_position_embeddings=2048, tie_word_embeddings=True, attention_bias=False,
    rope_parameters={"rope_type": "default", "rope_theta": 10000.0})

TRANSFORMER = dict(
    in_channels=LATENT_CHANNELS, dim=192, n_layers=6, n_refiner_layers=1, n_heads=6, n_kv_heads=6, norm_eps=1e-5, qk_norm=True,
    cap_feat_dim=128, rope_theta=256.0, t_scale=1000.0, axes_dims=[8, 12, 12], axes_lens=[1024, 64, 64])

AUTOENCODER = dict(
    in_channels=3, out_channels=3, latent_channels=32, block_out_channels=(16, 16, 32, 64, 128, 192),
    down_block_types=("DownEncoderBlock2D",) * 6, up_block_types=("UpDecoderBlock2D",) * 6, layers_per_block=1,
    norm_num_groups=2, mid_block_add_attention=False, use_quant_conv=False, use_post_quant_conv=False,
    act_fn="silu", sample_size=1024, scaling_factor=SCALING, shift_factor=SHIFT, force_upcast=False)


def new_text_encoder():
    from transformers import Qwen3Config, Qwen3Model
    return Qwen3Model(Qwen3Config(vocab_size=EMBEDDING_ROWS, **TEXT_ENCODER))


def new_transformer():
    from diffusers import ZImageTransformer2DModel
    return ZImageTransformer2DModel(**TRANSFORMER)


def new_autoencoder():
    from diffusers import AutoencoderKL
    return AutoencoderKL(**AUTOENCODER)
