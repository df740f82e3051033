package org.zimage.cli.argument;

import java.util.List;
import picocli.CommandLine.Option;

/**
 * The options that say how a picture is drawn and mean the same to a server and to a model on this machine. Each is null where it was not
 * given: whoever draws has the default. There are no adapters where none was named.
 */
public final class SamplingOptions {
  @Option(names = "--steps", paramLabel = "N", description = "1 to 50; more steps take longer (the model's own, or 9)")
  private Integer steps;

  @Option(names = "--guidance", paramLabel = "X",
      description = "how strictly the prompt counts, 0 to 20; 0 for none (the model's own, or 0)")
  private Double guidance;

  @Option(names = "--negative-prompt", paramLabel = "TEXT", description = "what to avoid; needs guidance (the model's own, or nothing)")
  private String negativePrompt;

  @Option(names = "--cfg-normalization", paramLabel = "true|false|X", converter = NormalizationConverter.class,
      description = "how long guidance may make a prediction: true for as long as without it, a number for so many times as long, false for"
          + " any length (the model's own, or false)")
  private Double cfgNormalization;

  @Option(names = "--cfg-truncation", paramLabel = "X",
      description = "the part of the way after which guidance is off (1: never)")
  private Double cfgTruncation;

  @Option(names = "--max-sequence-length", paramLabel = "N", description = "tokens of the prompt that count, 1 to 1024 (512)")
  private Integer maxSequenceLength;

  @Option(names = "--lora", paramLabel = "NAME[:STRENGTH]", description = "an adapter (LoRA): one of the server's (GET /v1/loras), or the"
      + " safetensors file for a model on this machine; and how much of it, from -4 to 4 (1). Up to 8 times")
  private List<NamedAdapter> adapters = List.of();

  @Option(names = "--embed-parameters", negatable = true, defaultValue = Option.NULL_VALUE, fallbackValue = "true",
      description = "whether the PNG carries prompt and parameters (it does); that a machine drew it stands there in any case")
  private Boolean embedParameters;

  public Integer steps() {
    return steps;
  }

  public Double guidance() {
    return guidance;
  }

  public String negativePrompt() {
    return negativePrompt;
  }

  /** A factor: 0 for false, 1 for true. */
  public Double cfgNormalization() {
    return cfgNormalization;
  }

  public Double cfgTruncation() {
    return cfgTruncation;
  }

  public Integer maxSequenceLength() {
    return maxSequenceLength;
  }

  public List<NamedAdapter> adapters() {
    return adapters;
  }

  public Boolean embedParameters() {
    return embedParameters;
  }
}
