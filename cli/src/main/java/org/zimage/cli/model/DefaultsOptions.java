package org.zimage.cli.model;

import java.util.List;
import org.zimage.cli.argument.NormalizationConverter;
import org.zimage.checkpoint.source.SamplingDefaults;
import picocli.CommandLine.Option;

/** The options that say what an exported model takes for parameters that nobody has chosen. */
final class DefaultsOptions {
  @Option(names = "--steps", paramLabel = "N", description = "the model's default of steps, 1 to 50 (what --variant says)")
  private Integer steps;

  @Option(names = "--guidance", paramLabel = "X", description = "its default of guidance, 0 to 20 (what --variant says)")
  private Double guidance;

  @Option(names = "--negative-prompt", paramLabel = "TEXT", description = "its default of what to avoid")
  private String negativePrompt;

  @Option(names = "--cfg-normalization", paramLabel = "true|false|X", converter = NormalizationConverter.class,
      description = "its default of how long guidance may make a prediction (what --variant says)")
  private Double cfgNormalization;

  @Option(names = "--sizes", paramLabel = "WxH", split = ",", description = "the sizes that it was made for, such as 1024x1024,1280x720")
  private List<String> sizes = List.of();

  /** @throws IllegalArgumentException for what no request may ask for */
  SamplingDefaults read() {
    return new SamplingDefaults(steps, guidance, negativePrompt, cfgNormalization, sizes);
  }
}
