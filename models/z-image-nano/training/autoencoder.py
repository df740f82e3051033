"""The candidates for a learned autoencoder, how their weights begin, and what is lost between two pictures.

The encoder's two outer levels do nothing but average 4x4 pixels; what is learned is behind them. An antialiased drawing at a
quarter of its size still says where each edge is, to a small part of a pixel, so a latent costs a sixteenth of a picture:
`low_encoded` makes from a drawing at a quarter of its size what the whole encoder makes from the drawing.
"""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F

# name: channels of the latent, and of each level from the full size down
CANDIDATES = {"x16": (16, (16, 16, 32, 64, 96)), "x32": (64, (16, 16, 32, 48, 64, 96))}
LOG_VARIANCE = -12  # of every latent value: the encoder says the same every time
QUARTER = 2         # the level at a quarter of the size


def new_candidate(name):
    from diffusers import AutoencoderKL
    channels, widths = CANDIDATES[name]
    autoencoder = AutoencoderKL(
        in_channels=3, out_channels=3, latent_channels=channels, block_out_channels=widths,
        down_block_types=("DownEncoderBlock2D",) * len(widths), up_block_types=("UpDecoderBlock2D",) * len(widths),
        layers_per_block=1, norm_num_groups=2, mid_block_add_attention=False, use_quant_conv=False, use_post_quant_conv=False,
        act_fn="silu", sample_size=1024, scaling_factor=1.0, shift_factor=0.0, force_upcast=False)
    initialise_encoder(autoencoder.encoder, channels)
    make_outer_levels_averages(autoencoder.encoder)
    initialise_decoder(autoencoder.decoder)
    return autoencoder


# ---------------------------------------------------------------- how weights begin
def initialise_residual_blocks(network):
    """linear at the start: residual branches nearly off, shortcuts orthogonal"""
    for name, module in network.named_modules():
        if getattr(module, "conv_shortcut", None) is not None:
            nn.init.orthogonal_(module.conv_shortcut.weight)
            module.conv_shortcut.bias.zero_()
        if name.endswith("conv2"):
            module.weight.mul_(0.05)
            module.bias.zero_()
        if name.endswith("conv1"):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            module.bias.zero_()


@torch.no_grad()
def initialise_decoder(decoder):
    """upsampling begins as smooth interpolation"""
    initialise_residual_blocks(decoder)
    slope = torch.tensor([1., 2., 1.]) / 4
    for name, module in decoder.named_modules():
        if "upsamplers" in name and isinstance(module, nn.Conv2d):
            channels = module.weight.shape[0]
            module.weight.normal_(0, 0.15 / (9 * channels) ** .5)
            module.weight += torch.eye(channels)[:, :, None, None] * (slope[:, None] * slope[None])
            module.bias.zero_()
    weight = decoder.conv_in.weight
    weight.normal_(0, 0.5 / (9 * weight.shape[1]) ** .5)
    weight[:, :, 1, 1] += nn.init.orthogonal_(torch.empty(weight.shape[:2]))
    decoder.conv_in.bias.zero_()
    decoder.conv_out.weight.normal_(0, 0.3 / (9 * 16) ** .5)
    decoder.conv_out.bias.zero_()


@torch.no_grad()
def initialise_encoder(encoder, channels, spread=0.05):
    """downsampling begins as the average of 2x2; the variance it would predict is constant and tiny"""
    initialise_residual_blocks(encoder)
    for name, module in encoder.named_modules():
        if "downsamplers" in name and isinstance(module, nn.Conv2d):
            width = module.weight.shape[0]
            module.weight.normal_(0, spread / (9 * width) ** .5)
            module.weight[:, :, :2, :2] += torch.eye(width)[:, :, None, None] / 4
            module.bias.zero_()
    encoder.conv_out.weight[channels:] = 0
    encoder.conv_out.bias[channels:] = LOG_VARIANCE


@torch.no_grad()
def make_outer_levels_averages(encoder):
    """the pixels' colours as they are, in all 16 channels, averaged over 4x4"""
    mixed = 2 * nn.init.orthogonal_(torch.empty(encoder.conv_in.weight.shape[:2]))
    encoder.conv_in.weight.zero_()
    encoder.conv_in.weight[:, :, 1, 1] = mixed
    encoder.conv_in.bias.zero_()
    for block in encoder.down_blocks[:QUARTER]:
        for resnet in block.resnets:
            resnet.conv2.weight.zero_()
            resnet.conv2.bias.zero_()
        down = block.downsamplers[0].conv
        down.weight.zero_()
        down.weight[:, :, :2, :2] = torch.eye(down.weight.shape[0])[:, :, None, None] / 4
        down.bias.zero_()


# ---------------------------------------------------------------- half an autoencoder
def outer_levels(levels):
    """how the names of a decoder's parameters begin that `outer_decoded` uses"""
    return ("conv_norm_out", "conv_out", f"up_blocks.{levels - 1 - QUARTER}.upsamplers",
            *(f"up_blocks.{level}." for level in range(levels - QUARTER, levels)))


def low_encoded(encoder, quarter):
    """pictures at a quarter of the size -> latent and log variance, without the encoder's outer levels"""
    h = F.conv2d(quarter, encoder.conv_in.weight[:, :, 1:2, 1:2])
    for block in encoder.down_blocks[QUARTER:]:
        h = block(h)
    return encoder.conv_out(F.silu(encoder.conv_norm_out(encoder.mid_block(h))))


def low_decoded(decoder, latent):
    """latent -> what the decoder has at a quarter of the size"""
    h = decoder.mid_block(decoder.conv_in(latent))
    for block in decoder.up_blocks[:-1 - QUARTER]:
        h = block(h)
    for block in decoder.up_blocks[-1 - QUARTER].resnets:
        h = block(h, None)
    return h


def outer_decoded(decoder, h):
    """from there to the picture"""
    h = decoder.up_blocks[-1 - QUARTER].upsamplers[0](h)
    for block in decoder.up_blocks[-QUARTER:]:
        h = block(h)
    return decoder.conv_out(F.silu(decoder.conv_norm_out(h)))


# ---------------------------------------------------------------- loss
def slopes(picture):
    return picture[..., :, 1:] - picture[..., :, :-1], picture[..., 1:, :] - picture[..., :-1, :]


def picture_loss(made, wanted):
    """absolute difference everywhere, more where the picture has edges, and of the slopes"""
    error = (made - wanted).abs()
    (made_x, made_y), (wanted_x, wanted_y) = slopes(made), slopes(wanted)
    slope_error = (made_x - wanted_x).abs().mean() + (made_y - wanted_y).abs().mean()
    with torch.no_grad():
        edges = F.max_pool2d(F.pad(wanted_x.abs().sum(1, keepdim=True), (0, 1)), 5, 1, 2).clamp(max=1)
    return error.mean() + (error * edges).mean() + slope_error + 0.5 * ((made - wanted) ** 2).mean()


def decibels_of(error):
    """error: mean square, of pictures in -1..1"""
    return 10 * math.log10(4 / max(float(error), 1e-12))


def signal_to_noise(made, wanted):
    """in decibels, of pictures in -1..1"""
    return decibels_of(((made - wanted) ** 2).mean().detach())
