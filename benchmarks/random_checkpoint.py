#!/usr/bin/env python3
"""Writes a checkpoint with Z-Image-Turbo's real layout and random bfloat16 weights, whole or cut to fewer layers.

    benchmarks/random_checkpoint.py OUT [--layers 30] [--refiner-layers 2] [--text-layers 36] [--shard-bytes 5000000000]

The picture it draws is noise; its sizes, its memory and its speed are the real model's. Needs nothing but Python; weights are
streamed, so memory stays small.
"""
import argparse
import functools
import json
import random
import shutil
import struct
from pathlib import Path

TOKENIZER = Path(__file__).resolve().parent.parent / "models/z-image-nano/tokenizer"
DIM, HEADS, CAPTION_DIM, CHANNELS = 3840, 30, 2560, 16
TEXT = dict(hidden=2560, intermediate=9728, heads=32, key_value_heads=8, head_dim=128, vocabulary=151936)
BLOCK_CHANNELS = [128, 256, 512, 512]
SUPPLY = (1 << 24) + 2
# High bytes of bfloat16: +-2^-7..2^-6, small enough for thirty layers, and never a NaN; for what scales, 0.5..2, since a layer that is
# scaled by nearly nothing would hide its errors.
SIGNS = bytes(0x3C if value < 128 else 0xBC for value in range(256))
NEAR_ONE = bytes([0x3F]) * 256


def transformer(layers, refiner_layers):
    tensors = {
        "all_x_embedder.2-1.weight": (DIM, 4 * CHANNELS), "all_x_embedder.2-1.bias": (DIM,),
        "all_final_layer.2-1.linear.weight": (4 * CHANNELS, DIM), "all_final_layer.2-1.linear.bias": (4 * CHANNELS,),
        "all_final_layer.2-1.adaLN_modulation.1.weight": (DIM, 256), "all_final_layer.2-1.adaLN_modulation.1.bias": (DIM,),
        "t_embedder.mlp.0.weight": (1024, 256), "t_embedder.mlp.0.bias": (1024,),
        "t_embedder.mlp.2.weight": (256, 1024), "t_embedder.mlp.2.bias": (256,),
        "cap_embedder.0.weight": (CAPTION_DIM,), "cap_embedder.1.weight": (DIM, CAPTION_DIM), "cap_embedder.1.bias": (DIM,),
        "x_pad_token": (1, DIM), "cap_pad_token": (1, DIM)}
    blocks = [(f"noise_refiner.{i}", True) for i in range(refiner_layers)]
    blocks += [(f"context_refiner.{i}", False) for i in range(refiner_layers)]
    blocks += [(f"layers.{i}", True) for i in range(layers)]
    hidden = int(DIM / 3 * 8)
    for at, modulated in blocks:
        for name in ("to_q", "to_k", "to_v", "to_out.0"):
            tensors[f"{at}.attention.{name}.weight"] = (DIM, DIM)
        for name in ("norm_q", "norm_k"):
            tensors[f"{at}.attention.{name}.weight"] = (DIM // HEADS,)
        for name in ("attention_norm1", "attention_norm2", "ffn_norm1", "ffn_norm2"):
            tensors[f"{at}.{name}.weight"] = (DIM,)
        tensors[f"{at}.feed_forward.w1.weight"] = tensors[f"{at}.feed_forward.w3.weight"] = (hidden, DIM)
        tensors[f"{at}.feed_forward.w2.weight"] = (DIM, hidden)
        if modulated:
            tensors[f"{at}.adaLN_modulation.0.weight"] = (4 * DIM, 256)
            tensors[f"{at}.adaLN_modulation.0.bias"] = (4 * DIM,)
    return tensors


def text_encoder(layers):
    hidden, head_dim = TEXT["hidden"], TEXT["head_dim"]
    tensors = {"model.embed_tokens.weight": (TEXT["vocabulary"], hidden), "model.norm.weight": (hidden,)}
    for layer in range(layers):
        at = f"model.layers.{layer}"
        for name, heads in (("q", TEXT["heads"]), ("k", TEXT["key_value_heads"]), ("v", TEXT["key_value_heads"])):
            tensors[f"{at}.self_attn.{name}_proj.weight"] = (heads * head_dim, hidden)
        tensors[f"{at}.self_attn.o_proj.weight"] = (hidden, TEXT["heads"] * head_dim)
        tensors[f"{at}.self_attn.q_norm.weight"] = tensors[f"{at}.self_attn.k_norm.weight"] = (head_dim,)
        tensors[f"{at}.input_layernorm.weight"] = tensors[f"{at}.post_attention_layernorm.weight"] = (hidden,)
        tensors[f"{at}.mlp.gate_proj.weight"] = tensors[f"{at}.mlp.up_proj.weight"] = (TEXT["intermediate"], hidden)
        tensors[f"{at}.mlp.down_proj.weight"] = (hidden, TEXT["intermediate"])
    return tensors


class Coder:
    """The tensors of one half of the autoencoder."""
    def __init__(self, half):
        self.half, self.tensors = half, {}

    def convolution(self, key, out_channels, in_channels, size=3):
        self.tensors[f"{self.half}.{key}.weight"] = (out_channels, in_channels, size, size)
        self.tensors[f"{self.half}.{key}.bias"] = (out_channels,)

    def norm(self, key, channels):
        self.tensors[f"{self.half}.{key}.weight"] = self.tensors[f"{self.half}.{key}.bias"] = (channels,)

    def resnet(self, at, in_channels, out_channels):
        self.norm(f"{at}.norm1", in_channels)
        self.convolution(f"{at}.conv1", out_channels, in_channels)
        self.norm(f"{at}.norm2", out_channels)
        self.convolution(f"{at}.conv2", out_channels, out_channels)
        if in_channels != out_channels:
            self.convolution(f"{at}.conv_shortcut", out_channels, in_channels, 1)

    def mid_block(self, channels):
        self.resnet("mid_block.resnets.0", channels, channels)
        self.norm("mid_block.attentions.0.group_norm", channels)
        for name in ("to_q", "to_k", "to_v", "to_out.0"):
            self.tensors[f"{self.half}.mid_block.attentions.0.{name}.weight"] = (channels, channels)
            self.tensors[f"{self.half}.mid_block.attentions.0.{name}.bias"] = (channels,)
        self.resnet("mid_block.resnets.1", channels, channels)


def vae():
    decoder, encoder = Coder("decoder"), Coder("encoder")
    channels = BLOCK_CHANNELS[-1]
    decoder.convolution("conv_in", channels, CHANNELS)
    decoder.mid_block(channels)
    for level, out_channels in enumerate(reversed(BLOCK_CHANNELS)):
        for i in range(3):
            decoder.resnet(f"up_blocks.{level}.resnets.{i}", channels, out_channels)
            channels = out_channels
        if level < len(BLOCK_CHANNELS) - 1:
            decoder.convolution(f"up_blocks.{level}.upsamplers.0.conv", channels, channels)
    decoder.norm("conv_norm_out", channels)
    decoder.convolution("conv_out", 3, channels)
    encoder.convolution("conv_in", channels, 3)
    for level, out_channels in enumerate(BLOCK_CHANNELS):
        for i in range(2):
            encoder.resnet(f"down_blocks.{level}.resnets.{i}", channels, out_channels)
            channels = out_channels
        if level < len(BLOCK_CHANNELS) - 1:
            encoder.convolution(f"down_blocks.{level}.downsamplers.0.conv", channels, channels)
    encoder.mid_block(channels)
    encoder.norm("conv_norm_out", channels)
    encoder.convolution("conv_out", 2 * CHANNELS, channels)
    return {**decoder.tensors, **encoder.tensors}


def size_of(shape):
    size = 2
    for dim in shape:
        size *= dim
    return size


def high_bytes(name):
    scales = "norm" in name and name.endswith("weight") or name.endswith("adaLN_modulation.0.bias")
    return NEAR_ONE if scales else SIGNS


def write_file(path, tensors, generator):
    header, offset = {}, 0
    for name, shape in tensors.items():
        header[name] = dict(dtype="BF16", shape=list(shape), data_offsets=[offset, offset + size_of(shape)])
        offset += size_of(shape)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text)
        for name, shape in tensors.items():
            write_values(out, size_of(shape), high_bytes(name), generator)


def write_values(out, size, high, generator):
    """From a place by lot in one supply of random values: a new one for each would take minutes."""
    values = supply(high)
    begin = generator.randrange(0, len(values) // 2) & ~1
    while size > 0:
        count = min(size, len(values) - begin)
        out.write(values[begin:begin + count])
        size -= count
        begin = 0


@functools.cache
def supply(high):
    generator = random.Random(high)
    values = bytearray(2 * SUPPLY)
    values[0::2] = generator.randbytes(SUPPLY)
    values[1::2] = generator.randbytes(SUPPLY).translate(high)
    return memoryview(bytes(values))


def write_component(folder, name, tensors, shard_bytes, generator):
    folder.mkdir(parents=True)
    shards, held = [{}], 0
    for key, shape in tensors.items():
        if shards[-1] and held + size_of(shape) > shard_bytes:
            shards.append({})
            held = 0
        shards[-1][key] = shape
        held += size_of(shape)
    if len(shards) == 1:
        write_file(folder / f"{name}.safetensors", shards[0], generator)
        return
    places = {}
    for i, shard in enumerate(shards):
        file = f"{name}-{i + 1:05d}-of-{len(shards):05d}.safetensors"
        write_file(folder / file, shard, generator)
        places.update({key: file for key in shard})
    (folder / f"{name}.safetensors.index.json").write_text(json.dumps(dict(weight_map=places)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--layers", type=int, default=30)
    parser.add_argument("--refiner-layers", type=int, default=2)
    parser.add_argument("--text-layers", type=int, default=36)
    parser.add_argument("--shard-bytes", type=int, default=5_000_000_000)
    arguments = parser.parse_args()
    out, generator = arguments.out, random.Random(1)
    out.mkdir(parents=True)
    write_component(out / "transformer", "diffusion_pytorch_model", transformer(arguments.layers, arguments.refiner_layers),
                    arguments.shard_bytes, generator)
    write_component(out / "text_encoder", "model", text_encoder(arguments.text_layers), arguments.shard_bytes, generator)
    write_component(out / "vae", "diffusion_pytorch_model", vae(), arguments.shard_bytes, generator)
    shutil.copytree(TOKENIZER, out / "tokenizer")
    (out / "scheduler").mkdir()
    write = lambda file, **fields: (out / file).write_text(json.dumps(fields, indent=1))
    write("model_index.json", _class_name="ZImagePipeline")
    write("scheduler/scheduler_config.json", _class_name="FlowMatchEulerDiscreteScheduler", shift=3.0)
    write("transformer/config.json", _class_name="ZImageTransformer2DModel", all_f_patch_size=[1], all_patch_size=[2],
          axes_dims=[32, 48, 48], axes_lens=[1536, 512, 512], cap_feat_dim=CAPTION_DIM, dim=DIM, in_channels=CHANNELS,
          n_heads=HEADS, n_kv_heads=HEADS, n_layers=arguments.layers, n_refiner_layers=arguments.refiner_layers,
          norm_eps=1e-5, qk_norm=True, rope_theta=256.0, t_scale=1000.0)
    write("text_encoder/config.json", architectures=["Qwen3ForCausalLM"], model_type="qwen3", attention_bias=False,
          head_dim=TEXT["head_dim"], hidden_act="silu", hidden_size=TEXT["hidden"], intermediate_size=TEXT["intermediate"],
          num_attention_heads=TEXT["heads"], num_hidden_layers=arguments.text_layers,
          num_key_value_heads=TEXT["key_value_heads"], rms_norm_eps=1e-6, rope_theta=1000000, tie_word_embeddings=True,
          vocab_size=TEXT["vocabulary"])
    write("vae/config.json", _class_name="AutoencoderKL", act_fn="silu", block_out_channels=BLOCK_CHANNELS, in_channels=3,
          down_block_types=["DownEncoderBlock2D"] * 4,
          latent_channels=CHANNELS, layers_per_block=2, mid_block_add_attention=True, norm_num_groups=32, out_channels=3,
          scaling_factor=0.3611, shift_factor=0.1159, up_block_types=["UpDecoderBlock2D"] * 4, use_post_quant_conv=False,
          use_quant_conv=False)
    print(f"{out}: {sum(file.stat().st_size for file in out.rglob('*') if file.is_file()) / 1e9:.2f} GB")


if __name__ == "__main__":
    main()
