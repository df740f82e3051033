package org.zimage.checkpoint;

import java.nio.file.Path;
import java.util.Arrays;

/**
 * {@code vae/config.json} of diffusers' {@code AutoencoderKL}; only what is needed here.
 *
 * @param quantConv whether a 1x1 convolution follows on the encoder
 */
public record VaeConfig(int latentChannels, int outChannels, int[] blockOutChannels, int layersPerBlock, int normGroups,
    boolean midBlockAttention, boolean quantConv, double scalingFactor, double shiftFactor) {
  /** Red, green and blue. */
  public static final int COLOURS = 3;
  public static final int MAX_LEVELS = 10;

  public static VaeConfig read(Path file) {
    Fields fields = Fields.of(file);
    fields.require(fields.text("_class_name").equals("AutoencoderKL"), "_class_name", "AutoencoderKL");
    fields.require(!fields.flag("use_post_quant_conv", true), "use_post_quant_conv", "false");
    fields.require(fields.text("act_fn").equals("silu"), "act_fn", "silu");
    fields.require(fields.texts("up_block_types").stream().allMatch("UpDecoderBlock2D"::equals), "up_block_types",
        "UpDecoderBlock2D everywhere");
    fields.require(fields.texts("down_block_types").stream().allMatch("DownEncoderBlock2D"::equals), "down_block_types",
        "DownEncoderBlock2D everywhere");
    fields.require(fields.whole("in_channels") == COLOURS, "in_channels", Integer.toString(COLOURS));
    VaeConfig config = new VaeConfig(fields.whole("latent_channels"), fields.whole("out_channels"),
        fields.wholes("block_out_channels"), fields.whole("layers_per_block"), fields.whole("norm_num_groups"),
        fields.flag("mid_block_add_attention", true), fields.flag("use_quant_conv", true), fields.number("scaling_factor"),
        fields.number("shift_factor", 0));
    fields.require(config.blockOutChannels.length <= MAX_LEVELS, "block_out_channels", "at most " + MAX_LEVELS + " of them");
    fields.require(config.outChannels == COLOURS, "out_channels", Integer.toString(COLOURS));
    fields.require(Arrays.stream(config.blockOutChannels).allMatch(channels -> channels % config.normGroups == 0),
        "norm_num_groups", "a divisor of every number of channels in " + Arrays.toString(config.blockOutChannels));
    return config;
  }

  /** Pixels per latent, in each direction. */
  public int scale() {
    return 1 << (blockOutChannels.length - 1);
  }
}
