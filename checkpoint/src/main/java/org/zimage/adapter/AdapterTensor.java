package org.zimage.adapter;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.zimage.checkpoint.CheckpointException;
import org.zimage.checkpoint.TensorEntry;

/**
 * What a tensor of an adapter is, by its name. Trainers write five layouts: diffusers' and peft's {@code lora_A} and {@code lora_B};
 * the same below {@code diffusion_model.}; {@code lora_down}, {@code lora_up} and {@code alpha}; kohya's, which has underscores for
 * points; and one with points for underscores (diffusers: {@code _convert_non_diffusers_z_image_lora_to_diffusers}).
 *
 * @param layer as the file names it, without what stands before and behind it
 */
record AdapterTensor(String layer, Role role, TensorEntry tensor) {
  /** What a layer's tensors are: down [rank, in], up [out, rank], and the number alpha. */
  enum Role { DOWN, UP, ALPHA }

  private record Ending(Pattern pattern, Role role) {}

  private record Refused(Pattern pattern, String what) {}

  private static final List<Ending> ENDINGS = List.of(
      new Ending(Pattern.compile("\\.(lora_A|lora_down|lora\\.down)(\\.default)?\\.weight$"), Role.DOWN),
      new Ending(Pattern.compile("\\.(lora_B|lora_up|lora\\.up)(\\.default)?\\.weight$"), Role.UP),
      new Ending(Pattern.compile("\\.alpha$"), Role.ALPHA));
  private static final Pattern BEFORE =
      Pattern.compile("^(base_model\\.model\\.)?(transformer\\.|(model\\.)?diffusion_model\\.|lora_unet_)?");
  private static final List<Refused> REFUSED = List.of(
      new Refused(Pattern.compile("^(lora_te\\d*_|text_encoders?\\.|cond_stage_model\\.)"), "for the text encoder"),
      new Refused(Pattern.compile("dora_scale|lora_magnitude_vector"), "a DoRA"),
      new Refused(Pattern.compile("\\.hada_"), "a LoHa"),
      new Refused(Pattern.compile("\\.lokr_"), "a LoKr"),
      new Refused(Pattern.compile("\\.(diff|diff_b|set_weight|lora_mid\\.weight)$"), "of changed weights"));

  /**
   * Empty for a name of none of the layouts.
   *
   * @throws CheckpointException if the tensor belongs to another kind of adapter
   */
  static Optional<AdapterTensor> of(TensorEntry tensor) {
    for (Refused refused : REFUSED) {
      if (refused.pattern().matcher(tensor.name()).find()) {
        throw new CheckpointException(tensor.file() + " is an adapter " + refused.what() + " (it has " + tensor.name()
            + "): take a LoRA of the transformer");
      }
    }
    String name = BEFORE.matcher(tensor.name()).replaceFirst("");
    for (Ending ending : ENDINGS) {
      Matcher end = ending.pattern().matcher(name);
      if (end.find()) {
        return Optional.of(new AdapterTensor(name.substring(0, end.start()).replace("default.", ""), ending.role(), tensor));
      }
    }
    return Optional.empty();
  }
}
