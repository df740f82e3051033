"""Step 4: the Hugging Face folder, from the averaged weights. Transformer and text encoder in bf16, autoencoder in f16, which its
smaller steps between numbers need.

    python export.py [--state work/transformer/landed.pt] [--out work/release]

Without trained parts of its own in work/, the autoencoder is the one of the released checkpoint (../vae).
"""
import argparse
import json
import shutil
from pathlib import Path

import diffusers
import torch
from diffusers import FlowMatchEulerDiscreteScheduler

from configuration import AUTOENCODER_FOLDER, DECODER_STATE, ENCODER_STATE, LATENT, RECIPE, RELEASE, TOKENIZER, TRAINING, new_autoencoder
from training_state import load_averaged

COMPONENTS = {"scheduler": ["diffusers", "FlowMatchEulerDiscreteScheduler"], "text_encoder": ["transformers", "Qwen3Model"],
              "tokenizer": ["transformers", "Qwen2Tokenizer"], "transformer": ["diffusers", "ZImageTransformer2DModel"],
              "vae": ["diffusers", "AutoencoderKL"]}


@torch.no_grad()
def silence_unused_layer(text_encoder):
    """The pipeline takes hidden_states[-2]: the last layer and the norm were never trained, so they are made harmless."""
    for name, p in text_encoder.layers[-1].named_parameters():
        if name.endswith(("o_proj.weight", "down_proj.weight")):
            p.zero_()
    text_encoder.norm.weight.fill_(1)


def save_autoencoder(folder):
    if LATENT != "analytic":
        shutil.copytree(AUTOENCODER_FOLDER, folder)
        return
    if not DECODER_STATE.exists():
        shutil.copytree(RECIPE.parent / "vae", folder)
        return
    autoencoder = new_autoencoder()
    autoencoder.load_state_dict(torch.load(DECODER_STATE, weights_only=False)["autoencoder"])
    if ENCODER_STATE.exists():
        state = torch.load(ENCODER_STATE, weights_only=False)["autoencoder"]
        autoencoder.encoder.load_state_dict({name[8:]: value for name, value in state.items() if name.startswith("encoder.")})
    autoencoder.half().save_pretrained(folder)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--state", default=TRAINING / "landed.pt")
    parser.add_argument("--out", type=Path, default=RELEASE)
    options = parser.parse_args()
    text_encoder, transformer, step = load_averaged(options.state)
    silence_unused_layer(text_encoder)
    options.out.mkdir(parents=True, exist_ok=True)
    for name in COMPONENTS:
        shutil.rmtree(options.out / name, ignore_errors=True)
    text_encoder.to(torch.bfloat16).save_pretrained(options.out / "text_encoder")
    transformer.to(torch.bfloat16).save_pretrained(options.out / "transformer")
    save_autoencoder(options.out / "vae")
    FlowMatchEulerDiscreteScheduler(num_train_timesteps=1000, shift=3.0, use_dynamic_shifting=False).save_pretrained(options.out / "scheduler")
    shutil.copytree(TOKENIZER, options.out / "tokenizer")
    index = {"_class_name": "ZImagePipeline", "_diffusers_version": diffusers.__version__, **COMPONENTS}
    (options.out / "model_index.json").write_text(json.dumps(index, indent=2))
    print("exported step", step, "to", options.out)


if __name__ == "__main__":
    main()
